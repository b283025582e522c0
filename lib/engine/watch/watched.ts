import type { Decision } from '#lib/detector/verdict.ts';
import type { NodeWords, World } from '#lib/events/world.ts';
import type { Ms } from '#lib/model/time.ts';

import type { LiveNode } from '../live.ts';
import type { Group } from './groups.ts';
import type { NodeRuntime } from './node-runtime.ts';

/** A node with everything that its watching keeps beside the detector. */
export interface Watched {
  readonly runtime: NodeRuntime;
  decision: Decision;
  withheld: boolean;
  /** What the live picture last said of φ, in tenths. */
  shownPhi: number | null;
  /** The largest φ since the last written series. */
  peakPhi: number | null;
  /** The largest φ since the last point of the history. */
  peakHistory: number | null;
  seriesAt: Ms;
  /** Probes in a row whose connection was reset. */
  resets: number;
  clusters: LiveNode['clusters'];
  groups: readonly Group[];
}

/** @param known the words that stood before */
export const watchedOf = (runtime: NodeRuntime, known: NodeWords | null): Watched => ({
  runtime,
  decision: {
    state: known?.state ?? 'unknown',
    flags: known?.flags ?? [],
    certainty: known?.certainty ?? { kind: 'inferred', confidence: 1 },
  },
  withheld: false,
  shownPhi: null,
  peakPhi: null,
  peakHistory: null,
  seriesAt: -Infinity,
  resets: 0,
  clusters: [],
  groups: [],
});

/** What is shown of a node: its words, and the numbers of an instant; null: the log does not know it. */
export const liveNodeOf = (entry: Watched, world: World, at: Ms): LiveNode | null => {
  const { runtime, clusters } = entry;
  const words = world.nodes.get(runtime.plan.id);
  return words === undefined
    ? null
    : { words, clusters, fused: runtime.phi(at), downLimit: runtime.downLimit() };
};
