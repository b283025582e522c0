import { formatDuration } from '#lib/model/time.ts';
import type { Ms } from '#lib/model/time.ts';
import { instantQuery, parsePromql } from '#lib/promql/promql.ts';
import type { Expr } from '#lib/promql/ast.ts';
import { finish } from '#lib/promql/work.ts';

import { evaluateGroup } from '../group.ts';
import type { GroupSurroundings, QueryFunc, RuleState } from '../group.ts';
import type { RuleGroup } from '../rule.ts';
import { vectorOf } from '../series.ts';
import { createTemplates } from '../template/alert-template.ts';
import { alertLines, alertsText, sameAlerts, sameSamples, sampleLines, samplesText } from './compare.ts';
import type { AlertTest, ExpectedAlert, ExprTest, RuleTest, TestFile } from './test-file.ts';
import { createTestSamples } from './test-samples.ts';
import type { TestSamples } from './test-samples.ts';

/** What went otherwise than a test expects, with both sides; an error has no sides. */
export interface TestFailure {
  /** What was looked at: an alert's name, an expression, or the rule that could not be evaluated. */
  readonly what: 'alert' | 'expr' | 'rule';
  readonly subject: string;
  readonly at: Ms;
  readonly expected: readonly string[];
  readonly got: readonly string[];
  readonly error: string | null;
  /** In the words of `promtool test rules`. */
  readonly text: string;
}

/** What one test of a file came to. */
export interface TestOutcome {
  readonly name: string;
  /** Empty: it holds. */
  readonly failures: readonly TestFailure[];
}

export const failureText = ({ text }: TestFailure): string => text;

/** How much work a run may be. */
export interface RunLimits {
  /** Evaluations of all tests together. */
  readonly mostSteps: number;
  /** Asked before each evaluation: whether it has taken too long. */
  readonly isOver: () => boolean;
}

const NO_LIMITS: RunLimits = { mostSteps: Number.POSITIVE_INFINITY, isOver: () => false };

const SHORTER = 'make eval_time shorter or evaluation_interval longer';

const evaluator = (samples: TestSamples): QueryFunc => {
  const parsed = new Map<string, Expr>();
  return (text, at) => {
    const expr = parsed.get(text) ?? parsePromql(text);
    parsed.set(text, expr);
    return instantQuery(expr, samples, at);
  };
};

const load = (test: RuleTest): TestSamples => {
  const samples = createTestSamples();
  for (const { labels, values } of test.series)
    samples.plan(
      labels,
      values.flatMap((value, index) => {
        if (value === null) return [];
        const stale = value === 'stale';
        return [{ at: index * test.intervalMs, value: stale ? Number.NaN : value, stale }];
      }),
    );
  return samples;
};

const surroundings = (test: RuleTest, samples: TestSamples, query: QueryFunc): GroupSurroundings => ({
  query,
  write: (_rule, made, ended, at) => {
    const errors = made.map(({ labels, value }) => samples.append(labels, { at, value, stale: false }));
    for (const labels of ended) samples.append(labels, { at, value: Number.NaN, stale: true });
    const wrong = errors.find((error) => error !== null);
    if (wrong !== undefined && wrong !== null) throw new Error(wrong);
  },
  mono: () => 0,
  templates: createTemplates({
    externalLabels: test.externalLabels,
    externalUrl: test.externalUrl,
    query: (expr, at) => vectorOf(finish(query(expr, at))),
  }),
});

type States = ReadonlyMap<RuleGroup, ReadonlyMap<string, RuleState>>;

const firing = (states: States, alert: string): ExpectedAlert[] =>
  [...states].flatMap(([group, rules]) =>
    group.rules
      .filter((rule) => rule.kind === 'alert' && rule.name === alert)
      .flatMap((rule) => [...(rules.get(rule.id)?.alerts.values() ?? [])])
      .filter(({ state }) => state === 'firing')
      .map(({ labels, annotations }) => ({ labels, annotations })),
  );

