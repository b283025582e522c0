import type { Adapter } from '#lib/consensus/adapter.ts';

import { paxos, raft } from './generic.ts';

/** Every system we can read. */
export const ADAPTERS: readonly Adapter[] = [raft, paxos];

/** The adapter of a system's id; null: nobody knows it. */
export const adapterOf = (system: string): Adapter | null =>
  ADAPTERS.find((adapter) => adapter.id === system) ?? null;
