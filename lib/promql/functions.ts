import type { Labels } from '#lib/model/labels.ts';

import { invalidQuantile, possibleNonCounter } from './annotations.ts';
import { unwrapParens, type Expr } from './ast.ts';
import { CALENDAR_FUNCTIONS } from './calendar.ts';
import type { CallInput, SampleFunction, WholeFunction } from './call.ts';
import { PromqlEvalError } from './error.ts';
import { formatPlain } from './format-value.ts';
import { HISTOGRAM_FUNCTIONS, NATIVE_HISTOGRAM_FUNCTIONS } from './histogram-functions.ts';
import { LABEL_FUNCTIONS, SORT_FUNCTIONS } from './label-functions.ts';
import { METRIC_NAME, withoutName } from './label-set.ts';
import { larger, NUMBER_FUNCTIONS, roundTo, smaller } from './math.ts';
import { KEEPS_NAME, WINDOW_FUNCTIONS, type WindowFunction } from './over-time.ts';
import { isQuantile, quantileOf } from './quantile.ts';
import { fitLine, smooth } from './regression.ts';
import type { VectorSample } from './value.ts';

/** A function of each number alone; the result is no longer the metric. */
const eachValue =
  (calculate: (value: number, scalars: readonly number[]) => number): SampleFunction =>
  (input) =>
    input.vector.map((sample) => ({
      labels: withoutName(sample.labels),
      at: input.at,
      value: calculate(sample.value, input.scalars),
    }));

const eachWindow = (input: CallInput, calculate: WindowFunction, keepsName = false): VectorSample[] =>
  input.windows.flatMap((window) => {
    const value = calculate(window);
    if (value === null) return [];
    return [{ labels: keepsName ? window.labels : withoutName(window.labels), at: input.at, value }];
  });

const windowFunction =
  (name: string, calculate: WindowFunction): SampleFunction =>
  (input) =>
    eachWindow(input, calculate, KEEPS_NAME.has(name));

const COUNTER_NAME = /_(?:total|sum|count|bucket)$/;

/** `rate` and `increase`, which say when a metric's name is not that of a counter. */
const counterFunction =
  (calculate: WindowFunction): SampleFunction =>
  (input) =>
    eachWindow(input, (window) => {
      const value = calculate(window);
      const name = window.labels[METRIC_NAME] ?? '';
      if (value !== null && name !== '' && !COUNTER_NAME.test(name))
        input.notes.inform(possibleNonCounter(name), input.call.args[0]?.place ?? input.call.place);
      return value;
    });

const fromTables = (
  entries: readonly (readonly [string, SampleFunction])[],
): Readonly<Record<string, SampleFunction>> => Object.fromEntries(entries);

/** What can be said of a series that is absent: the labels that its selector asks to be equal, each once. */
const labelsOfAbsent = (argument: Expr | undefined): Labels => {
  const inner = argument === undefined ? undefined : unwrapParens(argument);
  const selector = inner?.kind === 'matrix' ? inner.selector : inner;
  if (selector?.kind !== 'selector') return {};
  const labels = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, op, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (op === '=' && !seen.has(name)) {
      seen.add(name);
      if (value !== '') labels.set(name, value);
    } else labels.delete(name);
  }
  return Object.fromEntries(labels);
};

const absent: SampleFunction = (input) =>
  input.vector.length + input.windows.length > 0
    ? []
    : [{ labels: labelsOfAbsent(input.call.args[0]), at: input.at, value: 1 }];

const quantileOverTime: SampleFunction = (input) => {
  const [quantile = Number.NaN] = input.scalars;
  if (input.windows.length > 0 && !isQuantile(quantile))
    input.notes.warn(invalidQuantile(quantile), input.call.args[0]?.place ?? input.call.place);
  return eachWindow(input, ({ values }) => quantileOf(quantile, values));
};

const fixed = (value: number): string =>
  Number.isFinite(value) && Math.abs(value) < 1e21 ? value.toFixed(6) : formatPlain(value);

