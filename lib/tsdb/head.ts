import type { Labels } from '#lib/model/labels.ts';
import { labelsKey } from '#lib/model/labels.ts';
import { SampleColumns } from '#lib/model/points.ts';
import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';

import { bytes, floats, ints } from './column.ts';
import type { Column } from './column.ts';
import type { SeriesTest } from './matcher.ts';

/** The changes of one span of time, in columns: what the journal keeps, and what a page is made of. Everything but `time` is parallel to `ref`. */
export interface Changes {
  /** True for the first record of a segment: `anchors` hold what was alive when it began. */
  readonly fresh: boolean;
  readonly anchors: { readonly ref: Int32Array; readonly value: Float64Array };
  /** Scrapes: their clock, instant, and whether they failed. Ordinals count per clock from the segment's start. */
  readonly clocks: readonly { readonly clock: number; readonly at: Ms; readonly down: boolean }[];
  /** Values on a clock. `ordinal` is negative (−1 − ordinal) where the series became stale. */
  readonly log: { readonly ref: Int32Array; readonly ordinal: Int32Array; readonly value: Float64Array };
  /** Samples with an instant of their own. */
  readonly own: {
    readonly ref: Int32Array;
    readonly at: Float64Array;
    readonly value: Float64Array;
    readonly stale: Uint8Array;
  };
}

/** A series as it is stored. */
export interface StoredSeries {
  readonly ref: number;
  /** Null: its samples carry their own instants. */
  readonly clock: number | null;
  /** A series about the scrape itself goes on when the scrape fails. */
  readonly report: boolean;
  readonly labels: Labels;
}

export interface SeriesInfo extends StoredSeries {
  /** The first reference of its labels: equal exactly when the label sets are. */
  readonly first: number;
}

const TESTS_BETWEEN_RESTS = 500;

interface ClockTimes {
  readonly at: Column<Float64Array>;
  readonly down: Column<Uint8Array>;
  /** Whether each instant is later than the one before: not when the wall clock was set back. */
  isRising: boolean;
}

/** One span of the log; a series' entries are a chain that points backwards. */
class Segment {
  readonly clocks = new Map<number, ClockTimes>();
  readonly ref = ints();
  readonly ordinal = ints();
  readonly value = floats();
  readonly previous = ints();
  readonly tail = new Map<number, number>();
  readonly ownRef = ints();
  readonly ownAt = floats();
  readonly ownValue = floats();
  readonly ownStale = bytes();
  readonly ownPrevious = ints();
  readonly ownTail = new Map<number, number>();
  /** Series of which one sample is not later than the one before. */
  readonly ownUnordered = new Set<number>();
  /** What held when the segment began. */
  readonly anchors = new Map<number, number>();
  firstAt: Ms | null = null;
  lastAt: Ms = 0;

  tick(clock: number, at: Ms, down: boolean): void {
    let times = this.clocks.get(clock);
    if (times === undefined) {
      times = { at: floats(), down: bytes(), isRising: true };
      this.clocks.set(clock, times);
    }
    times.isRising &&= times.at.length === 0 || at > times.at.at(times.at.length - 1);
    times.at.push(at);
    times.down.push(down ? 1 : 0);
    this.#saw(at);
  }

  change(ref: number, ordinal: number, value: number, stale: boolean): void {
    this.previous.push(this.tail.get(ref) ?? -1);
    this.tail.set(ref, this.ref.length);
    this.ref.push(ref);
    this.ordinal.push(stale ? -1 - ordinal : ordinal);
    this.value.push(value);
  }

  point(ref: number, at: Ms, value: number, stale: boolean): void {
    const before = this.ownTail.get(ref) ?? -1;
    if (before >= 0 && at <= this.ownAt.at(before)) this.ownUnordered.add(ref);
    this.ownPrevious.push(before);
    this.ownTail.set(ref, this.ownRef.length);
    this.ownRef.push(ref);
    this.ownAt.push(at);
    this.ownValue.push(value);
    this.ownStale.push(stale ? 1 : 0);
    this.#saw(at);
  }

  #saw(at: Ms): void {
    this.firstAt ??= at;
    this.firstAt = Math.min(this.firstAt, at);
    this.lastAt = Math.max(this.lastAt, at);
  }
}

