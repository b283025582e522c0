import type { Clock } from '#lib/model/time.ts';

/** The machine's clocks: the one place where the engine reads them. */
export const systemClock: Clock = { wall: () => Date.now(), mono: () => performance.now() };
