import 'server-only';

import { UI_SETTINGS } from '#lib/engine/data/rule-groups.ts';
import type { Engine } from '#lib/engine/slot.ts';
import { checkExpr } from '#lib/rules/expr.ts';
import { readRuleFile } from '#lib/rules/file.ts';
import type { RulesRead } from '#lib/rules/file.ts';
import type { GroupSettings, RuleDraft, RuleGroup } from '#lib/rules/rule.ts';
import { toYaml } from '#lib/rules/to-yaml.ts';

import { iso } from './dto.ts';
import { live } from './live.ts';
import { parseAt } from './past.ts';
import { Problem } from './problem.ts';
import type { GroupSettingsDto, RuleGroupDto, RuleGroupVersionsDto } from './schema-rules.ts';

/** Who changes something, until there are accounts. */
export const ACTOR = 'local';

/** Reads a rule file as what is made here. */
export const readOwnYaml = (yaml: string): RulesRead =>
  readRuleFile(yaml, 'rules', { source: 'ui', intervalMs: UI_SETTINGS.intervalMs, checkExpr });

/** A group with one draft alone; what is switched off is written, too. */
export const groupOfDraft = (draft: RuleDraft, settings: GroupSettings): RuleGroup => ({
  ...settings,
  name: draft.group,
  source: 'ui',
  file: null,
  rules: [{ ...draft, enabled: true, id: '', source: 'ui', file: null, version: 1 }],
});

export const settingsDto = ({
  intervalMs,
  limit,
  queryOffsetMs,
  labels,
}: GroupSettings): GroupSettingsDto => ({
  intervalMs,
  limit,
  queryOffsetMs,
  labels: { ...labels },
});

/** What the group of a draft says for it. */
export const settingsFor = async (engine: Engine, group: string): Promise<GroupSettings> =>
  (await engine.data().ruleGroup(group)).settings;

const groupDto = async (engine: Engine, name: string): Promise<RuleGroupDto> => {
  const { version, settings } = await engine.data().ruleGroup(name);
  return { ...settingsDto(settings), name, version };
};

export const readRuleGroup = async (name: string): Promise<RuleGroupDto> => groupDto(await live(), name);

/** What a group says, as a rule file without rules. */
const settingsYaml = (name: string, settings: GroupSettings): string =>
  toYaml([{ ...settings, name, source: 'ui', file: null, rules: [] }]);

/** Changes what a group of the UI says for all of its rules. */
export const editRuleGroup = async (
  name: string,
  settings: GroupSettingsDto,
  expected: number | null,
): Promise<RuleGroupDto> => {
  const read = readOwnYaml(settingsYaml(name, settings));
  const problem = read.ok ? undefined : read.problems[0];
  if (problem !== undefined) throw new Problem('bad-request', problem.message, 'labels');
  const engine = await live();
  await engine.data().editRules([], [{ name, change: 'edited', settings, expected, actor: ACTOR }]);
  return groupDto(engine, name);
};

/** Every version of what a group of the UI says, up to a past instant when one is asked for. */
export const readRuleGroupVersions = async (
  name: string,
  at: string | null,
): Promise<RuleGroupVersionsDto> => {
  const versions = await (await live()).data().ruleGroupVersions(name);
  const until = at === null ? Number.POSITIVE_INFINITY : parseAt(at);
  return {
    versions: versions
      .filter((version) => version.at <= until)
      .map(({ version, at, actor, change, draft }) => ({
        version,
        at: iso(at),
        actor,
        change,
        settings: settingsDto(draft),
        yaml: settingsYaml(name, draft),
      })),
  };
};

/** Brings an earlier version of what a group says back, as the newest one. */
export const restoreRuleGroup = async (
  name: string,
  version: number,
  expected: number | null,
): Promise<RuleGroupDto> => {
  const engine = await live();
  const versions = await engine.data().ruleGroupVersions(name);
  const wanted = versions.find((one) => one.version === version);
  if (wanted === undefined)
    throw new Problem('not-found', `group "${name}" has no version ${version}`, 'version');
  const edit = { name, change: 'restored', settings: wanted.draft, expected, actor: ACTOR } as const;
  await engine.data().editRules([], [edit]);
  return groupDto(engine, name);
};
