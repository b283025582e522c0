import type { Labels } from './labels.ts';
import type { Ms } from './time.ts';

/**
 * One point of a series. A stale marker is a flag, never a NaN payload: JavaScript does not keep payloads.
 */
export interface Sample {
  readonly at: Ms;
  readonly value: number;
  readonly stale: boolean;
}

/** A series with its points, oldest first; instants and values are parallel. Stale markers are already turned into ends of runs (`staleAfter`). */
export interface SeriesPoints {
  readonly labels: Labels;
  readonly samples: readonly Sample[];
}
