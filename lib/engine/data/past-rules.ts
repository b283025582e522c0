import type { AlertWords, World } from '#lib/events/world.ts';
import type { Ms } from '#lib/model/time.ts';
import type { Alert, RuleGroup } from '#lib/rules/rule.ts';
import type { StateReader } from '#lib/store/state/state-store.ts';

import type { RuleGroupView, RulesView } from './alerting-reads.ts';
import { allGroups } from './rule-groups.ts';

/** A group as it is shown, with its version and its rules' views. */
export const groupView = (
  { rules, ...group }: RuleGroup,
  version: number,
  viewOf: (rule: RuleGroup['rules'][number]) => RuleGroupView['rules'][number],
): RuleGroupView => ({ ...group, version, rules: rules.map(viewOf) });

const alertOf = (words: AlertWords): Alert => ({
  id: words.id,
  ruleId: words.ruleId,
  labels: words.labels,
  annotations: words.annotations,
  state: words.state === 'pending' ? 'pending' : 'firing',
  activeAt: words.since,
  firedAt: words.firedAt,
  resolvedAt: null,
  keptSince: words.keptSince ?? null,
  value: words.value ?? Number.NaN,
});

/**
 * The rules that were in force at an instant, by the history of their versions, with the alerts that the log tells of it.
 * What an evaluation of then took, or said went wrong, is not remembered.
 */
export const rulesAt = async (
  at: Ms,
  reader: Pick<StateReader, 'rules' | 'ruleGroups' | 'ruleFiles'>,
  ready: readonly RuleGroup[],
  world: World,
): Promise<RulesView> => {
  const [edited, settings, files] = await Promise.all([
    reader.rules(at),
    reader.ruleGroups(at),
    reader.ruleFiles(at),
  ]);
  const inForce = files.filter(({ change }) => change !== 'deleted').flatMap(({ draft }) => draft.groups);
  const versionOf = new Map(edited.map((version) => [version.id, version]));
  const groupVersion = new Map(settings.map(({ id, version }) => [id, version]));
  const alerts = Map.groupBy(world.alerts.values(), ({ ruleId }) => ruleId);
  return {
    at,
    groups: allGroups({ ready, files: inForce, edited, settings }).map((group) =>
      groupView(group, group.source === 'ui' ? (groupVersion.get(group.name) ?? 0) : 1, (rule) => ({
        rule,
        health: 'unknown',
        error: null,
        evaluatedAt: null,
        evaluationMs: null,
        alerts: (alerts.get(rule.id) ?? []).map(alertOf),
        changedAt: versionOf.get(rule.id)?.at ?? null,
        actor: versionOf.get(rule.id)?.actor ?? null,
      })),
    ),
    problems: [],
  };
};
