import type { Ms } from '#lib/model/time.ts';
import { hashOf } from '#lib/notify/fingerprint.ts';
import type { Rule, RuleDraft, RuleGroup } from '#lib/rules/rule.ts';
import type { Version } from '#lib/store/state/state-store.ts';

/** How often rules from the UI are evaluated. */
export const UI_INTERVAL_MS = 5000;

/** What tells one group from all others. */
export const groupIdOf = (group: RuleGroup): string => JSON.stringify([group.source, group.file, group.name]);

/** Rules from the UI by the groups that they name; within one by name. */
export const uiGroups = (versions: readonly Version<RuleDraft>[]): RuleGroup[] => {
  const byName = new Map<string, Rule[]>();
  for (const { id, version, draft } of versions) {
    const rules = byName.get(draft.group) ?? [];
    rules.push({ ...draft, id, source: 'ui', file: null, version });
    byName.set(draft.group, rules);
  }
  return [...byName]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, rules]) => ({
      name,
      source: 'ui',
      file: null,
      intervalMs: UI_INTERVAL_MS,
      limit: 0,
      queryOffsetMs: 0,
      rules: rules.toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id)),
    }));
};

/** Ready groups with the rules that somebody switched. */
export const switchedGroups = (
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

/**
 * The next instant after `now` at which a group is evaluated: a grid of its interval, shifted by a part of the interval
 * that follows from its name, so that groups do not all run at once (as Prometheus does).
 */
export const nextEvaluation = (group: RuleGroup, now: Ms): Ms => {
  const hash = Number.parseInt(hashOf([group.file ?? '', group.name]).slice(0, 8), 16);
  const offset = hash % group.intervalMs;
  return Math.floor((now - offset) / group.intervalMs) * group.intervalMs + offset + group.intervalMs;
};
