import type { Ms } from '#lib/model/time.ts';

/** An accrual failure detector of one target (Hayashibara et al., SRDS 2004): how suspect is a silence? */
export interface Detector {
  /** Learns the interval before a heartbeat. */
  learn(intervalMs: Ms): void;
  /** Suspicion level of a silence: 0 is none; φ = 3 means that one heartbeat in 1,000 came this late. Never falls as the silence grows. */
  phi(silenceMs: Ms): number;
  /** The silence at which φ reaches a level. */
  timeToPhi(phi: number): Ms;
  describe(): {
    readonly samples: number;
    readonly meanMs: Ms | null;
    readonly stdDevMs: Ms | null;
    readonly intervals: readonly Ms[];
  };
}
