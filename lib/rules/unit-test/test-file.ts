import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

import { shapeProblems } from '../rule-keys.ts';
import type { RuleProblem } from '../file.ts';
import { readYaml } from '../yaml-place.ts';
import type { YamlPath } from '../yaml-place.ts';
import { parseMetric, parseValues } from './series-notation.ts';
import type { SeriesValue } from './series-notation.ts';
import { testFileKeys } from './test-keys.ts';
import type { TestKeys } from './test-keys.ts';

export interface ExpectedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
}

export interface AlertTest {
  readonly at: Ms;
  readonly alert: string;
  readonly expected: readonly ExpectedAlert[];
}

export interface ExprTest {
  readonly at: Ms;
  readonly expr: string;
  readonly expected: readonly { readonly labels: Labels; readonly value: number }[];
}

export interface RuleTest {
  readonly name: string;
  readonly intervalMs: Ms;
  readonly series: readonly { readonly labels: Labels; readonly values: readonly SeriesValue[] }[];
  readonly alerts: readonly AlertTest[];
  readonly exprs: readonly ExprTest[];
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

/** A file of rule unit tests (Prometheus documentation, "Unit testing for rules"). */
export interface TestFile {
  /** Patterns, relative to the file. */
  readonly ruleFiles: readonly string[];
  readonly evaluationIntervalMs: Ms;
  /** Names of groups, first to last; others keep the order of their files. */
  readonly groupOrder: readonly string[];
  /** Values one step of a double apart count as equal. */
  readonly fuzzy: boolean;
  readonly tests: readonly RuleTest[];
}

export type TestFileRead =
  | { readonly ok: true; readonly file: TestFile }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] };

const DEFAULT_INTERVAL_MS = 60_000;

type Attempt = <Result>(path: YamlPath, read: () => Result) => Result | null;

const toTest = (
  test: TestKeys,
  path: YamlPath,
  intervalMs: Ms,
  attempt: Attempt,
  readValues: (text: string) => SeriesValue[],
): RuleTest => ({
  name: test.name,
  intervalMs: test.interval === 0 ? intervalMs : test.interval,
  series: test.input_series.flatMap(({ series, values }, index) => {
    const labels = attempt([...path, 'input_series', index, 'series'], () => parseMetric(series));
    const read = attempt([...path, 'input_series', index, 'values'], () => readValues(values));
    return labels === null || read === null ? [] : [{ labels, values: read }];
  }),
  alerts: test.alert_rule_test.map(({ eval_time, alertname, exp_alerts }) => ({
    at: eval_time,
    alert: alertname,
    expected: exp_alerts.map(({ exp_labels, exp_annotations }) => ({
      labels: { ...exp_labels, alertname },
      annotations: exp_annotations,
    })),
  })),
  exprs: test.promql_expr_test.map(({ eval_time, expr, exp_samples }, index) => ({
    at: eval_time,
    expr,
    expected: exp_samples.flatMap(({ labels, value }, at) => {
      const place = [...path, 'promql_expr_test', index, 'exp_samples', at, 'labels'];
      const read = attempt(place, () => parseMetric(labels));
      return read === null ? [] : [{ labels: read, value }];
    }),
  })),
  externalLabels: test.external_labels,
  externalUrl: test.external_url,
});

/** A reader of series that counts what it has read: no file may hold more values in all. */
const countedValues = (most: number): ((text: string) => SeriesValue[]) => {
  let left = most;
  return (text) => {
    const values = parseValues(text, left);
    left -= values.length;
    return values;
  };
};

const MOST_VALUES = 10_000_000;

/**
 * Reads a file of rule unit tests; what is wrong in it comes with line and column.
 * @param mostValues values of all series together
 */
export const readTestFile = (text: string, file: string, mostValues = MOST_VALUES): TestFileRead => {
  const yaml = readYaml(text);
  const problems: RuleProblem[] = yaml.errors.map((error) => ({
    ...error,
    file,
    message: `this is no YAML: ${error.message}`,
  }));
  if (problems.length > 0) return { ok: false, problems };
  const report = (path: YamlPath, message: string): void =>
    void problems.push({ file, ...yaml.placeOf(path), message });
  const parsed = testFileKeys.safeParse(yaml.value === '' ? {} : yaml.value);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) shapeProblems(issue, report);
    return { ok: false, problems };
  }
  const { evaluation_interval, group_eval_order, rule_files, fuzzy_compare, tests } = parsed.data;
  const attempt: Attempt = (path, read) => {
    try {
      return read();
    } catch (cause) {
      report(path, cause instanceof Error ? cause.message : String(cause));
      return null;
    }
  };
  const evaluationIntervalMs = evaluation_interval === 0 ? DEFAULT_INTERVAL_MS : evaluation_interval;
  group_eval_order.forEach((name, index) => {
    if (group_eval_order.indexOf(name) < index)
      report(
        ['group_eval_order', index],
        `group name ${name} is repeated in the evaluation order; remove one`,
      );
  });
  const readValues = countedValues(mostValues);
  const read = tests.map((test, index) =>
    toTest(test, ['tests', index], evaluationIntervalMs, attempt, readValues),
  );
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    file: {
      ruleFiles: rule_files,
      evaluationIntervalMs,
      groupOrder: group_eval_order,
      fuzzy: fuzzy_compare,
      tests: read,
    },
  };
};
