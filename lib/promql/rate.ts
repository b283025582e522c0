import type { Window } from './selection.ts';

/** How a change over a window is counted. */
export interface RateKind {
  /** Falls are restarts from zero. */
  readonly counter: boolean;
  /** Per second. */
  readonly perSecond: boolean;
}

/** What was counted between the first and last sample; each fall of a counter adds what it had reached. */
const increaseOf = (samples: Window['samples'], counter: boolean): number => {
  let previous = samples[0]?.value ?? 0;
  let increase = (samples.at(-1)?.value ?? 0) - previous;
  if (!counter) return increase;
  for (const { value } of samples) {
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
  const { samples, from, to } = window;
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 2) return null;
  const change = increaseOf(samples, kind.counter);
  const sampledSeconds = (last.at - first.at) / 1000;
  const meanSeconds = sampledSeconds / (samples.length - 1);
  const farSeconds = meanSeconds * 1.1;
  let startSeconds = (first.at - from) / 1000;
  let endSeconds = (to - last.at) / 1000;
  if (startSeconds >= farSeconds) startSeconds = meanSeconds / 2;
  if (kind.counter && change > 0 && first.value >= 0)
    startSeconds = Math.min(startSeconds, sampledSeconds * (first.value / change));
  if (endSeconds >= farSeconds) endSeconds = meanSeconds / 2;
  const factor = (sampledSeconds + startSeconds + endSeconds) / sampledSeconds;
  return change * (kind.perSecond ? factor / ((to - from) / 1000) : factor);
};

/** `irate`, `idelta`: from the last two samples alone. */
export const lastChange = (window: Window, kind: RateKind): number | null => {
  const last = window.samples.at(-1);
  const previous = window.samples.at(-2);
  if (last === undefined || previous === undefined || last.at === previous.at) return null;
  const change = kind.counter && last.value < previous.value ? last.value : last.value - previous.value;
  return kind.perSecond ? change / ((last.at - previous.at) / 1000) : change;
};
