import 'server-only';

import type { GroupEdit, RuleGroupView, RulesView, RuleView } from '#lib/engine/data/alerting-reads.ts';
import { UI_SETTINGS } from '#lib/engine/data/rule-groups.ts';
import type { Engine } from '#lib/engine/slot.ts';
import { parsePromql, PromqlError } from '#lib/promql/promql.ts';
import type { RuleDraft, RuleGroup } from '#lib/rules/rule.ts';
import { ruleToYaml, toYaml } from '#lib/rules/to-yaml.ts';

import { iso } from './dto.ts';
import { live } from './live.ts';
import { parseAt, parsePast } from './past.ts';
import { Problem } from './problem.ts';
import { draftDto, ruleDto } from './rule-dto.ts';
import { ACTOR, groupOfDraft, readOwnYaml, settingsDto, settingsFor } from './rule-groups.ts';
import { testsOf } from './rule-tests.ts';
import { GroupSettingsSchema } from './schema-rules.ts';
import type {
  PreviewDto,
  PreviewRequestDto,
  RuleDraftDto,
  RuleDto,
  RulesDto,
  RuleVersionsDto,
} from './schema-rules.ts';

/** The rules of now, or those that were in force at a past instant. */
const rulesOf = async (engine: Engine, at: string | null): Promise<RulesView> =>
  at === null ? engine.data().rules() : engine.data().rulesAt(parsePast(at));

export const readRules = async (asked: string | null): Promise<RulesDto> => {
  const { at, groups, problems } = await rulesOf(await live(), asked);
  return {
    at: iso(at),
    groups: groups.map((group) => ({
      ...settingsDto(group),
      name: group.name,
      source: group.source,
      file: group.file,
      version: group.version,
      evaluation: group.evaluation === null ? null : { ...group.evaluation, at: iso(group.evaluation.at) },
      rules: group.rules.map((view) => ruleDto(group, view)),
    })),
    problems: [...problems],
  };
};

const find = async (
  engine: Engine,
  id: string,
  at: string | null = null,
): Promise<{ group: RuleGroupView; view: RuleView }> => {
  const { groups } = await rulesOf(engine, at);
  for (const group of groups) {
    const view = group.rules.find(({ rule }) => rule.id === id);
    if (view !== undefined) return { group, view };
  }
  throw new Problem('not-found', `no rule has the id "${id}"${at === null ? '' : ` at ${at}`}`);
};

export const readRule = async (id: string, at: string | null = null): Promise<RuleDto> => {
  const { group, view } = await find(await live(), id, at);
  return ruleDto(group, view);
};

/** A PromQL expression that can be read, or a problem that names its place. */
const assertExpr = (expr: string): void => {
  try {
    parsePromql(expr);
  } catch (cause) {
    if (cause instanceof PromqlError)
      throw new Problem('bad-request', `parse error: ${cause.message}`, 'expr', cause);
    throw cause;
  }
};

/** Holds a draft against everything that a rule file and a test file must fulfil, so that it can be written as one. */
const assertDraft = (draft: RuleDraftDto): void => {
  assertExpr(draft.expr);
  const read = readOwnYaml(toYaml([groupOfDraft(draft, UI_SETTINGS)]));
  const problem = read.ok ? undefined : read.problems[0];
  if (problem !== undefined) throw new Problem('bad-request', problem.message);
  if (draft.tests !== '') testsOf(draft.tests);
};

export const createRule = async (draft: RuleDraftDto): Promise<RuleDto> => {
  assertDraft(draft);
  const engine = await live();
  const [id = ''] = await engine
    .data()
    .editRules([{ id: null, change: 'created', draft, expected: null, actor: ACTOR }]);
  return readRule(id);
};

export const editRule = async (
  id: string,
  draft: RuleDraftDto,
  expected: number | null,
): Promise<RuleDto> => {
  assertDraft(draft);
  const engine = await live();
  await engine.data().editRules([{ id, change: 'edited', draft, expected, actor: ACTOR }]);
  return readRule(id);
};

export const deleteRule = async (id: string, expected: number | null): Promise<undefined> => {
  const engine = await live();
  const { view } = await find(engine, id);
  const draft = draftDto(view.rule);
  await engine.data().editRules([{ id, change: 'deleted', draft, expected, actor: ACTOR }]);
};

export const switchRule = async (id: string, enabled: boolean): Promise<RuleDto> => {
  const engine = await live();
  const { view } = await find(engine, id);
  if (view.rule.enabled !== enabled)
    await engine.data().editRules([
      {
        id,
        change: enabled ? 'enabled' : 'disabled',
        draft: { ...draftDto(view.rule), enabled },
        expected: view.rule.source === 'ui' ? view.rule.version : null,
        actor: ACTOR,
      },
    ]);
  return readRule(id);
};

/** Every version of a rule, up to a past instant when one is asked for. */
export const readRuleVersions = async (id: string, at: string | null): Promise<RuleVersionsDto> => {
  const versions = await (await live()).data().ruleVersions(id);
  const until = at === null ? Number.POSITIVE_INFINITY : parseAt(at);
  return {
    versions: versions
      .filter((version) => version.at <= until)
      .map(({ version, at, actor, change, draft }) => ({
        version,
        at: iso(at),
        actor,
        change,
        rule: draftDto(draft),
        yaml: ruleToYaml(draft),
      })),
  };
};

