import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

import { invalidQuantile, invalidRatio, type Annotations } from './annotations.ts';
import type { Aggregate } from './ast.ts';
import { PromqlEvalError } from './error.ts';
import { formatGeneral, formatPlain } from './format-value.ts';
import { byValue } from './label-functions.ts';
import { keyOf, METRIC_NAME, omitLabels, pickLabels, setLabel } from './label-set.ts';
import { meanOf, sumOf } from './kahan.ts';
import { isQuantile, quantileOf } from './quantile.ts';
import type { VectorSample } from './value.ts';
import { sortSliced, type Sliced, type Work } from './work.ts';

/** An aggregation with its operand and parameter worked out at one instant. */
export interface AggregateInput {
  readonly node: Aggregate;
  readonly at: Ms;
  readonly vector: readonly VectorSample[];
  readonly parameter: number | string;
  /** Finds the labels of a sample's group; kept by label set, since a query asks once per step. */
  readonly groupOf: (labels: Labels) => Labels;
  readonly notes: Annotations;
  readonly work: Work;
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

function* groupsOf(input: AggregateInput): Sliced<Iterable<Group>> {
  const groups = new Map<string, Group>();
  for (const sample of input.vector) {
    if (input.work.touch()) yield;
    const labels = input.groupOf(sample.labels);
    const key = keyOf(labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels, samples: [sample] });
    else group.samples.push(sample);
  }
  return groups.values();
}

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

function* reduce(
  input: AggregateInput,
  calculate: (values: readonly number[]) => number,
): Sliced<VectorSample[]> {
  const reduced: VectorSample[] = [];
  for (const { labels, samples } of yield* groupsOf(input)) {
    if (input.work.touch(samples.length)) yield;
    reduced.push({ labels, at: input.at, value: calculate(samples.map((sample) => sample.value)) });
  }
  return reduced;
}

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

/** Some samples of each group: the first ones, or those that come first in an order. */
function* keep(
  input: AggregateInput,
  compare: ((a: VectorSample, b: VectorSample) => number) | null,
): Sliced<VectorSample[]> {
  const count = countOf(input.parameter);
  const kept: VectorSample[] = [];
  for (const { samples } of yield* groupsOf(input)) {
    const ordered = compare === null ? samples : yield* sortSliced(samples, compare, input.work);
    for (const sample of ordered.slice(0, count)) kept.push({ ...sample, at: input.at });
  }
  return kept;
}

const quantile = (input: AggregateInput): Sliced<VectorSample[]> => {
  const wanted = Number(input.parameter);
  if (!isQuantile(wanted) && input.vector.length > 0)
    input.notes.warn(invalidQuantile(wanted), input.node.param?.place ?? input.node.place);
  return reduce(input, (values) => quantileOf(wanted, values));
};

function* countValues(input: AggregateInput): Sliced<VectorSample[]> {
  const label = String(input.parameter);
  if (label === '') throw new PromqlEvalError('invalid label name ""');
  const counts = new Map<string, { readonly labels: Labels; count: number }>();
  for (const sample of input.vector) {
    if (input.work.touch()) yield;
    const labels = setLabel(input.groupOf(sample.labels), label, formatPlain(sample.value));
    const key = keyOf(labels);
    const entry = counts.get(key) ?? { labels, count: 0 };
    entry.count += 1;
    counts.set(key, entry);
  }
  return [...counts.values()].map(({ labels, count }) => ({ labels, at: input.at, value: count }));
}

/** A label set's place in `[0, 1)`, always the same one (FNV-1a, then mixed). Prometheus's hash is another, so another share is picked. */
const placeIn = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/** A share of the series by their labels; a negative ratio is the rest that the positive one leaves. */
function* limitRatio(input: AggregateInput): Sliced<VectorSample[]> {
  const asked = Number(input.parameter);
  if (Number.isNaN(asked)) throw new PromqlEvalError('Ratio value is NaN');
  const ratio = Math.max(-1, Math.min(1, asked));
  if (ratio !== asked)
    input.notes.warn(invalidRatio(asked, ratio), input.node.param?.place ?? input.node.place);
  const kept: VectorSample[] = [];
  for (const sample of input.vector) {
    if (input.work.touch()) yield;
    const place = placeIn(keyOf(sample.labels));
    if (ratio >= 0 ? place < ratio : place >= 1 + ratio) kept.push({ ...sample, at: input.at });
  }
  return kept;
}

/** One number per group, or some samples of each (Prometheus documentation, "Operators": aggregation operators). */
export const aggregate = (input: AggregateInput): Sliced<readonly VectorSample[]> => {
  const reducer = REDUCERS[input.node.op];
  if (reducer !== undefined) return reduce(input, reducer);
  switch (input.node.op) {
    case 'topk':
      return keep(input, byValue(-1));
    case 'bottomk':
      return keep(input, byValue(1));
    case 'limitk':
      return keep(input, null);
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
