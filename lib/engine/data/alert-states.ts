import type { EventDraft, JsonObject } from '#lib/events/event.ts';
import type { AlertWords } from '#lib/events/world.ts';
import type { Ms } from '#lib/model/time.ts';
import { say } from '#lib/model/text.ts';
import type { AlertTransition } from '#lib/rules/alerting.ts';
import type { Alert, Rule } from '#lib/rules/rule.ts';

/** What is told of alerts: their words for the event log. */

/** What an alerting rule's expression is compared with, as in `> 3`; null: with no number. */
export type LimitOf = (expr: string) => string | null;

const SEVERITY_WORDS: Readonly<Record<string, AlertWords['severity']>> = {
  critical: 'critical',
  page: 'critical',
  warning: 'warning',
  info: 'info',
  none: 'info',
};
const CLUSTER_ID = /^[a-z0-9][a-z0-9._-]{0,62}$/;

export const severityOf = (labels: Alert['labels']): AlertWords['severity'] =>
  SEVERITY_WORDS[(labels.severity ?? '').toLowerCase()] ?? 'warning';

/** The cluster that an alert names, when its label can be a cluster's id. */
export const clusterOf = (labels: Alert['labels']): string | null =>
  labels.cluster !== undefined && CLUSTER_ID.test(labels.cluster) ? labels.cluster : null;

const subjectOf = (labels: Alert['labels']): string | null =>
  labels.node ?? labels.cluster ?? labels.instance ?? labels.monitor ?? labels.job ?? null;

export const alertWords = (alert: Alert, rule: Rule | null, limitOf: LimitOf): AlertWords => ({
  id: alert.id,
  ruleId: alert.ruleId,
  rule: alert.labels.alertname ?? rule?.name ?? alert.ruleId,
  state: alert.state === 'pending' ? 'pending' : 'firing',
  severity: severityOf(alert.labels),
  labels: alert.labels,
  annotations: alert.annotations,
  since: alert.activeAt,
  firedAt: alert.firedAt,
  value: Number.isFinite(alert.value) ? alert.value : null,
  limit: rule === null ? null : limitOf(rule.expr),
  forMs: rule?.forMs ?? 0,
  expr: rule?.expr,
  keptSince: alert.keptSince,
});

type Told = 'pending' | 'firing' | 'resolved';

/** What a transition is to a reader of the log; null: nothing new. A pending alert that goes is over, like a resolved one. */
const toldOf = ({ from, to }: AlertTransition): Told | null => {
  if (to !== 'inactive') return to;
  return from === 'pending' ? 'resolved' : null;
};

const titleOf = (words: AlertWords, kind: Told, wasPending: boolean, at: Ms) => {
  const subject = subjectOf(words.labels);
  const code = kind === 'resolved' && wasPending ? 'over' : kind;
  return say(`alert.${code}${subject === null ? '' : '.of'}`, {
    rule: words.rule,
    subject,
    forMs: words.forMs,
    lastedMs: Math.max(0, at - (words.firedAt ?? words.since)),
  });
};

/** The event of one transition. */
export const alertEvent = (
  transition: AlertTransition,
  rule: Rule | null,
  limitOf: LimitOf,
  at: Ms,
): EventDraft[] => {
  const kind = toldOf(transition);
  if (kind === null) return [];
  const words = alertWords(transition.alert, rule, limitOf);
  const { expr, keptSince, ...rest } = words;
  const alert: JsonObject = {
    ...rest,
    ...(expr === undefined ? {} : { expr }),
    keptSince: keptSince ?? null,
  };
  return [
    {
      kind: `alert.${kind}`,
      severity: kind === 'firing' ? words.severity : 'info',
      cluster: clusterOf(words.labels),
      node: words.labels.node ?? null,
      title: titleOf(words, kind, transition.from === 'pending', at),
      detail: { alert },
    },
  ];
};
