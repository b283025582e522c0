import type { Ms } from '#lib/model/time.ts';

/** One look of the monitor at itself. */
export interface HealthTick {
  readonly mono: Ms;
  readonly wall: Ms;
  /** How often the other threads' counters advanced since the tick before. */
  readonly othersAdvanced: number;
}

export interface HealthFinding {
  /** We did not run in this span, on the monotonic clock. */
  readonly stall: { readonly from: Ms; readonly to: Ms; readonly kind: 'stall' | 'suspended' } | null;
  /** The wall clock moved against the monotonic one. */
  readonly clockJumpMs: Ms | null;
}

/** The monitor's own health: stalls, suspension, clock jumps, and a multiplier 0…7 as Lifeguard's local health (Dadgar et al., DSN 2018). */
export interface MonitorHealth {
  tick(tick: HealthTick): HealthFinding;
  /** ≥ 30 % of the targets, in two zones or more, fell silent within two periods. */
  correlatedSilence(at: Ms): void;
  /** 0 is well; from 3 on, silence alone makes no node DOWN. */
  multiplier(): number;
  /** Until when verdicts by silence wait, monotonic. */
  holdUntil(): Ms;
  /** Seconds stalled since the start. */
  stallSeconds(): number;
}

const LATE_MS = 50;
const UNWELL_MS = 250;
const JUMP_MS = 250;
const CLEAN_MS = 10_000;
const MAX = 7;
const FREEZE_MS = 2000;

/**
 * @param tickMs how often `tick` is called
 * @param pulseMs how often the counters of other threads advance
 */
export const createMonitorHealth = (tickMs: Ms, pulseMs: Ms): MonitorHealth => {
  let last: { readonly mono: Ms; readonly wall: Ms } | null = null;
  let multiplier = 0;
  let cleanSince = 0;
  let hold = Number.NEGATIVE_INFINITY;
  let stalledMs = 0;
  let silenceCountedAt = Number.NEGATIVE_INFINITY;
  const worse = (at: Ms): void => {
    multiplier = Math.min(MAX, multiplier + 1);
    cleanSince = at;
  };
  return {
    tick: ({ mono, wall, othersAdvanced }) => {
      if (last === null) {
        last = { mono, wall };
        cleanSince = mono;
        return { stall: null, clockJumpMs: null };
      }
      const lateMs = mono - last.mono - tickMs;
      const jump = wall - last.wall - (mono - last.mono);
      const from = last.mono + tickMs;
      last = { mono, wall };
      if (lateMs > UNWELL_MS) worse(mono);
      else if (mono - cleanSince >= CLEAN_MS) {
        multiplier = Math.max(0, multiplier - 1);
        cleanSince = mono;
      }
      if (lateMs <= LATE_MS) return { stall: null, clockJumpMs: Math.abs(jump) > JUMP_MS ? jump : null };
      stalledMs += lateMs;
      // Other threads that stood still as long were not scheduled either: the process or the machine slept.
      const suspended = lateMs >= 1000 && othersAdvanced * pulseMs < lateMs / 2;
      hold = Math.max(
        hold,
        mono + (suspended || lateMs > 1000 ? FREEZE_MS : Math.min(FREEZE_MS, 2 * lateMs)),
      );
      return {
        stall: { from, to: mono, kind: suspended ? 'suspended' : 'stall' },
        clockJumpMs: Math.abs(jump) > JUMP_MS ? jump : null,
      };
    },
    correlatedSilence: (at) => {
      if (at - silenceCountedAt < CLEAN_MS) return;
      silenceCountedAt = at;
      worse(at);
      hold = Math.max(hold, at + FREEZE_MS / 2);
    },
    multiplier: () => multiplier,
    holdUntil: () => hold,
    stallSeconds: () => stalledMs / 1000,
  };
};
