import { createHash } from 'node:crypto';

import type { RuleGroupView, RuleView } from '#lib/engine/data/alerting-reads.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Matcher } from '#lib/promql/matcher.ts';
import { labelsWithin } from '#lib/rules/rule.ts';
import type { Alert } from '#lib/rules/rule.ts';
import { compileMatchers } from '#lib/tsdb/matcher.ts';

import { iso } from '../dto.ts';

import { invalidParameter } from './envelope.ts';
import { booleanParameter, integerOf } from './params.ts';
import { selectorsParameter } from './selectors.ts';

const NEVER = '0001-01-01T00:00:00Z';

/** A value as Go's `strconv.FormatFloat(v, 'e', -1, 64)` writes it, which Prometheus uses for alerts. */
const exponential = (value: number): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
};

/** An alert as Prometheus shows it. */
export const alertJson = (alert: Alert) => ({
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

/** Groups by file and name, as Prometheus lists them. */
const byFile = (a: RuleGroupView, b: RuleGroupView): number =>
  Buffer.compare(Buffer.from(fileOf(a)), Buffer.from(fileOf(b))) ||
  Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));

/** What names the first group of the next page. */
const tokenOf = (group: RuleGroupView): string =>
  createHash('sha1')
    .update(`${fileOf(group)};${group.name}`)
    .digest('hex');

interface Page {
  /** 0: all groups. */
  readonly limit: number;
  /** Empty: from the beginning. */
  readonly token: string;
}

const MOST_GROUPS = 2 ** 31 - 1;

const pageOf = (parameters: URLSearchParams): Page => {
  const text = parameters.get('group_limit') ?? '';
  const token = parameters.get('group_next_token') ?? '';
  if (text === '') {
    if (token === '') return { limit: 0, token };
    const message = 'group_limit needs to be present in order to paginate over the groups';
    throw invalidParameter('group_next_token', message);
  }
  const limit = integerOf(text, MOST_GROUPS, (reason) =>
    invalidParameter('group_limit', `group_limit needs to be a valid number: strconv.ParseInt: ${reason}`),
  );
  if (limit <= 0) throw invalidParameter('group_limit', 'group_limit needs to be greater than 0');
  return { limit, token };
};

/** The groups from the one that a token names. */
const from = (groups: readonly RuleGroupView[], token: string): readonly RuleGroupView[] => {
  if (token === '') return groups;
  const first = groups.findIndex((group) => tokenOf(group) === token);
  if (first !== -1) return groups.slice(first);
  const message = `invalid group_next_token '${token}'. were rule groups changed?`;
  throw invalidParameter('group_next_token', message);
};

/**
 * The data of `/api/v1/rules` (Prometheus documentation, "HTTP API": rules). Switched-off rules are not listed: Prometheus has none.
 * @throws ApiError for a wrong parameter
 */
export const listRules = (groups: readonly RuleGroupView[], parameters: URLSearchParams): string => {
  const type = (parameters.get('type') ?? '').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record')
    throw invalidParameter('type', `not supported value ${JSON.stringify(type)}`);
  const selectors = selectorsParameter(parameters);
  const withAlerts = !booleanParameter(parameters, 'exclude_alerts');
  const page = pageOf(parameters);
  const isWanted = ({ rule }: RuleView): boolean =>
    (type === '' || rule.kind === type) &&
    anyOf(parameters.getAll('rule_name[]'), rule.name) &&
    isSelected(rule.labels, selectors);

  const listed = from(groups.toSorted(byFile), page.token).flatMap((group) => {
    if (!anyOf(parameters.getAll('rule_group[]'), group.name)) return [];
    if (!anyOf(parameters.getAll('file[]'), fileOf(group))) return [];
    const rules = group.rules.filter(({ rule }) => rule.enabled).map((view) => withGroupLabels(group, view));
    const wanted = rules.filter(isWanted);
    if (wanted.length === 0) return [];
    const { evaluation } = group;
    const json = {
      name: group.name,
      file: fileOf(group),
      rules: wanted.map((rule) => ruleJson(rule, withAlerts)),
      interval: group.intervalMs / 1000,
      limit: group.limit,
      evaluationTime: (evaluation?.durationMs ?? 0) / 1000,
      lastEvaluation: evaluation === null ? NEVER : iso(evaluation.at),
    };
    return [{ json, token: tokenOf(group) }];
  });
  const shown = page.limit === 0 ? listed : listed.slice(0, page.limit);
  const next = listed.at(shown.length);
  return JSON.stringify({
    groups: shown.map(({ json }) => json),
    ...(next === undefined ? {} : { groupNextToken: next.token }),
  });
};
