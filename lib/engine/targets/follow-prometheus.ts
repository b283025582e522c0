import { setTimeout as sleep } from 'node:timers/promises';

import type { Ms } from '#lib/model/time.ts';

import { readPrometheus } from './prometheus.ts';
import type { WatchedTarget, WatchedTargets } from './watched-targets.ts';

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

/** Keeps to what each watched Prometheus scrapes. One that does not answer, or says what cannot be taken over, leaves what it said last. */
export const followPrometheus = async (options: FollowOptions): Promise<void> => {
  const { watched, onChange, now, signal, everyMs = EVERY_MS } = options;
  const follow = async (target: WatchedTarget): Promise<boolean> => {
    const seen = await readPrometheus(target, now);
    return seen !== null && watched.retarget(target.id, seen.targets);
  };
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined); // aborted
    const followed = signal.aborted ? [] : watched.list().filter(({ kind }) => kind === 'prometheus');
    const changes = await Promise.all(
      followed.map((target) => follow(target).catch(() => false)), // refused, or the disk is full: asked again
    );
    if (changes.includes(true)) onChange();
  }
};
