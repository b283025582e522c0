import type { AlertWords, World } from '#lib/events/world.ts';
import type { Ms } from '#lib/model/time.ts';
import type { Alert, RuleGroup } from '#lib/rules/rule.ts';
import type { StateReader } from '#lib/store/state/state-store.ts';

import type { Samples } from './samples.ts';
import type { RuleGroupView, RulesView, RuleView } from './alerting-reads.ts';
import { evaluationsAt, groupLabel } from './group-evaluations.ts';
import type { GroupEvaluation } from './group-evaluations.ts';
import { allGroups } from './rule-groups.ts';

/** A group as it is shown, with its version, its last evaluation and its rules' views. */
export const groupView = (
  { rules, ...group }: RuleGroup,
  version: number,
  evaluation: GroupEvaluation | null,
  viewOf: (rule: RuleGroup['rules'][number]) => RuleGroupView['rules'][number],
): RuleGroupView => ({ ...group, version, evaluation, rules: rules.map(viewOf) });

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

const MOST_EVENTS = 5000;

/** The errors of rules whose newest word in the log up to an instant is that they failed, by the rule's id. */
const failuresAt = async (
  reader: Pick<StateReader, 'readEvents'>,
  at: Ms,
): Promise<ReadonlyMap<string, string>> => {
  const filter = { from: null, to: at, kinds: ['rule.failed', 'rule.recovered'], cluster: null, node: null };
  const { events } = await reader.readEvents(filter, MOST_EVENTS, null);
  const newest = new Map(events.toReversed().map((event) => [String(event.detail.id), event]));
  return new Map(
    [...newest]
      .filter(([, { kind }]) => kind === 'rule.failed')
      .map(([id, { detail }]) => [id, String(detail.error)]),
  );
};

/**
 * How a rule's evaluation of then went. Its group's series tell when it was and whether any rule failed, the log which one and
 * with what; how long one rule took is not kept.
 */
const healthAt = (
  isEnabled: boolean,
  evaluation: GroupEvaluation | null,
  error: string | null,
): Pick<RuleView, 'health' | 'error' | 'evaluatedAt' | 'evaluationMs'> => {
  if (!isEnabled || evaluation === null)
    return { health: 'unknown', error: null, evaluatedAt: null, evaluationMs: null };
  const failed = evaluation.failed > 0 ? error : null;
  return {
    health: failed === null ? 'ok' : 'err',
    error: failed,
    evaluatedAt: evaluation.at,
    evaluationMs: null,
  };
};

/**
 * The rules that were in force at an instant, by the history of their versions, with the alerts that the log tells of it and
 * how their evaluation had gone.
 */
export const rulesAt = async (
  at: Ms,
  reader: Pick<StateReader, 'rules' | 'ruleGroups' | 'ruleFiles' | 'readEvents'>,
  samples: Pick<Samples, 'select'>,
  ready: readonly RuleGroup[],
  world: World,
): Promise<RulesView> => {
  const [edited, settings, files, failures] = await Promise.all([
    reader.rules(at),
    reader.ruleGroups(at),
    reader.ruleFiles(at),
    failuresAt(reader, at),
  ]);
  const inForce = files.filter(({ change }) => change !== 'deleted').flatMap(({ draft }) => draft.groups);
  const versionOf = new Map(edited.map((version) => [version.id, version]));
  const groupVersion = new Map(settings.map(({ id, version }) => [id, version]));
  const alerts = Map.groupBy(world.alerts.values(), ({ ruleId }) => ruleId);
  const groups = allGroups({ ready, files: inForce, edited, settings });
  const evaluations = evaluationsAt(samples, groups, at);
  return {
    at,
    groups: groups.map((group) => {
      const version = group.source === 'ui' ? (groupVersion.get(group.name) ?? 0) : 1;
      const evaluation = evaluations.get(groupLabel(group)) ?? null;
      return groupView(group, version, evaluation, (rule) => ({
        rule,
        ...healthAt(rule.enabled, evaluation, failures.get(rule.id) ?? null),
        alerts: (alerts.get(rule.id) ?? []).map(alertOf),
        changedAt: versionOf.get(rule.id)?.at ?? null,
        actor: versionOf.get(rule.id)?.actor ?? null,
      }));
    }),
    problems: [],
  };
};
