import { labelsKey } from '#lib/model/labels.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';
import type { MatrixSeries } from '#lib/promql/value.ts';
import type { Sliced } from '#lib/promql/work.ts';

import { advance } from './holding.ts';
import type { Holding, Holds } from './holding.ts';
import { overlay, withoutName } from './labelset.ts';

export interface BandSegment {
  readonly from: Ms;
  readonly to: Ms;
  readonly state: 'pending' | 'firing';
}

/** One alert over a span: when it would have been pending, and when it would have fired. */
export interface Band {
  readonly labels: Labels;
  readonly segments: readonly BandSegment[];
}

export interface Backtest {
  /** Those that were ever active, in the order of their series. */
  readonly bands: readonly Band[];
  /** How often one began to fire. */
  readonly fired: number;
}

/** The instants at which a rule is evaluated: `from`, and every step up to `to`. */
export interface Steps {
  readonly from: Ms;
  readonly to: Ms;
  readonly stepMs: Ms;
}

const shownState = (holding: Holding | null): BandSegment['state'] | null =>
  holding === null || holding.state === 'resolved' ? null : holding.state;

interface Change {
  readonly at: Ms;
  readonly state: BandSegment['state'] | null;
}

/** Walks one alert through all steps. @param holds the instants at which its condition holds, oldest first */
const changesOf = (holds: readonly Ms[], { from, to, stepMs }: Steps, rule: Holds): Change[] => {
  const changes: Change[] = [];
  let holding: Holding | null = null;
  let next = 0;
  for (let at = from; at <= to; at += stepMs) {
    const isHeld = holds[next] === at;
    if (isHeld) next += 1;
    holding = advance(holding, isHeld, at, rule);
    const state = shownState(holding);
    if (state !== (changes.at(-1)?.state ?? null)) changes.push({ at, state });
    // Nothing can change until the condition holds again: the time in between need not be walked.
    if (state === null) at = Math.max(at, (holds[next] ?? to + stepMs) - stepMs);
  }
  return changes;
};

const segmentsOf = (changes: readonly Change[], to: Ms): BandSegment[] =>
  changes.flatMap(({ at, state }, index) =>
    state === null ? [] : [{ from: at, to: changes[index + 1]?.at ?? to, state }],
  );

/**
 * What a rule would have done over a span: its expression's range result walked through the life of an alert, in slices.
 * @param series what the expression gave at every step: where there is a point, the condition held
 * @param labels the rule's own labels, as they are shown; templates in them are not expanded
 */
export function* backtest(
  series: readonly MatrixSeries[],
  steps: Steps,
  rule: Holds,
  labels: Labels = {},
): Sliced<Backtest> {
  const bands: Band[] = [];
  let fired = 0;
  for (const { labels: shown, holds } of yield* joinAlike(series, labels)) {
    const segments = segmentsOf(changesOf(holds, steps, rule), steps.to);
    fired += segments.filter(({ state }) => state === 'firing').length;
    if (segments.length > 0) bands.push({ labels: shown, segments });
    yield;
  }
  return { bands, fired };
}

interface Condition {
  readonly labels: Labels;
  /** The instants at which it holds, oldest first. */
  readonly holds: readonly Ms[];
}

/** Series that differ in their metric's name only are one alert. */
function* joinAlike(series: readonly MatrixSeries[], labels: Labels): Sliced<Iterable<Condition>> {
  const joined = new Map<string, Condition>();
  for (const one of series) {
    const shown = overlay(withoutName(one.labels), labels);
    const key = labelsKey(shown);
    const known = joined.get(key)?.holds ?? [];
    const own = Array.from(one.points, ({ at }) => at);
    const holds = known.length === 0 ? own : [...known, ...own].sort((a, b) => a - b);
    joined.set(key, { labels: shown, holds });
    yield;
  }
  return joined.values();
}
