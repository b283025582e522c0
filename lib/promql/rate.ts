import type { Window } from './selection.ts';

/** How a change over a window is counted. */
export interface RateKind {
  /** Falls are restarts from zero. */
  readonly counter: boolean;
  /** Per second. */
  readonly perSecond: boolean;
}

/** What was counted between the first and last sample; each fall of a counter adds what it had reached. */
const increaseOf = (values: Window['values'], counter: boolean): number => {
  let previous = values[0] ?? 0;
  let increase = (values.at(-1) ?? 0) - previous;
  if (!counter) return increase;
  for (const value of values) {
    if (value < previous) increase += previous;
    previous = value;
  }
  return increase;
};

/**
 * `rate`, `increase`, `delta`: the change between the samples of a window, extrapolated to the window's ends as Prometheus does: fully when an
 * end is nearer than 1.1 mean distances, else by half a distance; a counter never to before it was zero
 * (Prometheus documentation, "Functions": `rate`).
 */
export const extrapolatedChange = (window: Window, kind: RateKind): number | null => {
  const { instants, values, from, to } = window;
  const firstAt = instants[0];
  const lastAt = instants.at(-1);
  const first = values[0];
  if (firstAt === undefined || lastAt === undefined || first === undefined || values.length < 2) return null;
  const change = increaseOf(values, kind.counter);
  const sampledSeconds = (lastAt - firstAt) / 1000;
  const meanSeconds = sampledSeconds / (values.length - 1);
  const farSeconds = meanSeconds * 1.1;
  let startSeconds = (firstAt - from) / 1000;
  let endSeconds = (to - lastAt) / 1000;
  if (startSeconds >= farSeconds) startSeconds = meanSeconds / 2;
  if (kind.counter && change > 0 && first >= 0)
    startSeconds = Math.min(startSeconds, sampledSeconds * (first / change));
  if (endSeconds >= farSeconds) endSeconds = meanSeconds / 2;
  const factor = (sampledSeconds + startSeconds + endSeconds) / sampledSeconds;
  return change * (kind.perSecond ? factor / ((to - from) / 1000) : factor);
};

/** `irate`, `idelta`: from the last two samples alone. */
export const lastChange = ({ instants, values }: Window, kind: RateKind): number | null => {
  const [lastAt, previousAt] = [instants.at(-1), instants.at(-2)];
  const [last, previous] = [values.at(-1), values.at(-2)];
  if (lastAt === undefined || previousAt === undefined || last === undefined || previous === undefined)
    return null;
  if (lastAt === previousAt) return null;
  const change = kind.counter && last < previous ? last : last - previous;
  return kind.perSecond ? change / ((lastAt - previousAt) / 1000) : change;
};