/** Brings an earlier version back, as the newest one; a deleted rule, too. */
export const restoreRule = async (id: string, version: number): Promise<RuleDto> => {
  const engine = await live();
  const versions = await engine.data().ruleVersions(id);
  const wanted = versions.find((one) => one.version === version);
  if (wanted === undefined)
    throw new Problem('not-found', `rule "${id}" has no version ${version}`, 'version');
  await engine
    .data()
    .editRules([{ id, change: 'restored', draft: wanted.draft, expected: null, actor: ACTOR }]);
  return readRule(id);
};

/** A rule as a rule file: its group with it alone. */
export const readRuleYaml = async (id: string, at: string | null): Promise<{ yaml: string }> => {
  const { group, view } = await find(await live(), id, at);
  return { yaml: toYaml([groupOfDraft(view.rule, group)]) };
};

/** A draft as it would stand in a rule file, in its group as that is now. */
export const renderRule = async (draft: RuleDraftDto): Promise<{ yaml: string }> => {
  assertDraft(draft);
  const settings = await settingsFor(await live(), draft.group);
  return { yaml: toYaml([groupOfDraft(draft, settings)]) };
};

/** What the groups of an imported file say, where it is something else than what they say here. */
const importedGroups = async (engine: Engine, groups: readonly RuleGroup[]): Promise<GroupEdit[]> => {
  const edits = await Promise.all(
    groups.map(async (group) => {
      const parsed = GroupSettingsSchema.safeParse(settingsDto(group));
      if (!parsed.success)
        throw new Problem('bad-request', `group ${group.name}: interval must be 1s to 1d`, 'yaml');
      const before = settingsDto(await settingsFor(engine, group.name));
      return JSON.stringify(before) === JSON.stringify(parsed.data)
        ? []
        : [
            {
              name: group.name,
              change: 'edited' as const,
              settings: parsed.data,
              expected: null,
              actor: ACTOR,
            },
          ];
    }),
  );
  return edits.flat();
};

/**
 * Takes the rules of a rule file over: one that is here already under its group and name is edited, the others are
 * created. Their groups say what the file says.
 */
export const importRules = async (yaml: string): Promise<{ rules: RuleDto[] }> => {
  const read = readOwnYaml(yaml);
  if (!read.ok) {
    const [first] = read.problems;
    const message = read.problems
      .map((problem) => `${problem.line}:${problem.column}: ${problem.message}`)
      .join('\n');
    throw new Problem('bad-request', message, 'yaml', first);
  }
  const engine = await live();
  const { groups } = await engine.data().rules();
  const keyOf = ({ group, kind, name }: RuleDraft): string => JSON.stringify([group, kind, name]);
  const known = new Map(
    groups
      .filter(({ source }) => source === 'ui')
      .flatMap(({ rules }) => rules.map(({ rule }) => [keyOf(rule), rule] as const)),
  );
  const edits = read.groups
    .flatMap(({ rules }) => rules)
    .map((rule) => {
      const key = keyOf(rule);
      const here = known.get(key);
      known.delete(key); // of several with one name in the file only the first is the one that is here
      const change = here === undefined ? ('created' as const) : ('edited' as const);
      const draft = { ...draftDto(rule), tests: here?.tests ?? '' };
      return { id: here?.id ?? null, change, draft, expected: null, actor: ACTOR };
    });
  const ids = await engine.data().editRules(edits, await importedGroups(engine, read.groups));
  return { rules: await Promise.all(ids.map((id) => readRule(id))) };
};

export const previewRule = async (asked: PreviewRequestDto, signal: AbortSignal): Promise<PreviewDto> => {
  assertExpr(asked.expr);
  const engine = await live();
  const { from, to, ...query } = asked;
  const view = await engine
    .data()
    .preview({ ...query, from: parseAt(from), to: parseAt(to) }, signal)
    .catch((cause: unknown) => {
      // What the samples found do not allow is the expression's fault, and it is told beside it.
      if (cause instanceof Error && cause.name === 'PromqlEvalError')
        throw new Problem('bad-request', cause.message, 'expr');
      throw cause;
    });
  return {
    at: iso(view.at),
    elapsedMs: view.elapsedMs,
    seriesRead: view.seriesRead,
    now: view.now.map((one) => ({
      state: one.state,
      labels: { ...one.labels },
      value: one.value,
      since: one.since === null ? null : iso(one.since),
    })),
    series: view.series.map(({ labels, points }) => ({
      labels: { ...labels },
      points: points.map(([at, value]): [string, number | null] => [iso(at), value]),
    })),
    limit: view.limit,
    bands: view.bands.map(({ labels, segments }) => ({
      labels: { ...labels },
      segments: segments.map((segment) => ({
        from: iso(segment.from),
        to: iso(segment.to),
        state: segment.state,
      })),
    })),
    bandCount: view.bandCount,
    fired: view.fired,
    warnings: [...view.warnings],
  };
};
