import type { Ms } from '#lib/model/time.ts';

/** Mean and spread of the last `size` inter-arrival times. */
export interface Window {
  push(intervalMs: Ms): void;
  count(): number;
  mean(): Ms;
  /** Population standard deviation. */
  stdDev(): Ms;
  /** Oldest first. */
  values(): Ms[];
}

/**
 * A ring with Welford's update; exact sums again every `size` updates, since rounding adds up. O(1) per value.
 * @param size how many intervals count
 */
export const createWindow = (size: number): Window => {
  let ring = new Float64Array(Math.min(size, 32));
  let count = 0;
  let next = 0;
  let mean = 0;
  let m2 = 0;
  let sinceExact = 0;
  const exact = (): void => {
    sinceExact = 0;
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += ring[i] ?? 0;
    mean = sum / count;
    m2 = 0;
    for (let i = 0; i < count; i += 1) m2 += ((ring[i] ?? 0) - mean) ** 2;
  };
  return {
    push: (x) => {
      if (count < size) {
        if (count === ring.length) {
          const grown = new Float64Array(Math.min(size, ring.length * 2));
          grown.set(ring);
          ring = grown;
        }
        ring[count] = x;
        count += 1;
        next = count % size;
        const delta = x - mean;
        mean += delta / count;
        m2 += delta * (x - mean);
      } else {
        const old = ring[next] ?? 0;
        ring[next] = x;
        next = (next + 1) % size;
        const before = mean;
        mean += (x - old) / size;
        m2 = Math.max(0, m2 + (x - old) * (x - mean + old - before));
      }
      sinceExact += 1;
      if (sinceExact >= size) exact();
    },
    count: () => count,
    mean: () => mean,
    stdDev: () => (count === 0 ? 0 : Math.sqrt(m2 / count)),
    values: () =>
      count < size ? [...ring.subarray(0, count)] : [...ring.subarray(next), ...ring.subarray(0, next)],
  };
};
