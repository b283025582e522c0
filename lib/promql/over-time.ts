import type { Ms } from '#lib/model/time.ts';

import { addTo, meanOf, sumOf } from './kahan.ts';
import { quantileOf } from './quantile.ts';
import { extrapolatedChange, lastChange } from './rate.ts';
import { fitLine } from './regression.ts';
import type { Window } from './selection.ts';

/** A window's value; null: the series has none at this instant. */
export type WindowFunction = (window: Window) => number | null;

/** Variance by Welford's running mean (Technometrics 1962), compensated. */
const varianceOf = (values: readonly number[]): number => {
  const mean = { sum: 0, lost: 0 };
  const squares = { sum: 0, lost: 0 };
  for (const [i, value] of values.entries()) {
    const delta = value - (mean.sum + mean.lost);
    addTo(mean, delta / (i + 1));
    addTo(squares, delta * (value - (mean.sum + mean.lost)));
  }
  return (squares.sum + squares.lost) / values.length;
};

/** Median distance from the median. */
const medianDeviation = (values: readonly number[]): number => {
  const median = quantileOf(0.5, values);
  return quantileOf(
    0.5,
    values.map((value) => Math.abs(value - median)),
  );
};

/** How often neighbours differ in the way asked for. */
const countPairs = (values: readonly number[], differs: (before: number, after: number) => boolean): number =>
  values.reduce((count, value, i) => (i > 0 && differs(values[i - 1] ?? 0, value) ? count + 1 : count), 0);

const changed = (before: number, after: number): boolean =>
  before !== after && !(Number.isNaN(before) && Number.isNaN(after));

/** Where the extreme is; NaN gives way to any number. */
const extreme = (values: readonly number[], beats: (value: number, best: number) => boolean): number =>
  values.reduce((best, value, i) => {
    const known = values[best] ?? Number.NaN;
    return beats(value, known) || Number.isNaN(known) ? i : best;
  }, 0);

const largest = (values: readonly number[]): number | null =>
  values[extreme(values, (value, best) => value > best)] ?? null;
const smallest = (values: readonly number[]): number | null =>
  values[extreme(values, (value, best) => value < best)] ?? null;

const seconds = (at: Ms | undefined): number | null => (at === undefined ? null : at / 1000);

const ofValues =
  (calculate: (values: readonly number[]) => number): WindowFunction =>
  ({ values }) =>
    calculate(values);

/** Functions of a range vector alone (Prometheus documentation, "Functions"). */
export const WINDOW_FUNCTIONS: Readonly<Record<string, WindowFunction>> = {
  rate: (window) => extrapolatedChange(window, { counter: true, perSecond: true }),
  increase: (window) => extrapolatedChange(window, { counter: true, perSecond: false }),
  delta: (window) => extrapolatedChange(window, { counter: false, perSecond: false }),
  irate: (window) => lastChange(window, { counter: true, perSecond: true }),
  idelta: (window) => lastChange(window, { counter: false, perSecond: false }),
  deriv: (window) => (window.values.length < 2 ? null : fitLine(window, window.instants[0] ?? 0).slope),
  changes: ofValues((values) => countPairs(values, changed)),
  resets: ofValues((values) => countPairs(values, (before, after) => after < before)),
  avg_over_time: ofValues(meanOf),
  sum_over_time: ofValues(sumOf),
  min_over_time: ({ values }) => smallest(values),
  max_over_time: ({ values }) => largest(values),
  count_over_time: ({ values }) => values.length,
  present_over_time: () => 1,
  last_over_time: ({ values }) => values.at(-1) ?? null,
  first_over_time: ({ values }) => values[0] ?? null,
  stdvar_over_time: ofValues(varianceOf),
  stddev_over_time: ofValues((values) => Math.sqrt(varianceOf(values))),
  mad_over_time: ofValues(medianDeviation),
  ts_of_first_over_time: ({ instants }) => seconds(instants[0]),
  ts_of_last_over_time: ({ instants }) => seconds(instants.at(-1)),
  ts_of_max_over_time: ({ instants, values }) =>
    seconds(instants[extreme(values, (value, best) => value >= best)]),
  ts_of_min_over_time: ({ instants, values }) =>
    seconds(instants[extreme(values, (value, best) => value <= best)]),
};

/** Those that answer with a sample of the series itself, and so keep its name. */
export const KEEPS_NAME: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time']);
