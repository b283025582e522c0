import { setTimeout as sleep } from 'node:timers/promises';

import type { Ms } from '#lib/model/time.ts';

import { readPrometheus } from './prometheus.ts';
import type { PrometheusTarget } from './prometheus.ts';
import { WatchRefused } from './watched-targets.ts';
import type { WatchedTargets } from './watched-targets.ts';

const EVERY_MS = 30_000;

export interface FollowOptions {
  readonly watched: WatchedTargets;
  /** Other targets are watched now. */
  readonly onChange: () => void;
  /** Monotonic. */
  readonly now: () => Ms;
  readonly signal: AbortSignal;
  readonly everyMs?: Ms;
}

/** @returns whether others are scraped now; not when we could not */
const retarget = (watched: WatchedTargets, id: string, targets: readonly PrometheusTarget[]): boolean => {
  try {
    return watched.retarget(id, targets);
  } catch (cause) {
    if (cause instanceof WatchRefused) return false;
    throw cause;
  }
};

/** Keeps to what each watched Prometheus scrapes. One that does not answer, or scrapes what we cannot, leaves what it said last. */
export const followPrometheus = async (options: FollowOptions): Promise<void> => {
  const { watched, onChange, now, signal, everyMs = EVERY_MS } = options;
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined); // aborted
    const followed = signal.aborted ? [] : watched.list().filter(({ kind }) => kind === 'prometheus');
    const changes = await Promise.all(
      followed.map(async (target) => {
        const seen = await readPrometheus(target, now);
        return seen !== null && retarget(watched, target.id, seen.targets);
      }),
    );
    if (changes.includes(true)) onChange();
  }
};
