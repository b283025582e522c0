import type { Ms } from '#lib/model/time.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS: readonly Ms[] = [
  5 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
];
const TICK_WIDTH = 96;

export interface TimeScale {
  readonly from: Ms;
  readonly to: Ms;
  readonly left: number;
  readonly right: number;
  /** Where an instant stands, kept within the plot. */
  x(at: Ms): number;
  /** The instant at a place. */
  at(x: number): Ms;
  /** Instants that are round for the reader's clock, and how far apart they are. */
  readonly ticks: readonly Ms[];
  readonly stepMs: Ms;
}

/** A span of time laid out between two places. */
export const timeScale = (from: Ms, to: Ms, left: number, right: number): TimeScale => {
  const perPixel = (to - from) / Math.max(1, right - left);
  const stepMs = STEPS.find((step) => step / perPixel >= TICK_WIDTH) ?? 24 * HOUR;
  const zone = new Date(to).getTimezoneOffset() * MINUTE;
  const ticks: Ms[] = [];
  for (let at = Math.ceil((from - zone) / stepMs) * stepMs + zone; at <= to; at += stepMs) ticks.push(at);
  return {
    from,
    to,
    left,
    right,
    x: (at) => left + (Math.min(to, Math.max(from, at)) - from) / perPixel,
    at: (x) => from + (Math.min(right, Math.max(left, x)) - left) * perPixel,
    ticks,
    stepMs,
  };
};
