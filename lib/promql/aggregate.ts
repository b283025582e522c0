import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

import { invalidQuantile, invalidRatio, type Annotations } from './annotations.ts';
import type { Aggregate } from './ast.ts';
import { PromqlEvalError } from './error.ts';
import { formatGeneral, formatPlain } from './format-value.ts';
import { keyOf, METRIC_NAME, omitLabels, pickLabels, setLabel } from './label-set.ts';
import { meanOf, sumOf } from './kahan.ts';
import { isQuantile, quantileOf } from './quantile.ts';
import type { VectorSample } from './value.ts';

/** An aggregation with its operand and parameter worked out at one instant. */
export interface AggregateInput {
  readonly node: Aggregate;
  readonly at: Ms;
  readonly vector: readonly VectorSample[];
  readonly parameter: number | string;
  /** Finds the labels of a sample's group; kept by label set, since a query asks once per step. */
  readonly groupOf: (labels: Labels) => Labels;
  readonly notes: Annotations;
}

interface Group {
  readonly labels: Labels;
  readonly samples: VectorSample[];
}

/** The labels that a sample's group goes by. */
export const grouping = (node: Pick<Aggregate, 'without' | 'grouping'>): ((labels: Labels) => Labels) => {
  const known = new WeakMap<Labels, Labels>();
  return (labels) => {
    let group = known.get(labels);
    if (group === undefined) {
      group = node.without
        ? omitLabels(labels, [...node.grouping, METRIC_NAME])
        : pickLabels(labels, node.grouping);
      known.set(labels, group);
    }
    return group;
  };
};

const groupsOf = (input: AggregateInput): Group[] => {
  const groups = new Map<string, Group>();
  for (const sample of input.vector) {
    const labels = input.groupOf(sample.labels);
    const key = keyOf(labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels, samples: [sample] });
    else group.samples.push(sample);
  }
  return [...groups.values()];
};

/** The value that wins over all others; NaN gives way to any number. */
const winner = (values: readonly number[], beats: (value: number, best: number) => boolean): number =>
  values.reduce((best, value) => (beats(value, best) || Number.isNaN(best) ? value : best));

/** Variance by Welford's running mean (Technometrics 1962); a first value that is not finite leaves none. */
const varianceOf = (values: readonly number[]): number => {
  const [first = Number.NaN] = values;
  let mean = first;
  let squares = Number.isFinite(first) ? 0 : Number.NaN;
  for (let i = 1; i < values.length; i += 1) {
    const value = values[i] ?? 0;
    const delta = value - mean;
    mean += delta / (i + 1);
    squares += delta * (value - mean);
  }
  return squares / values.length;
};

const REDUCERS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: sumOf,
  avg: meanOf,
  min: (values) => winner(values, (value, best) => value < best),
  max: (values) => winner(values, (value, best) => value > best),
  count: (values) => values.length,
  group: () => 1,
  stdvar: varianceOf,
  stddev: (values) => Math.sqrt(varianceOf(values)),
};

const reduce = (input: AggregateInput, calculate: (values: readonly number[]) => number): VectorSample[] =>
  groupsOf(input).map(({ labels, samples }) => ({
    labels,
    at: input.at,
    value: calculate(samples.map((sample) => sample.value)),
  }));

/** How many samples `topk`, `bottomk` and `limitk` may keep per group. */
const countOf = (parameter: number | string): number => {
  const count = Number(parameter);
  if (Number.isNaN(count)) throw new PromqlEvalError('Parameter value is NaN');
  if (Math.abs(count) >= 2 ** 63)
    throw new PromqlEvalError(
      `Scalar value ${formatGeneral(count)} ${count < 0 ? 'under' : 'over'}flows int64`,
    );
  return Math.max(0, Math.trunc(count));
};

/** Best first, NaN behind every number. */
const ranked = (samples: readonly VectorSample[], direction: 1 | -1): VectorSample[] =>
  [...samples].sort((a, b) => {
    if (Number.isNaN(a.value)) return Number.isNaN(b.value) ? 0 : 1;
    if (Number.isNaN(b.value)) return -1;
    return a.value === b.value ? 0 : direction * (a.value - b.value);
  });

const keep = (
  input: AggregateInput,
  choose: (samples: readonly VectorSample[], count: number) => readonly VectorSample[],
): VectorSample[] => {
  const count = countOf(input.parameter);
  return groupsOf(input).flatMap(({ samples }) =>
    choose(samples, count).map((sample) => ({ ...sample, at: input.at })),
  );
};

const quantile = (input: AggregateInput): VectorSample[] => {
  const wanted = Number(input.parameter);
  if (!isQuantile(wanted) && input.vector.length > 0)
    input.notes.warn(invalidQuantile(wanted), input.node.param?.place ?? input.node.place);
  return reduce(input, (values) => quantileOf(wanted, values));
};

const countValues = (input: AggregateInput): VectorSample[] => {
  const label = String(input.parameter);
  if (label === '') throw new PromqlEvalError('invalid label name ""');
  const counts = new Map<string, { readonly labels: Labels; count: number }>();
  for (const sample of input.vector) {
    const labels = setLabel(input.groupOf(sample.labels), label, formatPlain(sample.value));
    const key = keyOf(labels);
    const entry = counts.get(key) ?? { labels, count: 0 };
    entry.count += 1;
    counts.set(key, entry);
  }
  return [...counts.values()].map(({ labels, count }) => ({ labels, at: input.at, value: count }));
};

/** A label set's place in `[0, 1)`, always the same one (FNV-1a, then mixed). Prometheus's hash is another, so another share is picked. */
const placeIn = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/** A share of the series by their labels; a negative ratio is the rest that the positive one leaves. */
const limitRatio = (input: AggregateInput): VectorSample[] => {
  const asked = Number(input.parameter);
  if (Number.isNaN(asked)) throw new PromqlEvalError('Ratio value is NaN');
  const ratio = Math.max(-1, Math.min(1, asked));
  if (ratio !== asked)
    input.notes.warn(invalidRatio(asked, ratio), input.node.param?.place ?? input.node.place);
  return input.vector
    .filter(({ labels }) =>
      ratio >= 0 ? placeIn(keyOf(labels)) < ratio : placeIn(keyOf(labels)) >= 1 + ratio,
    )
    .map((sample) => ({ ...sample, at: input.at }));
};

/** One number per group, or some samples of each (Prometheus documentation, "Operators": aggregation operators). */
export const aggregate = (input: AggregateInput): readonly VectorSample[] => {
  const reducer = REDUCERS[input.node.op];
  if (reducer !== undefined) return reduce(input, reducer);
  switch (input.node.op) {
    case 'topk':
      return keep(input, (samples, count) => ranked(samples, -1).slice(0, count));
    case 'bottomk':
      return keep(input, (samples, count) => ranked(samples, 1).slice(0, count));
    case 'limitk':
      return keep(input, (samples, count) => samples.slice(0, count));
    case 'limit_ratio':
      return limitRatio(input);
    case 'quantile':
      return quantile(input);
    case 'count_values':
      return countValues(input);
    default:
      throw new Error(`no aggregation ${input.node.op}`);
  }
};
