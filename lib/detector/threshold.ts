import type { Ms } from '#lib/model/time.ts';

import type { LatenessPool } from './lateness-pool.ts';

const MONTH_MS = 30 * 86_400_000;

/**
 * The φ at which a node counts as down, from a budget of mistakes.
 * @param budget false DOWN verdicts per node and 30 days
 * @param etaMs period of the heartbeats
 */
export const downLimit = (budget: number, etaMs: Ms): number => -Math.log10((budget * etaMs) / MONTH_MS);

/** Whether the pool has seen too little to prove the limit itself, so that its prior decides. */
export const limitedByEvidence = (pool: LatenessPool, limit: number): boolean =>
  10 ** -limit * pool.count() < 1;
