import { createWindow } from '#lib/heartbeat/window.ts';
import type { Ms } from '#lib/model/time.ts';

import type { Detector } from './detector.ts';
import { phiOfY, yOfPhi } from './normal-tail.ts';

export interface PhiNormalOptions {
  readonly window?: number;
  readonly minStdDevMs?: Ms;
  /** Added to the mean: a silence that is always tolerated. */
  readonly pauseMs?: Ms;
}

/** The preset that known implementations ship: φ 8, σ at least 100 ms, 3 s of acceptable pause. */
export const PHI_NORMAL_LIMIT = 8;

/** The accrual detector over a normal law (Hayashibara et al., SRDS 2004, equation 4), in log space. */
export const createPhiNormal = (etaMs: Ms, options: PhiNormalOptions = {}): Detector => {
  const { window: size = 1000, minStdDevMs = 100, pauseMs = 3000 } = options;
  const window = createWindow(size);
  const mean = (): Ms => (window.count() === 0 ? etaMs : window.mean()) + pauseMs;
  const sigma = (): Ms =>
    Math.max(window.count() === 0 ? etaMs / 4 : window.stdDev(), minStdDevMs, Number.MIN_VALUE);
  return {
    learn: window.push,
    phi: (silenceMs) => (silenceMs > 0 ? Math.max(0, phiOfY((silenceMs - mean()) / sigma())) : 0),
    timeToPhi: (phi) => mean() + yOfPhi(phi) * sigma(),
    describe: () => ({
      samples: window.count(),
      meanMs: window.count() === 0 ? null : window.mean(),
      stdDevMs: window.count() === 0 ? null : window.stdDev(),
      intervals: window.values(),
    }),
  };
};
