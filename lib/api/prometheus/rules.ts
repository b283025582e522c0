import 'server-only';

import type { RuleGroupView, RuleView } from '#lib/engine/data/alerting-reads.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Matcher } from '#lib/promql/matcher.ts';
import { labelsWithin } from '#lib/rules/rule.ts';
import type { Alert } from '#lib/rules/rule.ts';
import { compileMatchers } from '#lib/tsdb/matcher.ts';

import { iso } from '../dto.ts';
import { live } from '../live.ts';

import { ApiError } from './envelope.ts';
import type { Answer } from './envelope.ts';
import { parametersOf } from './params.ts';
import { selectorsParameter } from './selectors.ts';

const NEVER = '0001-01-01T00:00:00Z';

/** A value as Go's `strconv.FormatFloat(v, 'e', -1, 64)` writes it, which Prometheus uses for alerts. */
const exponential = (value: number): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
};

const alertJson = (alert: Alert) => ({
  labels: alert.labels,
  annotations: alert.annotations,
  state: alert.state,
  activeAt: iso(alert.activeAt),
  ...(alert.keptSince === null ? {} : { keepFiringSince: iso(alert.keptSince) }),
  value: exponential(alert.value),
});

const HEALTH = { ok: 'ok', err: 'err', unknown: 'unknown' } as const;

const ruleJson = (
  { rule, alerts, health, error, evaluatedAt, evaluationMs }: RuleView,
  withAlerts: boolean,
) => {
  const evaluated = {
    health: HEALTH[health],
    ...(error === null ? {} : { lastError: error }),
    evaluationTime: (evaluationMs ?? 0) / 1000,
    lastEvaluation: evaluatedAt === null ? NEVER : iso(evaluatedAt),
  };
  if (rule.kind === 'record')
    return {
      name: rule.name,
      query: rule.expr,
      ...(Object.keys(rule.labels).length === 0 ? {} : { labels: rule.labels }),
      ...evaluated,
      type: 'recording',
    };
  const state = alerts.some((alert) => alert.state === 'firing')
    ? 'firing'
    : alerts.length > 0
      ? 'pending'
      : evaluatedAt === null
        ? 'unknown'
        : 'inactive';
  return {
    state,
    name: rule.name,
    query: rule.expr,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    labels: rule.labels,
    annotations: rule.annotations,
    alerts: withAlerts ? alerts.map(alertJson) : [],
    ...evaluated,
    type: 'alerting',
  };
};

/** Whether a rule's own labels meet any selector of `match[]`. */
const isSelected = (labels: Labels, selectors: readonly (readonly Matcher[])[]): boolean =>
  selectors.length === 0 || selectors.some((matchers) => compileMatchers(matchers).acceptsLabels(labels));

const anyOf = (wanted: readonly string[], value: string): boolean =>
  wanted.length === 0 || wanted.includes(value);

/** Prometheus shows the labels that a rule adds, wherever they are written down. */
const withGroupLabels = (group: RuleGroupView, view: RuleView): RuleView => ({
  ...view,
  rule: { ...view.rule, labels: labelsWithin(group, view.rule) },
});

const fileOf = (group: RuleGroupView): string => group.file ?? group.source;

/** `/api/v1/rules` (Prometheus documentation, "HTTP API": rules). Switched-off rules are not listed: Prometheus has none. */
export const rules = async (request: Request): Promise<Answer> => {
  const parameters = await parametersOf(request);
  const type = (parameters.get('type') ?? '').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record')
    throw new ApiError('bad_data', `invalid parameter "type": not supported value ${JSON.stringify(type)}`);
  const withAlerts = parameters.get('exclude_alerts') !== 'true';
  const selectors = selectorsParameter(parameters);
  const isWanted = ({ rule }: RuleView): boolean =>
    rule.enabled &&
    (type === '' || rule.kind === type) &&
    anyOf(parameters.getAll('rule_name[]'), rule.name) &&
    isSelected(rule.labels, selectors);
  const view = await (await live()).data().rules();
  const groups = view.groups
    .filter(
      (group) =>
        anyOf(parameters.getAll('rule_group[]'), group.name) &&
        anyOf(parameters.getAll('file[]'), fileOf(group)),
    )
    .map((group) => {
      const wanted = group.rules.map((view) => withGroupLabels(group, view)).filter(isWanted);
      const evaluated = Math.max(0, ...wanted.map((rule) => rule.evaluatedAt ?? 0));
      return {
        name: group.name,
        file: fileOf(group),
        rules: wanted.map((rule) => ruleJson(rule, withAlerts)),
        interval: group.intervalMs / 1000,
        limit: group.limit,
        evaluationTime: wanted.reduce((sum, rule) => sum + (rule.evaluationMs ?? 0), 0) / 1000,
        lastEvaluation: evaluated === 0 ? NEVER : iso(evaluated),
      };
    })
    .filter((group) => group.rules.length > 0);
  return { data: JSON.stringify({ groups }) };
};

/** `/api/v1/alerts` (Prometheus documentation, "HTTP API": alerts). */
export const alerts = async (): Promise<Answer> => {
  const { groups } = await (await live()).data().rules();
  const active = groups.flatMap((group) => group.rules.flatMap((rule) => rule.alerts.map(alertJson)));
  return { data: JSON.stringify({ alerts: active }) };
};

/** `/api/v1/alertmanagers`: notifications go straight to their receivers, so there are none. */
export const alertmanagers = async (): Promise<Answer> => ({
  data: JSON.stringify({ activeAlertmanagers: [], droppedAlertmanagers: [] }),
});
