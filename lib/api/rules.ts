import 'server-only';

import type { RuleGroupView, RuleView } from '#lib/engine/data/alerting-reads.ts';
import { UI_INTERVAL_MS } from '#lib/engine/data/rule-groups.ts';
import type { Engine } from '#lib/engine/slot.ts';
import { parsePromql, PromqlError } from '#lib/promql/promql.ts';
import { checkExpr } from '#lib/rules/expr.ts';
import { readRuleFile } from '#lib/rules/file.ts';
import type { RulesRead } from '#lib/rules/file.ts';
import type { Rule, RuleDraft, RuleGroup } from '#lib/rules/rule.ts';
import { ruleToYaml, toYaml } from '#lib/rules/to-yaml.ts';

import { iso } from './dto.ts';
import { live } from './live.ts';
import { parseAt } from './past.ts';
import { Problem } from './problem.ts';
import { draftDto, ruleDto } from './rule-dto.ts';
import type {
  PreviewDto,
  PreviewRequestDto,
  RuleDraftDto,
  RuleDto,
  RulesDto,
  RuleVersionsDto,
} from './schema-rules.ts';

/** Who changes something, until there are accounts. */
const ACTOR = 'local';

export const readRules = async (): Promise<RulesDto> => {
  const { at, groups, problems } = await (await live()).data().rules();
  return {
    at: iso(at),
    groups: groups.map(({ name, source, file, intervalMs, rules }) => ({
      name,
      source,
      file,
      intervalMs,
      rules: rules.map(ruleDto),
    })),
    problems: [...problems],
  };
};

const find = async (engine: Engine, id: string): Promise<{ group: RuleGroupView; view: RuleView }> => {
  const { groups } = await engine.data().rules();
  for (const group of groups) {
    const view = group.rules.find(({ rule }) => rule.id === id);
    if (view !== undefined) return { group, view };
  }
  throw new Problem('not-found', `no rule has the id "${id}"`);
};

export const readRule = async (id: string): Promise<RuleDto> => ruleDto((await find(await live(), id)).view);

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

const groupOf = (draft: RuleDraft, intervalMs: number): RuleGroup => {
  const rule: Rule = { ...draft, enabled: true, id: '', source: 'ui', file: null, version: 1 };
  const { group: name } = draft;
  return { name, source: 'ui', file: null, intervalMs, limit: 0, queryOffsetMs: 0, rules: [rule] };
};

const readYaml = (yaml: string): RulesRead =>
  readRuleFile(yaml, 'rules', { source: 'ui', intervalMs: UI_INTERVAL_MS, checkExpr });

/** Holds a draft against everything that a rule file must fulfil, so that it can be written as one. */
const assertDraft = (draft: RuleDraftDto): void => {
  assertExpr(draft.expr);
  const read = readYaml(toYaml([groupOf(draft, UI_INTERVAL_MS)]));
  const problem = read.ok ? undefined : read.problems[0];
  if (problem !== undefined) throw new Problem('bad-request', problem.message);
};

export const createRule = async (draft: RuleDraftDto): Promise<RuleDto> => {
  assertDraft(draft);
  const engine = await live();
  const [id = ''] = await engine
    .data()
    .editRules([{ id: null, change: 'created', draft, expected: null, actor: ACTOR }]);
  return ruleDto((await find(engine, id)).view);
};

export const editRule = async (
  id: string,
  draft: RuleDraftDto,
  expected: number | null,
): Promise<RuleDto> => {
  assertDraft(draft);
  const engine = await live();
  await engine.data().editRules([{ id, change: 'edited', draft, expected, actor: ACTOR }]);
  return ruleDto((await find(engine, id)).view);
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
  return ruleDto((await find(engine, id)).view);
};

export const readRuleVersions = async (id: string): Promise<RuleVersionsDto> => {
  const versions = await (await live()).data().ruleVersions(id);
  return {
    versions: versions.map(({ version, at, actor, change, draft }) => ({
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
  return ruleDto((await find(engine, id)).view);
};

/** A rule as a rule file: its group with it alone. */
export const readRuleYaml = async (id: string): Promise<{ yaml: string }> => {
  const { group, view } = await find(await live(), id);
  return { yaml: toYaml([groupOf(view.rule, group.intervalMs)]) };
};

/** A draft as it would stand in a rule file. */
export const renderRule = (draft: RuleDraftDto): { yaml: string } => {
  assertDraft(draft);
  return { yaml: toYaml([groupOf(draft, UI_INTERVAL_MS)]) };
};

/** Takes the rules of a rule file over: one that is here already under its group and name is edited, the others are created. */
export const importRules = async (yaml: string): Promise<{ rules: RuleDto[] }> => {
  const read = readYaml(yaml);
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
      .flatMap(({ rules }) => rules.map(({ rule }) => [keyOf(rule), rule.id] as const)),
  );
  const edits = read.groups
    .flatMap(({ rules }) => rules)
    .map((rule) => {
      const key = keyOf(rule);
      const id = known.get(key) ?? null;
      known.delete(key); // of several with one name in the file only the first is the one that is here
      const change = id === null ? ('created' as const) : ('edited' as const);
      return { id, change, draft: draftDto(rule), expected: null, actor: ACTOR };
    });
  const ids = await engine.data().editRules(edits);
  return { rules: await Promise.all(ids.map(async (id) => ruleDto((await find(engine, id)).view))) };
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
