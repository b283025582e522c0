import { fingerprint } from '#lib/model/fingerprint.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';
import type { VectorSample } from '#lib/promql/value.ts';

import { advance } from './holding.ts';
import { overlay, withoutName } from './labelset.ts';
import type { Alert, Rule } from './rule.ts';

/** Down for longer than this, a condition seen before says nothing about now (Prometheus's `--rules.alert.for-outage-tolerance`). */
const OUTAGE_TOLERANCE_MS = 3_600_000;

/** What a template of an alert can see. */
export interface TemplateData {
  readonly labels: Labels;
  readonly value: number;
}

/** Expands the templates of labels and annotations. Never throws: what is wrong with a template becomes its text. */
export interface Templates {
  /** @param name the alert's name, for errors */
  expand(name: string, text: string, data: TemplateData, at: Ms): string;
}

/** One alert went from one state to another; `inactive` is before the first and after the last. */
export interface AlertTransition {
  /** As it is after the transition; as it last was when `to` is `inactive`. */
  readonly alert: Alert;
  readonly from: Alert['state'] | 'inactive';
  readonly to: Alert['state'] | 'inactive';
}

export interface AlertsEvaluated {
  /** By id; resolved ones stay for 15 minutes. */
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly transitions: readonly AlertTransition[];
  /** Alerts that begin or cease to be kept firing, without a transition. */
  readonly touched: readonly Alert[];
  /** What went wrong, in Prometheus's words. */
  readonly error: string | null;
}

type Active = Pick<Alert, 'id' | 'labels' | 'annotations' | 'value'>;

const activeOf = (rule: Rule, sample: VectorSample, at: Ms, templates: Templates): Active => {
  const data = { labels: sample.labels, value: sample.value };
  const expand = (texts: Labels): Labels =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, templates.expand(rule.name, text, data, at)]),
    );
  const labels = overlay(withoutName(sample.labels), { ...expand(rule.labels), alertname: rule.name });
  return {
    id: `${rule.id}/${fingerprint(labels)}`,
    labels,
    annotations: expand(rule.annotations),
    value: sample.value,
  };
};

/** What becomes of one alert at an evaluation. @param active what the expression says of it now; null: nothing */
const stepAlert = (rule: Rule, before: Alert | null, active: Active | null, at: Ms): Alert | null => {
  const holding = advance(before, active !== null, at, rule);
  const words = active ?? before;
  if (holding === null || words === null) return null;
  const { state, activeAt, firedAt, resolvedAt, keptSince } = holding;
  const { id, labels, annotations, value } = words;
  return { id, ruleId: rule.id, labels, annotations, state, activeAt, firedAt, resolvedAt, keptSince, value };
};

const transition = (before: Alert | null, after: Alert | null): AlertTransition[] => {
  const alert = after ?? before;
  const from = before?.state ?? 'inactive';
  const to = after?.state ?? 'inactive';
  return alert === null || from === to ? [] : [{ alert, from, to }];
};

/**
 * One evaluation of an alerting rule with Prometheus's meaning (Prometheus documentation, "Alerting rules").
 * @param vector what the expression gave
 * @param before the alerts after the evaluation before this one, by id
 * @param limit most pending and firing alerts; 0: no limit. More is an error, and no alert is left
 */
export const evaluateAlerts = (
  rule: Rule,
  vector: readonly VectorSample[],
  before: ReadonlyMap<string, Alert>,
  at: Ms,
  templates: Templates,
  limit = 0,
): AlertsEvaluated => {
  const active = new Map<string, Active>();
  for (const sample of vector) {
    const entry = activeOf(rule, sample, at, templates);
    if (active.has(entry.id))
      return {
        alerts: before,
        transitions: [],
        touched: [],
        error: 'vector contains metrics with the same labelset after applying alert labels',
      };
    active.set(entry.id, entry);
  }
  const alerts = new Map<string, Alert>();
  const transitions: AlertTransition[] = [];
  const touched: Alert[] = [];
  for (const id of new Set([...before.keys(), ...active.keys()])) {
    const was = before.get(id) ?? null;
    const alert = stepAlert(rule, was, active.get(id) ?? null, at);
    if (alert !== null) alerts.set(id, alert);
    const changed = transition(was, alert);
    transitions.push(...changed);
    if (changed.length === 0 && alert !== null && alert.keptSince !== was?.keptSince) touched.push(alert);
  }
  const count = [...alerts.values()].filter((alert) => alert.state !== 'resolved').length;
  if (limit > 0 && count > limit)
    return {
      alerts: new Map(),
      transitions: endAlerts(before, at),
      touched: [],
      error: `exceeded limit of ${limit} with ${count} alerts`,
    };
  return { alerts, transitions, touched, error: null };
};

/** The transitions when a rule is disabled or removed, or may not go on: firing alerts are resolved, pending ones are gone. */
export const endAlerts = (alerts: ReadonlyMap<string, Alert>, at: Ms): AlertTransition[] =>
  [...alerts.values()].flatMap((alert): AlertTransition[] => {
    if (alert.state === 'pending') return transition(alert, null);
    return transition(alert, { ...alert, state: 'resolved', resolvedAt: at, keptSince: null });
  });

/**
 * An alert remembered over a restart, as it goes into the first evaluation afterwards. It keeps its `activeAt`, so `for` is not
 * begun anew; it fires only by an evaluation that sees its condition hold. A pending one is forgotten when nobody looked for
 * more than an hour: that it held in between would be a guess. A firing one always stays, so that its end is told.
 * @param downMs how long no evaluation took place
 */
export const restoreAlert = (alert: Alert, downMs: Ms): Alert | null =>
  alert.state === 'pending' && downMs > OUTAGE_TOLERANCE_MS ? null : alert;
