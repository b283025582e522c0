import type { Adapter } from '#lib/consensus/adapter.ts';

import { etcd } from './etcd.ts';
import { paxos, raft } from './generic.ts';

/** In the order in which an unknown system is compared with them. */
export const ADAPTERS: readonly Adapter[] = [etcd, raft, paxos];

/** The adapter of a system's id; null: nobody knows it. */
export const adapterOf = (system: string): Adapter | null =>
  ADAPTERS.find((adapter) => adapter.id === system) ?? null;
