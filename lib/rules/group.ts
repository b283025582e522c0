import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';
import type { QueryResult } from '#lib/promql/value.ts';
import type { Sliced } from '#lib/promql/work.ts';

import { endAlerts, evaluateAlerts } from './alerting.ts';
import type { AlertTransition, Templates } from './alerting.ts';
import { labelsWithin } from './rule.ts';
import type { Alert, Rule, RuleGroup } from './rule.ts';
import { alertSamples, endedSeries, recordSamples, seriesOf, vectorOf } from './series.ts';
import type { RuleSample, SeriesSet } from './series.ts';

/** Evaluates an expression's text at an instant, in slices. @throws Error when it cannot; its message is the rule's error */
export type QueryFunc = (expr: string, at: Ms) => Sliced<Pick<QueryResult, 'value'>>;

/** What a group needs from where it runs. */
export interface GroupSurroundings {
  readonly query: QueryFunc;
  /**
   * Stores what a rule made before the next rule of the group is evaluated, which may read it.
   * @param ended series that get a stale marker
   * @throws Error when a sample could not be stored; it becomes the rule's error, its alerts stand
   */
  readonly write: (rule: Rule, samples: readonly RuleSample[], ended: readonly Labels[], at: Ms) => void;
  /** A clock for durations: only differences mean something. */
  readonly mono: () => Ms;
  readonly templates: Templates;
}

/** What is known of one rule between two evaluations. */
export interface RuleState {
  readonly health: 'ok' | 'err' | 'unknown';
  readonly error: string | null;
  readonly evaluatedAt: Ms | null;
  readonly evaluationMs: Ms | null;
  readonly alerts: ReadonlyMap<string, Alert>;
  /** What it wrote last. */
  readonly series: SeriesSet;
}

export const unevaluated: RuleState = {
  health: 'unknown',
  error: null,
  evaluatedAt: null,
  evaluationMs: null,
  alerts: new Map(),
  series: new Map(),
};

export interface GroupEvaluated {
  /** By the rule's id. */
  readonly rules: ReadonlyMap<string, RuleState>;
  readonly transitions: readonly AlertTransition[];
  /** Alerts that changed without one, in what must outlive a restart. */
  readonly touched: readonly Alert[];
}

interface Made {
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly transitions: readonly AlertTransition[];
  readonly touched: readonly Alert[];
  /** Null: nothing was made, what was written before stays as it is. */
  readonly samples: readonly RuleSample[] | null;
  readonly error: string | null;
}

function* make(
  rule: Rule,
  group: RuleGroup,
  before: RuleState,
  at: Ms,
  { query, templates }: GroupSurroundings,
): Sliced<Made> {
  try {
    const vector = vectorOf(yield* query(rule.expr, at - group.queryOffsetMs));
    if (rule.kind === 'record')
      return {
        alerts: new Map(),
        transitions: endAlerts(before.alerts, at), // it was an alerting rule once
        touched: [],
        samples: recordSamples(rule, vector, group.limit),
        error: null,
      };
    const made = evaluateAlerts(rule, vector, before.alerts, at, templates, group.limit);
    return { ...made, samples: made.error === null ? alertSamples(made.alerts) : null };
  } catch (cause) {
    const error = cause instanceof Error ? cause.message : String(cause);
    return { alerts: before.alerts, transitions: [], touched: [], samples: null, error };
  }
}

/** @returns what went wrong in storing */
const store = (
  rule: Rule,
  samples: readonly RuleSample[] | null,
  ended: readonly Labels[],
  at: Ms,
  group: RuleGroup,
  { write }: GroupSurroundings,
): string | null => {
  if (samples === null) return null;
  try {
    write(rule, samples, ended, at - group.queryOffsetMs);
    return null;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
};

function* evaluateRule(
  own: Rule,
  group: RuleGroup,
  before: RuleState,
  at: Ms,
  around: GroupSurroundings,
): Sliced<Pick<Made, 'transitions' | 'touched'> & { readonly state: RuleState }> {
  const rule = { ...own, labels: labelsWithin(group, own) };
  const start = around.mono();
  const made = yield* make(rule, group, before, at, around);
  const series = made.samples === null ? before.series : seriesOf(made.samples);
  const error =
    made.error ?? store(rule, made.samples, endedSeries(before.series, series), at, group, around);
  const state = {
    health: error === null ? 'ok' : 'err',
    error,
    evaluatedAt: at,
    evaluationMs: around.mono() - start,
    alerts: made.alerts,
    series,
  } as const;
  return { state, transitions: made.transitions, touched: made.touched };
}

/** The end of a rule that is disabled, removed or replaced: its alerts end and its series get stale markers. */
export const retireRule = (
  state: RuleState,
  at: Ms,
): { readonly transitions: readonly AlertTransition[]; readonly ended: readonly Labels[] } => ({
  transitions: endAlerts(state.alerts, at),
  ended: [...state.series.values()],
});

/**
 * Evaluates a group's rules one after another at one instant, in slices (Prometheus documentation, "Recording rules": groups). What one
 * rule makes is written before the next is evaluated. A rule that fails keeps its alerts as they were and the others go on.
 * A disabled rule is retired.
 * @param before what was known after the evaluation before this one, by the rule's id
 */
export function* evaluateGroup(
  group: RuleGroup,
  at: Ms,
  before: ReadonlyMap<string, RuleState>,
  around: GroupSurroundings,
): Sliced<GroupEvaluated> {
  const rules = new Map<string, RuleState>();
  const transitions: AlertTransition[] = [];
  const touched: Alert[] = [];
  for (const rule of group.rules) {
    const known = before.get(rule.id) ?? unevaluated;
    if (rule.enabled) {
      const evaluated = yield* evaluateRule(rule, group, known, at, around);
      rules.set(rule.id, evaluated.state);
      transitions.push(...evaluated.transitions);
      touched.push(...evaluated.touched);
      continue;
    }
    const retired = retireRule(known, at);
    if (retired.ended.length > 0) around.write(rule, [], retired.ended, at - group.queryOffsetMs);
    transitions.push(...retired.transitions);
    rules.set(rule.id, unevaluated);
  }
  return { rules, transitions, touched };
}
