import { z } from 'zod';

import type { Ms } from '#lib/model/time.ts';

/**
 * How late the heartbeats of a class of nodes came: a histogram of lateness, 40 buckets a decade from 1 ms to 1000 s,
 * that forgets with a half-life of 7 days. What no single node can show in its own window, the class can.
 */
export interface LatenessPool {
  add(latenessMs: Ms): void;
  /** Forgets; to be called about hourly with the wall clock. */
  decay(now: Ms): void;
  /** How many heartbeats the pool knows, after decay. */
  count(): number;
  /** How many of them came at least this late. */
  atLeast(latenessMs: Ms): number;
  /** Share of the class's heartbeats that came at least this late, with a prior that the pool outweighs as it grows. */
  share(latenessMs: Ms, etaMs: Ms): number;
  /** The lateness at which the share falls to `share`; conservative, the upper edge of its bucket. */
  latenessAt(share: number, etaMs: Ms): Ms;
  save(): string;
}

const BUCKETS = 241;
const PER_DECADE = 40;
const HALF_LIFE_MS = 7 * 86_400_000;
const PRIOR_WEIGHT = 100;

/** Bucket 0 is everything on time; bucket i ≥ 1 begins at its lower edge. */
const lowerEdge = (bucket: number): Ms => (bucket === 0 ? 0 : 10 ** ((bucket - 1) / PER_DECADE));
const bucketOf = (lateness: Ms): number =>
  lateness < 1 ? 0 : Math.min(BUCKETS - 1, 1 + Math.floor(Math.log10(lateness) * PER_DECADE + 1e-9));

const saved = z.object({
  v: z.literal(1),
  at: z.number(),
  n: z.number(),
  h: z.array(z.number()).length(BUCKETS),
});

/** Share by count and prior: a Lomax tail of weight 100, so that an empty pool still gives a graded answer. */
export const pooledShare = (seen: number, count: number, latenessMs: Ms, etaMs: Ms): number =>
  latenessMs <= 0 ? 1 : (seen + PRIOR_WEIGHT * (1 + latenessMs / etaMs) ** -4) / (count + PRIOR_WEIGHT);

/**
 * @param now wall clock
 * @param state what `save` gave; anything unreadable starts an empty pool
 */
export const createLatenessPool = (now: Ms, state: string | null = null): LatenessPool => {
  const histogram = new Float64Array(BUCKETS);
  let count = 0;
  let decayedAt = now;
  if (state !== null) {
    let json: unknown = null;
    try {
      json = JSON.parse(state);
    } catch {
      // unreadable: an empty pool learns anew
    }
    const read = saved.safeParse(json);
    if (read.success) {
      histogram.set(read.data.h);
      count = read.data.n;
      decayedAt = Math.min(now, read.data.at);
    }
  }
  let suffix: Float64Array | null = null;
  const suffixes = (): Float64Array => {
    if (suffix !== null) return suffix;
    const sums = new Float64Array(BUCKETS + 1);
    for (let i = BUCKETS - 1; i >= 0; i -= 1) sums[i] = (sums[i + 1] ?? 0) + (histogram[i] ?? 0);
    suffix = sums;
    return sums;
  };
  const atLeast = (lateness: Ms): number => suffixes()[bucketOf(lateness)] ?? 0;
  const share = (lateness: Ms, etaMs: Ms): number => pooledShare(atLeast(lateness), count, lateness, etaMs);
  const decay = (at: Ms): void => {
    const factor = 0.5 ** (Math.max(0, at - decayedAt) / HALF_LIFE_MS);
    decayedAt = Math.max(decayedAt, at);
    if (factor === 1) return;
    for (let i = 0; i < BUCKETS; i += 1) histogram[i] = (histogram[i] ?? 0) * factor;
    count *= factor;
    suffix = null;
  };
  decay(now);
  return {
    add: (lateness) => {
      const bucket = bucketOf(Math.max(0, lateness));
      histogram[bucket] = (histogram[bucket] ?? 0) + 1;
      count += 1;
      // Most heartbeats are on time: only a late one changes the tail.
      if (suffix !== null) for (let i = 0; i <= bucket; i += 1) suffix[i] = (suffix[i] ?? 0) + 1;
    },
    decay,
    count: () => count,
    atLeast,
    share,
    latenessAt: (goal, etaMs) => {
      let low = 0;
      let high = BUCKETS - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (share(Math.max(lowerEdge(middle), 1e-9), etaMs) <= goal) high = middle;
        else low = middle + 1;
      }
      const edge = lowerEdge(low);
      if (low < BUCKETS - 1 || share(edge, etaMs) <= goal) return edge;
      // Beyond the last bucket only the prior falls on.
      return etaMs * ((goal * (count + PRIOR_WEIGHT)) / PRIOR_WEIGHT) ** -0.25;
    },
    save: () =>
      JSON.stringify({
        v: 1,
        at: decayedAt,
        n: count,
        h: [...histogram].map((n) => Number(n.toPrecision(7))),
      }),
  };
};
