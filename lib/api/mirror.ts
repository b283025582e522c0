import 'server-only';

import type { LiveChanges, LiveCluster, LiveNode } from '#lib/engine/live.ts';
import type { Engine } from '#lib/engine/slot.ts';
import type { ClusterId, NodeId } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

/** The main thread's copy of the live state, brought up to date by asking `watch` for what changed. */
export interface Mirror {
  readonly at: Ms;
  readonly version: number;
  readonly nodes: ReadonlyMap<NodeId, LiveNode>;
  readonly clusters: ReadonlyMap<ClusterId, LiveCluster>;
  readonly monitor: LiveChanges['monitor'];
  /** The version in which each thing last changed. */
  readonly changedAt: ReadonlyMap<string, number>;
}

interface State extends Mirror {
  at: Ms;
  version: number;
  nodes: Map<NodeId, LiveNode>;
  clusters: Map<ClusterId, LiveCluster>;
  monitor: LiveChanges['monitor'];
  changedAt: Map<string, number>;
}

const KEY = Symbol.for('quorate.mirror');
type Slot = { [KEY]?: { state: State | null; pending: Promise<Mirror> | null } };
const slot = globalThis as typeof globalThis & Slot; // one per process, whatever the bundler copies

const apply = (state: State | null, changes: LiveChanges): State => {
  const next: State =
    state === null || changes.version < state.version
      ? {
          at: 0,
          version: 0,
          nodes: new Map(),
          clusters: new Map(),
          monitor: changes.monitor,
          changedAt: new Map(),
        }
      : state;
  for (const node of changes.nodes) {
    next.nodes.set(node.words.id, node);
    next.changedAt.set(`n:${node.words.id}`, changes.version);
  }
  for (const id of changes.goneNodes) next.nodes.delete(id);
  for (const cluster of changes.clusters) {
    next.clusters.set(cluster.words.id, cluster);
    next.changedAt.set(`c:${cluster.words.id}`, changes.version);
  }
  for (const id of changes.goneClusters) next.clusters.delete(id);
  next.at = changes.at;
  next.version = changes.version;
  next.monitor = changes.monitor;
  return next;
};

/**
 * The live state now. Callers in the same moment share one question to `watch`; if `watch` was restarted its versions
 * begin anew and the copy is made whole again.
 */
export const mirror = (engine: Engine): Promise<Mirror> => {
  const held = (slot[KEY] ??= { state: null, pending: null });
  held.pending ??= (async () => {
    try {
      const known = held.state?.version ?? 0;
      let changes = await engine.watch().changesSince(known);
      if (changes.version < known) changes = await engine.watch().changesSince(0);
      held.state = apply(held.state, changes);
      return held.state;
    } finally {
      held.pending = null;
    }
  })();
  return held.pending;
};
