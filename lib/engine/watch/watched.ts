import type { Decision } from '#lib/detector/verdict.ts';
import type { NodeWords, World } from '#lib/events/world.ts';
import type { Ms } from '#lib/model/time.ts';

import { SILENCE_STANDS_OUT_PHI } from '../live.ts';
import type { JudgedNode } from '../live.ts';
import type { Group } from './groups.ts';
import type { NodeRuntime } from './node-runtime.ts';

/** A node with everything that its watching keeps beside the detector. */
export interface Watched {
  readonly runtime: NodeRuntime;
  decision: Decision;
  withheld: boolean;
  /** What the live picture last said of φ, in tenths. */
  shownPhi: number | null;
  /** The last heartbeat from which it last counted a silence. */
  shownHeard: Ms | null;
  /** The largest φ since the last written series. */
  peakPhi: number | null;
  /** The largest φ since the last point of the history. */
  peakHistory: number | null;
  seriesAt: Ms;
  /** Probes in a row whose connection was reset. */
  resets: number;
  clusters: JudgedNode['clusters'];
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
  shownHeard: null,
  peakPhi: null,
  peakHistory: null,
  seriesAt: -Infinity,
  resets: 0,
  clusters: [],
  groups: [],
});

/** The last heartbeat of a node whose silence stands out; null: it does not. */
export const heardBeforeSilence = (runtime: NodeRuntime, at: Ms): Ms | null =>
  (runtime.phi(at) ?? 0) >= SILENCE_STANDS_OUT_PHI ? runtime.lastHeard() : null;

/** The instant since which a node is silent, by the wall clock; null: its silence does not stand out. */
export const silentSince = ({ runtime }: Watched, at: Ms, atWall: Ms): Ms | null => {
  const silentMs = heardBeforeSilence(runtime, at) === null ? null : runtime.silenceMs(at);
  return silentMs === null ? null : Math.round(atWall - silentMs);
};

/** What is said of a node: its words, and the numbers of an instant; null: the log does not know it. */
export const judgedNodeOf = (entry: Watched, world: World, at: Ms): JudgedNode | null => {
  const { runtime, clusters } = entry;
  const words = world.nodes.get(runtime.plan.id);
  return words === undefined
    ? null
    : { words, clusters, fused: runtime.phi(at), downLimit: runtime.downLimit() };
};
