import type { Ms } from '#lib/model/time.ts';
import { hashOf } from '#lib/notify/fingerprint.ts';
import type { GroupSettings, Rule, RuleDraft, RuleGroup } from '#lib/rules/rule.ts';
import type { Version } from '#lib/store/state/state-store.ts';

/** What a group of the UI says until somebody says otherwise. */
export const UI_SETTINGS: GroupSettings = { intervalMs: 5000, limit: 0, queryOffsetMs: 0, labels: {} };

/** What tells one group from all others. */
export const groupIdOf = (group: RuleGroup): string => JSON.stringify([group.source, group.file, group.name]);

/** In which order the rules of a group of the UI are evaluated. */
const inOrder = (a: Rule, b: Rule): number => a.name.localeCompare(b.name) || a.id.localeCompare(b.id);

/** Rules from the UI by the groups that they name; within one by name. */
const uiGroups = (
  versions: readonly Version<RuleDraft>[],
  settings: readonly Version<GroupSettings>[],
): RuleGroup[] => {
  const settingsOf = new Map(settings.map(({ id, draft }) => [id, draft]));
  const byName = new Map<string, Rule[]>();
  for (const { id, version, draft } of versions) {
    const rules = byName.get(draft.group) ?? [];
    rules.push({ ...draft, id, source: 'ui', file: null, version });
    byName.set(draft.group, rules);
  }
  return [...byName]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, rules]) => ({
      ...(settingsOf.get(name) ?? UI_SETTINGS),
      name,
      source: 'ui',
      file: null,
      rules: rules.toSorted(inOrder),
    }));
};

/**
 * A group of the UI as it would be once a draft was saved.
 * @param rules the group as it is now
 * @param id of the rule that the draft takes the place of; null: it is a new one
 */
export const groupWith = (
  rules: readonly Rule[],
  settings: GroupSettings,
  draft: RuleDraft,
  id: string | null,
): RuleGroup => {
  const others = rules.filter((rule) => rule.id !== id);
  const own: Rule = { ...draft, id: id ?? '', source: 'ui', file: null, version: 1 };
  return {
    ...settings,
    name: draft.group,
    source: 'ui',
    file: null,
    rules: [...others, own].toSorted(inOrder),
  };
};

/** Ready groups with the rules that somebody switched. */
const switchedGroups = (
  ready: readonly RuleGroup[],
  switches: (id: string) => Version<RuleDraft> | undefined,
): RuleGroup[] =>
  ready.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => {
      const known = switches(rule.id);
      return known === undefined ? rule : { ...rule, enabled: known.draft.enabled, version: known.version };
    }),
  }));

/** What the rules of an instant are made of. */
export interface RuleParts {
  readonly ready: readonly RuleGroup[];
  readonly files: readonly RuleGroup[];
  /** Rules of the UI and switches of ready rules. */
  readonly edited: readonly Version<RuleDraft>[];
  /** What groups of the UI say, by name. */
  readonly settings: readonly Version<GroupSettings>[];
}

/** Every group of rules: ready ones, those of files, those of the UI. */
export const allGroups = ({ ready, files, edited, settings }: RuleParts): RuleGroup[] => {
  const byId = new Map(edited.map((version) => [version.id, version]));
  const switched = switchedGroups(ready, (id) => byId.get(id));
  const readyIds = new Set(ready.flatMap((group) => group.rules.map((rule) => rule.id)));
  const own = edited.filter(({ id }) => !readyIds.has(id));
  return [...switched, ...files, ...uiGroups(own, settings)];
};

/**
 * The next instant after `now` at which a group is evaluated: a grid of its interval, shifted by a part of the interval
 * that follows from its name, so that groups do not all run at once (as Prometheus does).
 */
export const nextEvaluation = (group: RuleGroup, now: Ms): Ms => {
  const hash = Number.parseInt(hashOf([group.file ?? '', group.name]).slice(0, 8), 16);
  const offset = hash % group.intervalMs;
  return Math.floor((now - offset) / group.intervalMs) * group.intervalMs + offset + group.intervalMs;
};
