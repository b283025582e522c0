import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { Ms } from '#lib/model/time.ts';

/** The threads whose loops are watched, in the order of their counters in shared memory. */
export const THREADS = ['main', 'watch', 'data', 'store'] as const;
export type ThreadName = (typeof THREADS)[number];

/** How often a thread advances its counter. An idle process does little else, so it is no more often than stalls are looked for. */
export const PULSE_MS = 25;

/** One counter per thread in memory that all of them see: a counter that stands still is a loop that stalls. */
export const createPulses = (): SharedArrayBuffer =>
  new SharedArrayBuffer(THREADS.length * Int32Array.BYTES_PER_ELEMENT);

export const pulseOf = (pulses: SharedArrayBuffer, thread: ThreadName): number =>
  Atomics.load(new Int32Array(pulses), THREADS.indexOf(thread));

export interface Pulse {
  /** 99th percentile of the loop's delay since the start, milliseconds. */
  loopDelayP99Ms(): number;
}

/** Advances this thread's counter until the signal aborts. */
export const beat = (pulses: SharedArrayBuffer, thread: ThreadName, signal: AbortSignal): Pulse => {
  const counters = new Int32Array(pulses);
  const index = THREADS.indexOf(thread);
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const timer = setInterval(() => Atomics.add(counters, index, 1), PULSE_MS);
  timer.unref();
  signal.addEventListener(
    'abort',
    () => {
      clearInterval(timer);
      delay.disable();
    },
    { once: true },
  );
  return { loopDelayP99Ms: () => delay.percentile(99) / 1e6 };
};

export interface Stall {
  readonly thread: ThreadName;
  readonly from: Ms;
  readonly to: Ms;
}

/**
 * Reads the other threads' counters and says which of them stalled. Instants are monotonic. Pure but for its memory.
 * @param stallMs how long a counter must stand still to count as a stall
 */
export const createStallWatch = (threads: readonly ThreadName[], stallMs: Ms) => {
  const seen = new Map<ThreadName, { count: number; at: Ms }>();
  return {
    /** @returns stalls that ended at this look */
    look: (counts: Readonly<Record<string, number>>, at: Ms): Stall[] => {
      const ended: Stall[] = [];
      for (const thread of threads) {
        const count = counts[thread] ?? 0;
        const before = seen.get(thread);
        if (before === undefined || count !== before.count) {
          if (before !== undefined && at - before.at >= stallMs)
            ended.push({ thread, from: before.at, to: at });
          seen.set(thread, { count, at });
        }
      }
      return ended;
    },
    /** Since when a thread stands still now; null while it runs. */
    stalledSince: (thread: ThreadName, at: Ms): Ms | null => {
      const last = seen.get(thread);
      return last !== undefined && at - last.at >= stallMs ? last.at : null;
    },
    /** Forgets what was seen: after our own stall nothing can be said of the others. */
    reset: (at: Ms): void => {
      for (const [thread, last] of seen) seen.set(thread, { ...last, at });
    },
  };
};
