import { addTo, meanOf, sumOf } from './kahan.ts';
import { quantileOf } from './quantile.ts';
import { extrapolatedChange, lastChange } from './rate.ts';
import { fitLine } from './regression.ts';
import type { Window } from './selection.ts';

/** A window's value; null: the series has none at this instant. */
export type WindowFunction = (window: Window) => number | null;

type Samples = Window['samples'];

const valuesOf = (samples: Samples): number[] => samples.map((sample) => sample.value);

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

/** The extreme sample; NaN gives way to any number. */
const extreme = (
  samples: Samples,
  beats: (value: number, best: number) => boolean,
): Samples[number] | undefined =>
  samples.reduce((best, sample) =>
    beats(sample.value, best.value) || Number.isNaN(best.value) ? sample : best,
  );

const largest = (samples: Samples): number | null =>
  extreme(samples, (value, best) => value > best)?.value ?? null;
const smallest = (samples: Samples): number | null =>
  extreme(samples, (value, best) => value < best)?.value ?? null;

const seconds = (sample: Samples[number] | undefined): number | null =>
  sample === undefined ? null : sample.at / 1000;

const ofValues =
  (calculate: (values: readonly number[]) => number): WindowFunction =>
  ({ samples }) =>
    calculate(valuesOf(samples));

/** Functions of a range vector alone (Prometheus documentation, "Functions"). */
export const WINDOW_FUNCTIONS: Readonly<Record<string, WindowFunction>> = {
  rate: (window) => extrapolatedChange(window, { counter: true, perSecond: true }),
  increase: (window) => extrapolatedChange(window, { counter: true, perSecond: false }),
  delta: (window) => extrapolatedChange(window, { counter: false, perSecond: false }),
  irate: (window) => lastChange(window, { counter: true, perSecond: true }),
  idelta: (window) => lastChange(window, { counter: false, perSecond: false }),
  deriv: ({ samples }) => (samples.length < 2 ? null : fitLine(samples, samples[0]?.at ?? 0).slope),
  changes: ofValues((values) => countPairs(values, changed)),
  resets: ofValues((values) => countPairs(values, (before, after) => after < before)),
  avg_over_time: ofValues(meanOf),
  sum_over_time: ofValues(sumOf),
  min_over_time: ({ samples }) => smallest(samples),
  max_over_time: ({ samples }) => largest(samples),
  count_over_time: ({ samples }) => samples.length,
  present_over_time: () => 1,
  last_over_time: ({ samples }) => samples.at(-1)?.value ?? null,
  first_over_time: ({ samples }) => samples[0]?.value ?? null,
  stdvar_over_time: ofValues(varianceOf),
  stddev_over_time: ofValues((values) => Math.sqrt(varianceOf(values))),
  mad_over_time: ofValues(medianDeviation),
  ts_of_first_over_time: ({ samples }) => seconds(samples[0]),
  ts_of_last_over_time: ({ samples }) => seconds(samples.at(-1)),
  ts_of_max_over_time: ({ samples }) => seconds(extreme(samples, (value, best) => value >= best)),
  ts_of_min_over_time: ({ samples }) => seconds(extreme(samples, (value, best) => value <= best)),
};

/** Those that answer with a sample of the series itself, and so keep its name. */
export const KEEPS_NAME: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time']);
