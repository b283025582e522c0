/** One bucket of a classic histogram: how many observations are at or below its bound. */
export interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/** What counts as rounding between the counts of two buckets. */
const TOLERANCE = 1e-12;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

const nearlyEqual = (a: number, b: number): boolean => {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < TOLERANCE * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE;
};

/** Buckets by rising bound, those of one bound added up. */
const merged = (buckets: readonly Bucket[]): Bucket[] => {
  const result: Bucket[] = [];
  for (const bucket of [...buckets].sort((a, b) => (a.bound === b.bound ? 0 : a.bound - b.bound))) {
    const last = result.at(-1);
    if (last?.bound === bucket.bound)
      result[result.length - 1] = { bound: last.bound, count: last.count + bucket.count };
    else result.push(bucket);
  }
  return result;
};

/** Counts that never fall: a scrape in the middle of an update, or rounding, can make a later bucket smaller. */
const monotonic = (
  buckets: readonly Bucket[],
): { readonly buckets: readonly Bucket[]; readonly forced: boolean } => {
  let forced = false;
  let before = buckets[0]?.count ?? 0;
  const raised = buckets.map((bucket, i) => {
    if (i === 0 || bucket.count === before) return bucket;
    if (nearlyEqual(before, bucket.count)) return { ...bucket, count: before };
    if (bucket.count < before) {
      forced = true;
      return { ...bucket, count: before };
    }
    before = bucket.count;
    return bucket;
  });
  return { buckets: raised, forced };
};

/** Sorted, merged, monotonic buckets up to `+Inf`; null where that one is missing. */
const usable = (buckets: readonly Bucket[]): ReturnType<typeof monotonic> | null => {
  const sorted = merged(buckets);
  return sorted.at(-1)?.bound === Number.POSITIVE_INFINITY ? monotonic(sorted) : null;
};

/** A number read from buckets, and whether they had to be forced into order. */
export interface Estimate {
  readonly value: number;
  readonly forced: boolean;
}

/**
 * The φ-quantile of a classic histogram: linear inside its bucket, the first of which begins at 0; in the `+Inf` bucket the highest finite bound
 * (Prometheus documentation, "Functions": `histogram_quantile`).
 */
export const bucketQuantile = (quantile: number, given: readonly Bucket[]): Estimate => {
  if (Number.isNaN(quantile)) return { value: Number.NaN, forced: false };
  if (quantile < 0) return { value: Number.NEGATIVE_INFINITY, forced: false };
  if (quantile > 1) return { value: Number.POSITIVE_INFINITY, forced: false };
  const found = usable(given);
  if (found === null) return { value: Number.NaN, forced: false };
  return { value: interpolate(quantile, found.buckets), forced: found.forced };
};

const interpolate = (quantile: number, buckets: readonly Bucket[]): number => {
  const last = buckets.length - 1;
  const observations = buckets[last]?.count ?? 0;
  if (buckets.length < 2 || observations === 0) return Number.NaN;
  const rank = quantile * observations;
  const index = buckets.findIndex((bucket, i) => i === last || bucket.count >= rank);
  const bucket = buckets[index];
  const below = buckets[index - 1];
  if (bucket === undefined) return Number.NaN;
  if (index === last) return below?.bound ?? Number.NaN;
  if (below === undefined && bucket.bound <= 0) return bucket.bound;
  const from = below?.bound ?? 0;
  const before = below?.count ?? 0;
  return from + (bucket.bound - from) * ((rank - before) / (bucket.count - before));
};

/** The share of observations between two values (Prometheus documentation, "Functions": `histogram_fraction`). */
export const bucketFraction = (lower: number, upper: number, given: readonly Bucket[]): Estimate => {
  const found = usable(given);
  const count = found?.buckets.at(-1)?.count ?? 0;
  if (found === null || count === 0 || Number.isNaN(lower) || Number.isNaN(upper))
    return { value: Number.NaN, forced: false };
  if (lower >= upper) return { value: 0, forced: found.forced };
  const share = (rankBelow(upper, found.buckets) - rankBelow(lower, found.buckets)) / count;
  return { value: share, forced: found.forced };
};

/** How many observations are estimated to lie below a value. */
const rankBelow = (value: number, buckets: readonly Bucket[]): number => {
  let rank = 0;
  for (const [i, { bound, count }] of buckets.entries()) {
    const from = buckets[i - 1]?.bound ?? (bound > 0 ? 0 : Number.NEGATIVE_INFINITY);
    if (from >= value) return rank;
    if (bound > value) {
      if (from === Number.NEGATIVE_INFINITY) return count;
      if (bound === Number.POSITIVE_INFINITY) return rank;
      return rank + ((count - rank) * (value - from)) / (bound - from);
    }
    rank = count;
  }
  return rank;
};