const checkAlert = (test: RuleTest, { at, alert, expected }: AlertTest, states: States): TestFailure[] => {
  const got = firing(states, alert);
  if (sameAlerts(expected, got)) return [];
  const name = test.name === '' ? '' : `    name: ${test.name},\n`;
  return [
    {
      what: 'alert',
      subject: alert,
      at,
      expected: alertLines(expected),
      got: alertLines(got),
      error: null,
      text: `${name}    alertname: ${alert}, time: ${formatDuration(at)}, \n        exp:${alertsText(expected)}, \n        got:${alertsText(got)}`,
    },
  ];
};

const checkExpr = ({ at, expr, expected }: ExprTest, query: QueryFunc, fuzzy: boolean): TestFailure[] => {
  const failure = {
    what: 'expr',
    subject: expr,
    at,
    expected: sampleLines(expected),
    got: [],
    error: null,
  } as const;
  const head = `    expr: ${JSON.stringify(expr)}, time: ${formatDuration(at)},`;
  try {
    const got = vectorOf(finish(query(expr, at)));
    if (sameSamples(expected, got, fuzzy)) return [];
    const text = `${head}\n        exp: ${samplesText(expected)}\n        got: ${samplesText(got)}`;
    return [{ ...failure, got: sampleLines(got), text }];
  } catch (cause) {
    const error = cause instanceof Error ? cause.message : String(cause);
    return [{ ...failure, error, text: `${head} err: ${error}` }];
  }
};

const evaluationErrors = (states: States, at: Ms): TestFailure[] =>
  [...states].flatMap(([group, rules]) =>
    group.rules.flatMap((rule) => {
      const error = rules.get(rule.id)?.error ?? null;
      if (error === null) return [];
      const text = `    rule: ${rule.name}, time: ${formatDuration(at)}, err: ${error}`;
      return [{ what: 'rule' as const, subject: rule.name, at, expected: [], got: [], error, text }];
    }),
  );

/** The last instant that a test looks at. */
const endOf = ({ alerts, exprs }: RuleTest): Ms =>
  Math.max(0, ...alerts.map(({ at }) => at), ...exprs.map(({ at }) => at));

const runTest = (
  test: RuleTest,
  groups: readonly RuleGroup[],
  { evaluationIntervalMs, fuzzy }: TestFile,
  { isOver }: RunLimits,
): TestFailure[] => {
  const samples = load(test);
  const query = evaluator(samples);
  const around = surroundings(test, samples, query);
  const end = endOf(test);
  const states = new Map<RuleGroup, ReadonlyMap<string, RuleState>>(
    groups.map((group) => [group, new Map()]),
  );
  const failures: TestFailure[] = [];
  for (let at = 0; at <= end; at += evaluationIntervalMs) {
    if (isOver()) throw new Error(`the tests take too long; ${SHORTER}`);
    samples.advance(at);
    for (const group of groups)
      states.set(group, finish(evaluateGroup(group, at, states.get(group) ?? new Map(), around)).rules);
    const errors = evaluationErrors(states, at);
    if (errors.length > 0) return [...failures, ...errors];
    for (const expected of test.alerts.filter((one) => one.at >= at && one.at < at + evaluationIntervalMs))
      failures.push(...checkAlert(test, expected, states));
  }
  return [...failures, ...test.exprs.flatMap((one) => checkExpr(one, query, fuzzy))];
};

const inOrder = (groups: readonly RuleGroup[], order: readonly string[]): RuleGroup[] =>
  groups.toSorted((a, b) => Math.max(0, order.indexOf(a.name)) - Math.max(0, order.indexOf(b.name)));

/**
 * Runs the tests of a file over rules, as `promtool test rules` does: every group is evaluated at every evaluation interval,
 * whatever its own interval is.
 * @param groups the groups of the rule files that it names
 * @throws Error when it is more work than the limits allow
 */
export const runTestFile = (
  file: TestFile,
  groups: readonly RuleGroup[],
  limits: RunLimits = NO_LIMITS,
): TestOutcome[] => {
  const steps = file.tests.reduce((sum, test) => sum + endOf(test) / file.evaluationIntervalMs + 1, 0);
  if (steps > limits.mostSteps)
    throw new Error(`the tests are more than ${limits.mostSteps} evaluations; ${SHORTER}`);
  const ordered = inOrder(groups, file.groupOrder);
  return file.tests.map((test) => ({ name: test.name, failures: runTest(test, ordered, file, limits) }));
};
