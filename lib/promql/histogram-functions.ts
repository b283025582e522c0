import type { Labels } from '#lib/model/labels.ts';

import { badBucketLabel, forcedMonotonicity, invalidQuantile } from './annotations.ts';
import { bucketFraction, bucketQuantile, type Bucket, type Estimate } from './bucket.ts';
import type { CallInput, SampleFunction, WholeFunction } from './call.ts';
import { keyOf, METRIC_NAME, omitLabels } from './label-set.ts';
import { isQuantile } from './quantile.ts';
import type { VectorSample } from './value.ts';
import type { Sliced, Work } from './work.ts';

interface Histogram {
  readonly name: string;
  readonly labels: Labels;
  readonly buckets: Bucket[];
}

const BOUND = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?)$/i;

const boundOf = (text: string): number | null => {
  if (!BOUND.test(text)) return null;
  const value = /inf/i.test(text) ? Number.POSITIVE_INFINITY : Math.abs(Number(text));
  return text.startsWith('-') ? -value : value;
};

const identities = new WeakMap<Labels, Labels>();

/** The labels that a histogram's buckets share. */
const identityOf = (labels: Labels): Labels => {
  let identity = identities.get(labels);
  if (identity === undefined) {
    identity = omitLabels(labels, [METRIC_NAME, 'le']);
    identities.set(labels, identity);
  }
  return identity;
};

/** The classic histograms among the samples. */
function* histogramsOf(input: CallInput, work: Work): Sliced<Iterable<Histogram>> {
  const histograms = new Map<string, Histogram>();
  const place = input.call.args.at(-1)?.place ?? input.call.place;
  for (const { labels, value } of input.vector) {
    if (work.touch()) yield;
    const bound = boundOf(labels['le'] ?? '');
    const name = labels[METRIC_NAME] ?? '';
    if (bound === null) {
      input.notes.warn(badBucketLabel(name, labels['le'] ?? ''), place);
      continue;
    }
    const identity = identityOf(labels);
    const key = keyOf(identity);
    const histogram = histograms.get(key) ?? { name, labels: identity, buckets: [] };
    histogram.buckets.push({ bound, count: value });
    histograms.set(key, histogram);
  }
  return histograms.values();
}

const estimateEach = (
  estimate: (buckets: readonly Bucket[], scalars: readonly number[]) => Estimate,
): WholeFunction =>
  function* (input, work) {
    const estimates: VectorSample[] = [];
    for (const { name, labels, buckets } of yield* histogramsOf(input, work)) {
      if (work.touch(buckets.length)) yield;
      const { value, forced } = estimate(buckets, input.scalars);
      if (forced)
        input.notes.inform(forcedMonotonicity(name), input.call.args.at(-1)?.place ?? input.call.place);
      estimates.push({ labels, at: input.at, value });
    }
    return estimates;
  };

const quantiles = estimateEach((buckets, [quantile = Number.NaN]) => bucketQuantile(quantile, buckets));

/** Functions of classic histograms. */
export const HISTOGRAM_FUNCTIONS: Readonly<Record<string, WholeFunction>> = {
  histogram_quantile: (input, work) => {
    const [quantile = Number.NaN] = input.scalars;
    if (!isQuantile(quantile))
      input.notes.warn(invalidQuantile(quantile), input.call.args[0]?.place ?? input.call.place);
    return quantiles(input, work);
  },
  histogram_fraction: estimateEach((buckets, [lower = Number.NaN, upper = Number.NaN]) =>
    bucketFraction(lower, upper, buckets),
  ),
};

const none: SampleFunction = () => [];

/** Functions of native histograms find none: a sample is always one number here. */
export const NATIVE_HISTOGRAM_FUNCTIONS: Readonly<Record<string, SampleFunction>> = {
  histogram_avg: none,
  histogram_count: none,
  histogram_sum: none,
  histogram_stddev: none,
  histogram_stdvar: none,
};
