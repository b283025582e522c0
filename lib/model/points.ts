import type { Sample } from './sample.ts';
import type { Ms } from './time.ts';

/** A value at an instant. */
export interface Point {
  readonly at: Ms;
  readonly value: number;
}

/** Points of one series, oldest first. An array of points is one. */
export interface Points extends Iterable<Point> {
  readonly length: number;
  at(index: number): Point | undefined;
}

/** How many of rising instants are not later than `at`, looked for from where an earlier look ended. */
const countFrom = (instants: readonly number[], start: number, at: Ms): number => {
  let low = (instants[start - 1] ?? Number.NEGATIVE_INFINITY) <= at ? start : 0;
  let high = low;
  for (let stride = 1; high < instants.length && (instants[high] ?? 0) <= at; stride *= 2) {
    low = high + 1;
    high += stride;
  }
  high = Math.min(high, instants.length);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instants[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Points in two columns: 16 bytes each, where an object and its numbers take a hundred. Who asks for rising instants is answered fastest. */
export class PointColumns implements Points {
  readonly instants: number[];
  readonly values: number[];
  #first = 0;
  #end = 0;

  /** @param instants and values: arrays that are given away */
  constructor(instants: number[] = [], values: number[] = []) {
    this.instants = instants;
    this.values = values;
  }

  get length(): number {
    return this.instants.length;
  }

  push(at: Ms, value: number): void {
    this.instants.push(at);
    this.values.push(value);
  }

  at(index: number): Point | undefined {
    const at = this.instants.at(index);
    const value = this.values.at(index);
    return at === undefined || value === undefined ? undefined : { at, value };
  }

  *[Symbol.iterator](): Iterator<Point> {
    for (let i = 0; i < this.length; i += 1)
      yield { at: this.instants[i] ?? 0, value: this.values[i] ?? Number.NaN };
  }

  /** How many are not later than an instant. */
  countUntil(at: Ms): number {
    this.#end = countFrom(this.instants, this.#end, at);
    return this.#end;
  }

  /** Where the points after an instant begin. */
  firstAfter(at: Ms): number {
    this.#first = countFrom(this.instants, this.#first, at);
    return this.#first;
  }
}

/** The instants at which series are looked at: `from`, `from + stepMs`, … A look sees the newest sample that is not later. */
export interface Looks {
  readonly from: Ms;
  readonly stepMs: Ms;
}

/** Which samples are asked for: those in `[from, to]`; with looks, no more of them than some look sees. */
export interface SampleSpan {
  readonly from: Ms;
  readonly to: Ms;
  readonly looks: Looks | null;
}

/** The first look that is not earlier than an instant. */
const lookFrom = ({ from, stepMs }: Looks, at: Ms): Ms =>
  at <= from ? from : from + Math.ceil((at - from) / stepMs) * stepMs;

const NONE: ReadonlySet<number> = new Set();

/** Samples in columns: points, and which of them are markers. */
export class SampleColumns {
  readonly points: PointColumns;
  #stale: Set<number> | null = null;
  #rising = true;

  constructor(points = new PointColumns()) {
    this.points = points;
    const { instants } = points;
    for (let i = 1; i < instants.length; i += 1) this.#rising &&= (instants[i] ?? 0) > (instants[i - 1] ?? 0);
  }

  get length(): number {
    return this.points.length;
  }

  /** Whether each is later than the one before. */
  get isRising(): boolean {
    return this.#rising;
  }

  /** The places of the markers. */
  get stale(): ReadonlySet<number> {
    return this.#stale ?? NONE;
  }

  push(at: Ms, value: number, stale: boolean): void {
    const { instants } = this.points;
    this.#rising &&= instants.length === 0 || at > (instants[instants.length - 1] ?? 0);
    if (stale) (this.#stale ??= new Set()).add(instants.length);
    this.points.push(at, value);
  }

  /**
   * Adds those of others that are asked for. A value is left out when a later one of them hides it from every look: also of runs that are
   * merged afterwards each look then sees the same as of whole ones.
   */
  append(others: SampleColumns, span: SampleSpan): void {
    const { from, to } = span;
    const { instants, values } = others.points;
    if (others.stale.size === 0 && others.isRising) {
      this.#appendRising(instants, values, span);
      return;
    }
    for (let i = 0; i < instants.length; i += 1) {
      const at = instants[i] ?? 0;
      if (at >= from && at <= to) this.push(at, values[i] ?? Number.NaN, others.stale.has(i));
    }
  }

  /** Values whose order needs to be looked at once. */
  #appendRising(instants: readonly Ms[], values: readonly number[], { from, to, looks }: SampleSpan): void {
    const own = this.points;
    let i = 0;
    while (i < instants.length && (instants[i] ?? 0) < from) i += 1;
    const first = instants[i];
    if (first !== undefined && first <= to)
      this.#rising &&= first > (own.instants[own.length - 1] ?? Number.NEGATIVE_INFINITY);
    let look = Number.NEGATIVE_INFINITY;
    for (; i < instants.length; i += 1) {
      const at = instants[i] ?? 0;
      if (at > to) return;
      if (looks !== null) {
        if (look < at) look = lookFrom(looks, at);
        const next = instants[i + 1] ?? Number.POSITIVE_INFINITY;
        if (next <= look && next <= to) continue;
      }
      own.instants.push(at);
      own.values.push(values[i] ?? Number.NaN);
    }
  }

  *[Symbol.iterator](): Iterator<Sample> {
    const { instants, values } = this.points;
    for (let i = 0; i < instants.length; i += 1)
      yield { at: instants[i] ?? 0, value: values[i] ?? Number.NaN, stale: this.stale.has(i) };
  }
}

export const columnsOf = (samples: Iterable<Sample>): SampleColumns => {
  const columns = new SampleColumns();
  for (const { at, value, stale } of samples) columns.push(at, value, stale);
  return columns;
};
