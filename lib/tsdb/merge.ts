import type { Sample } from '#lib/model/sample.ts';

/** Whether a run goes on over an instant: it has a value before it and something after it. */
const goesOn = (run: readonly Sample[], next: number): boolean => {
  const before = run[next - 1];
  return before !== undefined && !before.stale && next < run.length;
};

/**
 * One series out of runs that were written apart under the same labels: after a restart, or by a target that was made
 * again. Ordered by time; of equal instants a value wins over an end, and the earlier run over the later. An end inside
 * another run that goes on is no end of the series.
 * @param runs each oldest first
 */
export const mergeRuns = (runs: readonly (readonly Sample[])[]): readonly Sample[] => {
  const [only = [], ...others] = runs;
  const joined =
    others.length === 0 ? only : runs.toSorted((a, b) => (a[0]?.at ?? 0) - (b[0]?.at ?? 0)).flat();
  if (joined.every((sample, i) => i === 0 || sample.at > (joined[i - 1]?.at ?? 0))) return joined;
  const next = runs.map(() => 0);
  const merged: Sample[] = [];
  for (;;) {
    let at = Number.POSITIVE_INFINITY;
    runs.forEach((run, i) => (at = Math.min(at, run[next[i] ?? 0]?.at ?? Number.POSITIVE_INFINITY)));
    if (at === Number.POSITIVE_INFINITY) return merged;
    let value: Sample | null = null;
    let end: Sample | null = null;
    runs.forEach((run, i) => {
      let sample = run[next[i] ?? 0];
      for (; sample?.at === at; sample = run[next[i] ?? 0]) {
        if (sample.stale) end ??= sample;
        else value ??= sample;
        next[i] = (next[i] ?? 0) + 1;
      }
    });
    const kept: Sample | null =
      value ??
      (runs.some((run, i) => run[(next[i] ?? 0) - 1]?.at !== at && goesOn(run, next[i] ?? 0)) ? null : end);
    if (kept !== null) merged.push(kept);
  }
};
