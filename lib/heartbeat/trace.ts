import type { Ms } from '#lib/model/time.ts';

/** The last points of a number that may be absent. */
export interface Trace {
  push(at: Ms, value: number | null): void;
  /** Oldest first. */
  points(): { readonly at: Ms; readonly value: number | null }[];
}

/** A ring of two columns: every node keeps one, and what is overwritten leaves nothing to collect. @param size how many points are kept */
export const createTrace = (size: number): Trace => {
  const instants = new Float64Array(size);
  const values = new Float64Array(size); // NaN: absent
  let pushed = 0;
  return {
    push: (at, value) => {
      instants[pushed % size] = at;
      values[pushed % size] = value ?? Number.NaN;
      pushed += 1;
    },
    points: () =>
      Array.from({ length: Math.min(pushed, size) }, (_, i) => {
        const place = (Math.max(0, pushed - size) + i) % size;
        const value = values[place] ?? Number.NaN;
        return { at: instants[place] ?? 0, value: Number.isNaN(value) ? null : value };
      }),
  };
};
