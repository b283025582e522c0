/**
 * A sum that keeps what rounding loses (Kahan, CACM 1965, with Neumaier's swap, ZAMM 1974), step for step as Prometheus adds.
 */
export interface CompensatedSum {
  sum: number;
  lost: number;
}

export const addTo = (total: CompensatedSum, value: number): void => {
  const next = total.sum + value;
  if (next === Number.POSITIVE_INFINITY || next === Number.NEGATIVE_INFINITY) total.lost = 0;
  else if (Math.abs(total.sum) >= Math.abs(value)) total.lost += total.sum - next + value;
  else total.lost += value - next + total.sum;
  total.sum = next;
};

const isInfinite = (value: number): boolean =>
  value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;

export const sumOf = (values: readonly number[]): number => {
  const total = { sum: 0, lost: 0 };
  for (const value of values) addTo(total, value);
  return isInfinite(total.sum) ? total.sum : total.sum + total.lost;
};

/** The mean; where the sum would overflow, by a running mean instead. */
export const meanOf = (values: readonly number[]): number => {
  const total = { sum: 0, lost: 0 };
  for (const [i, value] of values.entries()) {
    const before = { ...total };
    addTo(total, value);
    if (i > 0 && isInfinite(total.sum)) return runningMean(values, i, before);
  }
  const count = values.length;
  return total.sum / count + total.lost / count;
};

const runningMean = (values: readonly number[], from: number, before: CompensatedSum): number => {
  const mean = { sum: before.sum / from, lost: before.lost / from };
  for (let i = from; i < values.length; i += 1) {
    const count = i + 1;
    const share = i / count;
    mean.sum *= share;
    mean.lost *= share;
    addTo(mean, (values[i] ?? 0) / count);
  }
  return mean.sum + mean.lost;
};
