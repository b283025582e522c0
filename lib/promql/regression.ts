import type { Ms } from '#lib/model/time.ts';

import { addTo } from './kahan.ts';
import type { Window } from './selection.ts';

const total = (): { sum: number; lost: number } => ({ sum: 0, lost: 0 });

/** Least squares through a window's samples: slope per second, and the line's height at `origin` (`deriv`, `predict_linear`). */
export const fitLine = (
  { instants, values }: Pick<Window, 'instants' | 'values'>,
  origin: Ms,
): { readonly slope: number; readonly intercept: number } => {
  const [sumX, sumY, sumXY, sumXX] = [total(), total(), total(), total()];
  const firstValue = values[0] ?? 0;
  for (const [i, value] of values.entries()) {
    const x = ((instants[i] ?? 0) - origin) / 1000;
    addTo(sumX, x);
    addTo(sumY, value);
    addTo(sumXY, x * value);
    addTo(sumXX, x * x);
  }
  // A constant is no matter of arithmetic: rounding must not give it a slope.
  if (values.every((value) => value === firstValue))
    return Number.isFinite(firstValue)
      ? { slope: 0, intercept: firstValue }
      : { slope: Number.NaN, intercept: Number.NaN };
  const count = values.length;
  const [x, y, xy, xx] = [sumX, sumY, sumXY, sumXX].map((one) => one.sum + one.lost);
  const slope = ((xy ?? 0) - ((x ?? 0) * (y ?? 0)) / count) / ((xx ?? 0) - ((x ?? 0) * (x ?? 0)) / count);
  return { slope, intercept: (y ?? 0) / count - (slope * (x ?? 0)) / count };
};

/** Double exponential smoothing of a window's values (Holt 1957); null for fewer than two. */
export const smooth = (values: readonly number[], smoothing: number, trendFactor: number): number | null => {
  const [first, second] = values;
  if (first === undefined || second === undefined) return null;
  let before = 0;
  let level = first;
  let trend = second - first;
  for (let i = 1; i < values.length; i += 1) {
    if (i > 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
    before = level;
    level = smoothing * (values[i] ?? 0) + (1 - smoothing) * (level + trend);
  }
  return level;
};
