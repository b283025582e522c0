import { createLatenessPool } from '#lib/detector/lateness-pool.ts';
import type { LatenessPool } from '#lib/detector/lateness-pool.ts';
import type { Clock } from '#lib/model/time.ts';

/** What was learned of lateness, one pool for all nodes of a cluster or job; it outlives them and our restarts. */
export interface Pools {
  /** What an earlier start saved. */
  restore(saved: Readonly<Record<string, string>>): void;
  of(name: string): LatenessPool;
  decay(): void;
  save(): Readonly<Record<string, string>>;
}

export const createPools = (clock: Clock): Pools => {
  const pools = new Map<string, LatenessPool>();
  let restored: Readonly<Record<string, string>> = {};
  return {
    restore: (saved) => {
      restored = saved;
    },
    of: (name) => {
      const pool = pools.get(name) ?? createLatenessPool(clock.wall(), restored[name] ?? null);
      pools.set(name, pool);
      return pool;
    },
    decay: () => {
      for (const pool of pools.values()) pool.decay(clock.wall());
    },
    save: () => Object.fromEntries([...pools].map(([name, pool]) => [name, pool.save()])),
  };
};