const doubleExponentialSmoothing: SampleFunction = (input) => {
  const [smoothing = 0, trend = 0] = input.scalars;
  if (!(smoothing > 0 && smoothing < 1))
    throw new PromqlEvalError(`invalid smoothing factor. Expected: 0 < sf < 1, got: ${fixed(smoothing)}`);
  if (!(trend > 0 && trend < 1))
    throw new PromqlEvalError(`invalid trend factor. Expected: 0 < tf < 1, got: ${fixed(trend)}`);
  return eachWindow(input, ({ values }) => smooth(values, smoothing, trend));
};

const predictLinear: SampleFunction = (input) =>
  eachWindow(input, (window) => {
    if (window.values.length < 2) return null;
    const { slope, intercept } = fitLine(window, input.at);
    return slope * (input.scalars[0] ?? 0) + intercept;
  });

/** Without an argument the calendar is asked about now. */
const calendarFunction =
  (field: (seconds: number) => number): SampleFunction =>
  (input) =>
    input.call.args.length === 0
      ? [{ labels: {}, at: input.at, value: field(input.at / 1000) }]
      : eachValue(field)(input);

const clamp = eachValue((value, [min = 0, max = 0]) => larger(min, smaller(max, value)));

/** A selector's samples know their own instants; anything worked out is of the evaluation's. */
const timestamp: SampleFunction = (input) => {
  const [argument] = input.call.args;
  const own = argument !== undefined && unwrapParens(argument).kind === 'selector';
  return input.vector.map((sample) => ({
    labels: withoutName(sample.labels),
    at: input.at,
    value: (own ? sample.at : input.at) / 1000,
  }));
};

/** Functions of each sample or window by itself, and those without any. */
export const SAMPLE_FUNCTIONS: Readonly<Record<string, SampleFunction>> = {
  ...fromTables(Object.entries(WINDOW_FUNCTIONS).map(([name, one]) => [name, windowFunction(name, one)])),
  ...fromTables(
    Object.entries(WINDOW_FUNCTIONS)
      .filter(([name]) => name === 'rate' || name === 'increase')
      .map(([name, one]) => [name, counterFunction(one)]),
  ),
  ...fromTables(Object.entries(NUMBER_FUNCTIONS).map(([name, one]) => [name, eachValue(one)])),
  ...fromTables(Object.entries(CALENDAR_FUNCTIONS).map(([name, one]) => [name, calendarFunction(one)])),
  ...NATIVE_HISTOGRAM_FUNCTIONS,
  ...LABEL_FUNCTIONS,
  round: eachValue((value, [multiple = 1]) => roundTo(value, multiple)),
  clamp: (input) => ((input.scalars[0] ?? 0) > (input.scalars[1] ?? 0) ? [] : clamp(input)),
  clamp_min: eachValue((value, [min = 0]) => larger(min, value)),
  clamp_max: eachValue((value, [max = 0]) => smaller(max, value)),
  absent,
  absent_over_time: absent,
  quantile_over_time: quantileOverTime,
  predict_linear: predictLinear,
  double_exponential_smoothing: doubleExponentialSmoothing,
  timestamp,
  vector: (input) => [{ labels: {}, at: input.at, value: input.scalars[0] ?? Number.NaN }],
};

/** Functions that need all samples at once. */
export const WHOLE_FUNCTIONS: Readonly<Record<string, WholeFunction>> = {
  ...HISTOGRAM_FUNCTIONS,
  ...SORT_FUNCTIONS,
};

/** Every function that yields a number. */
export const SCALAR_FUNCTIONS: Readonly<Record<string, (input: CallInput) => number>> = {
  time: (input) => input.at / 1000,
  pi: () => Math.PI,
  scalar: (input) => {
    const [only, second] = input.vector;
    return only === undefined || second !== undefined ? Number.NaN : only.value;
  },
};
