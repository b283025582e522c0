import { createWindow } from '#lib/heartbeat/window.ts';
import type { Ms } from '#lib/model/time.ts';

import type { Detector } from './detector.ts';
import type { LatenessPool } from './lateness-pool.ts';
import { phiOfY, yOfPhi } from './normal-tail.ts';

const LONG = 1000;
const SHORT = 30;
const BODY_Y = 4;
const SIGMA_FLOOR_MS = 10;

/** φ of a silence from the node's own body and the class's tail: the body decides up to y = 4, the pool beyond. */
export const fusePhi = (y: number, pooledPhi: number): number =>
  y <= BODY_Y ? Math.min(phiOfY(y), pooledPhi) : pooledPhi;

/**
 * Q-phi: a normal body from the node's own recent intervals, and an empirical tail pooled over its class, so that φ is
 * calibrated: −log10 of the share of the class's heartbeats that came this late. The threshold then follows from a budget
 * of false verdicts (see `threshold.ts`) and needs no tuning.
 * @param etaMs the nominal period of heartbeats
 */
export const createQPhi = (etaMs: Ms, pool: LatenessPool): Detector => {
  const long = createWindow(LONG);
  const short = createWindow(SHORT);
  const floor = Math.max(SIGMA_FLOOR_MS, etaMs / 100);
  const mean = (): Ms => (long.count() === 0 ? etaMs : Math.max(long.mean(), short.mean()));
  const sigma = (): Ms => Math.max(long.stdDev(), short.stdDev(), floor);
  return {
    learn: (intervalMs) => {
      if (long.count() > 0) pool.add(Math.max(0, intervalMs - long.mean()));
      long.push(intervalMs);
      short.push(intervalMs);
    },
    phi: (silenceMs) => {
      if (!(silenceMs > 0)) return 0;
      const lateness = silenceMs - mean();
      if (lateness <= 0) return 0; // every heartbeat comes this late
      const pooled = -Math.log10(pool.share(lateness, etaMs));
      return Math.max(0, fusePhi(lateness / sigma(), pooled));
    },
    timeToPhi: (phi) =>
      mean() + Math.max(Math.min(yOfPhi(phi), BODY_Y) * sigma(), pool.latenessAt(10 ** -phi, etaMs)),
    describe: () => ({
      samples: long.count(),
      meanMs: long.count() === 0 ? null : long.mean(),
      stdDevMs: long.count() === 0 ? null : long.stdDev(),
      intervals: long.values(),
    }),
  };
};
