import type { Decision } from '#lib/detector/verdict.ts';
import type { NodeWords } from '#lib/events/world.ts';
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
  clusters: [],
  groups: [],
});
