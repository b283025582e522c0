/** Ascending, NaN first. */
const ascending = (a: number, b: number): number => {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  if (Number.isNaN(b)) return 1;
  return a - b;
};

/** Whether a quantile lies where values can be; others are answered with ±Inf or NaN and a warning. */
export const isQuantile = (quantile: number): boolean => quantile >= 0 && quantile <= 1;

/** The φ-quantile of values, linear between the two nearest ranks (Hyndman and Fan 1996, type 7). */
export const quantileOf = (quantile: number, values: readonly number[]): number => {
  if (values.length === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const sorted = [...values].sort(ascending);
  const rank = quantile * (sorted.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (sorted[lower] ?? Number.NaN) * (1 - weight) + (sorted[upper] ?? Number.NaN) * weight;
};
