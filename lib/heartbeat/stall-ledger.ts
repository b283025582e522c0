import type { Ms } from '#lib/model/time.ts';

/** Our own stalls on the monotonic clock: time in which we could not have heard anybody. */
export interface StallLedger {
  add(from: Ms, to: Ms): void;
  /** How much of a span we were not listening. */
  overlap(from: Ms, to: Ms): Ms;
  /** Silence of a node heard last at `last`, without our own stalls. */
  silence(last: Ms, now: Ms): Ms;
}

const KEPT_MS = 300_000;

export const createStallLedger = (): StallLedger => {
  let stalls: { readonly from: Ms; readonly to: Ms }[] = [];
  const overlap = (from: Ms, to: Ms): Ms => {
    let sum = 0;
    for (let i = stalls.length - 1; i >= 0; i -= 1) {
      const stall = stalls[i];
      if (stall === undefined || stall.to <= from) break;
      sum += Math.max(0, Math.min(to, stall.to) - Math.max(from, stall.from));
    }
    return sum;
  };
  return {
    add: (from, to) => {
      const start = Math.max(from, stalls.at(-1)?.to ?? Number.NEGATIVE_INFINITY); // never counted twice
      if (to <= start) return;
      stalls.push({ from: start, to });
      if ((stalls[0]?.to ?? to) < to - KEPT_MS) stalls = stalls.filter((stall) => stall.to >= to - KEPT_MS);
    },
    overlap,
    silence: (last, now) => Math.max(0, now - last - overlap(last, now)),
  };
};
