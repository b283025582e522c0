import { PromqlEvalError } from './error.ts';

/** Work that may be put down where it yields and taken up again later. */
export type Sliced<T> = Generator<unknown, T, void>;

/** Does sliced work in one go. */
export const finish = <T>(work: Sliced<T>): T => {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
};

/** So many samples are touched in well under a millisecond. */
const PIECE = 500;

/** What a query has done. */
export interface WorkDone {
  /** Samples that selectors gave, over all instants. */
  readonly queryable: number;
  /** The most samples held at once. */
  readonly peak: number;
  /** Of each instant, what `queryable` counts. */
  readonly perStep: ReadonlyMap<number, number>;
}

/** Counts what one query touches and holds. It knows no clock: after enough was touched it says so, and whoever runs the query looks at his. */
export class Work implements WorkDone {
  queryable = 0;
  peak = 0;
  readonly perStep = new Map<number, number>();
  private held = 0;
  private lent = 0;
  private sinceRest = 0;
  private readonly mostHeld: number;
  private readonly onHeld: (samples: number) => void;

  /** @param onHeld told how many samples more, or fewer, are held from now on; what it throws ends the query */
  constructor(mostHeld: number, onHeld: (samples: number) => void) {
    this.mostHeld = mostHeld;
    this.onHeld = onHeld;
  }

  /** @returns whether it is time to yield */
  touch(samples = 1): boolean {
    this.sinceRest += samples;
    if (this.sinceRest < PIECE) return false;
    this.sinceRest = 0;
    return true;
  }

  /** Samples kept from now on; a negative number: let go of. @throws PromqlEvalError when that is too many */
  hold(samples: number): void {
    this.held += samples;
    this.peak = Math.max(this.peak, this.held);
    if (this.held > this.mostHeld) throw tooManySamples();
    this.onHeld(samples);
  }

  /** Samples kept until the instant is worked out. */
  lend(samples: number): void {
    this.lent += samples;
    this.hold(samples);
  }

  /** An instant of the query is worked out. */
  endStep(): void {
    this.hold(-this.lent);
    this.lent = 0;
  }

  /** Samples that a selector gave at an instant of the query. */
  count(step: number, samples: number): void {
    this.queryable += samples;
    this.perStep.set(step, (this.perStep.get(step) ?? 0) + samples);
  }
}

/** In Prometheus's words. */
export const tooManySamples = (): PromqlEvalError =>
  new PromqlEvalError('query processing would load too many samples into memory in query execution');

/** A stable sort that can be put down. */
export function* sortSliced<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
  work: Work,
): Sliced<T[]> {
  let runs: T[][] = [];
  for (let i = 0; i < items.length; i += PIECE) {
    runs.push(items.slice(i, i + PIECE).sort(compare));
    if (work.touch(PIECE)) yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let i = 0; i < runs.length; i += 2)
      merged.push(yield* merge(runs[i] ?? [], runs[i + 1] ?? [], compare, work));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
  work: Work,
): Sliced<T[]> {
  const merged: T[] = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (work.touch()) yield;
    const [a, b] = [left[i], right[j]];
    if (a !== undefined && (b === undefined || compare(a, b) <= 0)) {
      merged.push(a);
      i += 1;
    } else if (b !== undefined) {
      merged.push(b);
      j += 1;
    }
  }
  return merged;
}