/** The ordinal from which a clock's scrapes must be looked at: the last before an instant, which says what held until then. */
const lastBefore = ({ at, isRising }: ClockTimes, instant: Ms): number => {
  if (!isRising) return 0;
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at.at(middle) < instant) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
};

const ordinalOfEntry = (written: number): number => (written < 0 ? -1 - written : written);

/** Adds the samples of one series on a clock: at every scrape the latest value, stale where it was gone or the scrape failed. */
const expandClocked = (
  segment: Segment,
  info: SeriesInfo,
  from: Ms,
  to: Ms,
  samples: SampleColumns,
): void => {
  const times = info.clock === null ? undefined : segment.clocks.get(info.clock);
  if (times === undefined) return;
  const begin = lastBefore(times, from);
  const chain: number[] = [];
  for (let entry = segment.tail.get(info.ref) ?? -1; entry >= 0; entry = segment.previous.at(entry)) {
    chain.push(entry);
    if (ordinalOfEntry(segment.ordinal.at(entry)) <= begin) break; // what was before it holds no more
  }
  const anchor = segment.anchors.get(info.ref);
  let value = anchor ?? Number.NaN;
  let alive = anchor !== undefined;
  let wasAlive = alive;
  let next = chain.length - 1;
  for (let ordinal = begin; ordinal < times.at.length; ordinal += 1) {
    for (; next >= 0; next -= 1) {
      const entry = chain[next] ?? 0;
      const written = segment.ordinal.at(entry);
      if (ordinalOfEntry(written) > ordinal) break;
      alive = written >= 0;
      if (alive) value = segment.value.at(entry);
    }
    const shown = alive && (info.report || times.down.at(ordinal) === 0);
    const at = times.at.at(ordinal);
    if (times.isRising && at > to) return;
    if ((shown || wasAlive) && at >= from && at <= to) samples.push(at, shown ? value : Number.NaN, !shown);
    wasAlive = shown;
  }
};

/** Adds the samples of a series with instants of its own, oldest first; of equal instants the one written last comes first. */
const expandOwn = (segment: Segment, ref: number, from: Ms, to: Ms, samples: SampleColumns): void => {
  const isOrdered = !segment.ownUnordered.has(ref);
  const entries: number[] = [];
  for (let entry = segment.ownTail.get(ref) ?? -1; entry >= 0; entry = segment.ownPrevious.at(entry)) {
    const at = segment.ownAt.at(entry);
    if (at >= from && at <= to) entries.push(entry);
    else if (isOrdered && at < from) break;
  }
  if (isOrdered) entries.reverse();
  else entries.sort((a, b) => segment.ownAt.at(a) - segment.ownAt.at(b));
  for (const entry of entries)
    samples.push(segment.ownAt.at(entry), segment.ownValue.at(entry), segment.ownStale.at(entry) === 1);
};

/** Recent samples in memory, as changes: what did not change costs nothing. */
export interface Head {
  clock(): number;
  series(labels: Labels, clock: number | null, report?: boolean): number;
  /** One scrape of a clock: values that changed, series that are gone; a failed one makes all of the clock's series stale by one bit. */
  scrape(
    clock: number,
    at: Ms,
    change: {
      readonly refs: readonly number[];
      readonly values: readonly number[];
      readonly gone: readonly number[];
    } | null,
  ): void;
  /** Values about the scrape that `scrape` just wrote. */
  report(clock: number, refs: readonly number[], values: readonly number[]): void;
  /** A target is gone: its series end. */
  end(clock: number, at: Ms): void;
  point(ref: number, at: Ms, value: number, stale: boolean): void;
  /** The series of a name. */
  find(name: string, matching: (labels: Labels) => boolean): SeriesInfo[];
  /** The series of any name that meet a selector; null after many that do not, so that whoever looks may rest. */
  match(test: SeriesTest): Iterable<SeriesInfo | null>;
  /** Sets to 1, by reference, every series that the segments of a span hold. */
  mark(from: Ms, to: Ms, held: Uint8Array): void;
  /** Of each segment the samples in `[from, to]`, oldest first. */
  samples(info: SeriesInfo, from: Ms, to: Ms): SampleColumns;
  readonly seriesCount: number;
  /** What was added since the last `take`, for the journal; null when nothing was. */
  take(): { readonly series: readonly SeriesInfo[]; readonly changes: Changes } | null;
  /** Puts back what the journal kept. Ordinals go on from there. */
  replay(series: readonly StoredSeries[], changes: Changes): void;
  /** Closes the open segment and begins a new one; the closed one stays readable until `drop`. */
  roll(): {
    readonly firstAt: Ms;
    readonly lastAt: Ms;
    points(ref: number): readonly Sample[];
    readonly refs: readonly number[];
    drop(): void;
  } | null;
  readonly entries: number;
  /** The newest instant of anything held; null: empty. */
  readonly lastAt: Ms | null;
}

export const createHead = (): Head => {
  const infos: SeriesInfo[] = [];
  const firstOf = new Map<string, number>();
  /** By the first reference of a label set, the others: a target that is made again has another clock. */
  const alike = new Map<number, number[]>();
  const byName = new Map<string, number[]>();
  const byClock = new Map<number, number[]>();
  const alive = new Map<number, number>();
  let clocks = 0;
  let open = new Segment();
  let closed: Segment[] = [];
  let taken = { series: 0, log: 0, own: 0 };
  let ticks: Changes['clocks'][number][] = [];
  let fresh = true;

  const add = (series: StoredSeries, key: string): void => {
    const first = firstOf.get(key) ?? series.ref;
    if (first === series.ref) firstOf.set(key, first);
    else alike.set(first, [...(alike.get(first) ?? []), series.ref]);
    const info = { ...series, first };
    infos[info.ref] = info;
    const name = info.labels.__name__ ?? '';
    const sameName = byName.get(name);
    if (sameName === undefined) byName.set(name, [info.ref]);
    else sameName.push(info.ref);
    if (info.clock === null) return;
    clocks = Math.max(clocks, info.clock + 1);
    const list = byClock.get(info.clock);
    if (list === undefined) byClock.set(info.clock, [info.ref]);
    else list.push(info.ref);
  };
  const refOf = (key: string, clock: number | null): number | undefined => {
    const first = firstOf.get(key);
    if (first === undefined || infos[first]?.clock === clock) return first;
    return alike.get(first)?.find((ref) => infos[ref]?.clock === clock);
  };
  const ordinalOf = (clock: number): number => (open.clocks.get(clock)?.at.length ?? 0) - 1;
  const write = (ref: number, ordinal: number, value: number): void => {
    open.change(ref, ordinal, value, false);
    alive.set(ref, value);
  };
  const finish = (ref: number, ordinal: number): void => {
    open.change(ref, ordinal, 0, true);
    alive.delete(ref);
  };
  const tick = (clock: number, at: Ms, down: boolean): number => {
    open.tick(clock, at, down);
    ticks.push({ clock, at, down });
    return ordinalOf(clock);
  };
  const named = (name: string, matching: (labels: Labels) => boolean): SeriesInfo[] =>
    (byName.get(name) ?? []).flatMap((ref) => {
      const info = infos[ref];
      return info === undefined || !matching(info.labels) ? [] : [info];
    });
  const pointsOf = (segments: readonly Segment[], info: SeriesInfo, from: Ms, to: Ms): SampleColumns => {
    const samples = new SampleColumns();
    for (const segment of segments)
      if (info.clock === null) expandOwn(segment, info.ref, from, to, samples);
      else expandClocked(segment, info, from, to, samples);
    return samples;
  };

  return {
    clock: () => clocks++,
    series: (labels, clock, report = false) => {
      const key = labelsKey(labels);
      const known = refOf(key, clock);
      if (known !== undefined) return known;
      const ref = infos.length;
      add({ ref, clock, report, labels }, key);
      return ref;
    },
    scrape: (clock, at, change) => {
      const ordinal = tick(clock, at, change === null);
      if (change === null) return;
      for (const ref of change.gone) finish(ref, ordinal);
      change.refs.forEach((ref, i) => write(ref, ordinal, change.values[i] ?? 0));
    },
    report: (clock, refs, values) => {
      const ordinal = ordinalOf(clock);
      refs.forEach((ref, i) => {
        const value = values[i] ?? 0;
        if (!Object.is(alive.get(ref), value)) write(ref, ordinal, value);
      });
    },
    end: (clock, at) => {
      const ordinal = tick(clock, at, false);
      for (const ref of byClock.get(clock) ?? []) if (alive.has(ref)) finish(ref, ordinal);
    },
    point: (ref, at, value, stale) => open.point(ref, at, value, stale),
    find: named,
    *match(test) {
      let tested = 0;
      for (const name of test.name === null ? [...byName.keys()] : [test.name]) {
        const refs = test.acceptsName(name) ? (byName.get(name) ?? []) : [];
        for (const ref of refs) {
          const info = infos[ref];
          if ((tested += 1) % TESTS_BETWEEN_RESTS === 0) yield null;
          if (info !== undefined && test.acceptsLabels(info.labels)) yield info;
        }
      }
    },
    mark: (from, to, held) => {
      for (const segment of [...closed, open])
        if (segment.firstAt !== null && segment.firstAt <= to && segment.lastAt >= from)
          for (const refs of [segment.anchors, segment.tail, segment.ownTail])
            for (const ref of refs.keys()) held[ref] = 1;
    },
    samples: (info, from, to) => pointsOf([...closed, open], info, from, to),
    get seriesCount() {
      return infos.length;
    },
    get lastAt() {
      const newest = Math.max(0, open.lastAt, ...closed.map((segment) => segment.lastAt));
      return newest === 0 ? null : newest;
    },
    get entries() {
      return open.ref.length + open.ownRef.length;
    },
    take: () => {
      const before = taken;
      taken = { series: infos.length, log: open.ref.length, own: open.ownRef.length };
      if (
        before.series === taken.series &&
        before.log === taken.log &&
        before.own === taken.own &&
        ticks.length === 0
      )
        return null;
      const clocksTaken = ticks;
      ticks = [];
      const anchors = fresh ? [...open.anchors] : [];
      const isFresh = fresh;
      fresh = false;
      return {
        series: infos.slice(before.series),
        changes: {
          fresh: isFresh,
          anchors: {
            ref: Int32Array.from(anchors, ([ref]) => ref),
            value: Float64Array.from(anchors, ([, value]) => value),
          },
          clocks: clocksTaken,
          log: {
            ref: open.ref.slice(before.log),
            ordinal: open.ordinal.slice(before.log),
            value: open.value.slice(before.log),
          },
          own: {
            ref: open.ownRef.slice(before.own),
            at: open.ownAt.slice(before.own),
            value: open.ownValue.slice(before.own),
            stale: open.ownStale.slice(before.own),
          },
        },
      };
    },
    replay: (series, changes) => {
      for (const info of series) add(info, labelsKey(info.labels));
      fresh = false;
      changes.anchors.ref.forEach((ref, i) => {
        open.anchors.set(ref, changes.anchors.value[i] ?? 0);
        alive.set(ref, changes.anchors.value[i] ?? 0);
      });
      for (const { clock, at, down } of changes.clocks) open.tick(clock, at, down);
      const { log, own } = changes;
      for (let i = 0; i < log.ref.length; i += 1) {
        const ref = log.ref[i] ?? 0;
        const ordinal = log.ordinal[i] ?? 0;
        if (ordinal < 0) {
          open.change(ref, -1 - ordinal, 0, true);
          alive.delete(ref);
        } else {
          open.change(ref, ordinal, log.value[i] ?? 0, false);
          alive.set(ref, log.value[i] ?? 0);
        }
      }
      for (let i = 0; i < own.ref.length; i += 1)
        open.point(own.ref[i] ?? 0, own.at[i] ?? 0, own.value[i] ?? 0, own.stale[i] === 1);
      taken = { series: infos.length, log: open.ref.length, own: open.ownRef.length };
    },
    roll: () => {
      const { firstAt, lastAt } = open;
      if (firstAt === null) return null;
      const segment = open;
      open = new Segment();
      fresh = true;
      for (const [ref, value] of alive) if (infos[ref]?.clock !== null) open.anchors.set(ref, value);
      closed.push(segment);
      taken = { ...taken, log: 0, own: 0 };
      const refs = [
        ...new Set([...segment.anchors.keys(), ...segment.tail.keys(), ...segment.ownTail.keys()]),
      ].sort((a, b) => a - b);
      return {
        firstAt,
        lastAt,
        refs,
        points: (ref) => {
          const info = infos[ref];
          return info === undefined
            ? []
            : [...pointsOf([segment], info, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)];
        },
        drop: () => {
          closed = closed.filter((each) => each !== segment);
        },
      };
    },
  };
};
