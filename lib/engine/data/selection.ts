import type { Labels } from '#lib/model/labels.ts';
import type { Looks, SampleColumns, SampleSpan } from '#lib/model/points.ts';
import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import type { Matcher } from '#lib/promql/matcher.ts';
import type { FoundSeries } from '#lib/promql/value.ts';
import type { Sliced } from '#lib/promql/work.ts';
import type { SampleReader } from '#lib/store/samples/reader.ts';
import type { Head, SeriesInfo } from '#lib/tsdb/head.ts';
import { compileMatchers } from '#lib/tsdb/matcher.ts';
import { mergeRuns } from '#lib/tsdb/merge.ts';

/** Told of each page that could not be read. */
type Damaged = (warning: string) => void;

/** Series one after another; null stands for nothing yet, so that whoever reads may rest. */
export type Found = Generator<FoundSeries | null, void, void>;

/** Reads over the head and the sealed blocks at once. */
export interface Selection {
  /** Samples in `[from, to]` of known series; equal label sets are one series. */
  of(infos: Iterable<SeriesInfo | null>, from: Ms, to: Ms): Found;
  /** @param looks samples that none of them sees may be left out; null: each is wanted */
  select(matchers: readonly Matcher[], from: Ms, to: Ms, looks: Looks | null, damaged?: Damaged): Found;
  /** The label sets that meet any of the selectors and are held somewhere in the span; no selector: every one. */
  labelSets(selectors: readonly (readonly Matcher[])[], from: Ms, to: Ms): Sliced<Labels[]>;
}

const ALL = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, looks: null };

const isAllTime = (from: Ms, to: Ms): boolean =>
  from <= Number.MIN_SAFE_INTEGER && to >= Number.MAX_SAFE_INTEGER;

/** Series whose blocks are read together: a few pages' worth. */
const BATCH = 1024;
/** What one batch may read, as one query may: Prometheus's `--query.max-samples`. */
const MOST_SAMPLES = 50_000_000;
const SERIES_BETWEEN_RESTS = 8;
const LOOKS_BETWEEN_RESTS = 500;

/** The references that stand for one label set. */
interface Known {
  readonly labels: Labels;
  readonly infos: SeriesInfo[];
}

function* byLabels(infos: Iterable<SeriesInfo | null>): Generator<null, Known[]> {
  const known = new Map<number, Known>();
  let looked = 0;
  for (const info of infos) {
    if (info === null || (looked += 1) % LOOKS_BETWEEN_RESTS === 0) yield null;
    if (info === null) continue;
    const same = known.get(info.first);
    if (same === undefined) known.set(info.first, { labels: info.labels, infos: [info] });
    else same.infos.push(info);
  }
  return [...known.values()];
}

/** One series out of its runs: the sealed ones grow by what is later, and only runs that overlap are merged. */
const joined = (given: readonly SampleColumns[]): Iterable<Sample> => {
  const runs = given.toSorted((a, b) => (a.points.instants[0] ?? 0) - (b.points.instants[0] ?? 0));
  const follow = runs.every(
    (run, i) =>
      run.isRising && (i === 0 || (run.points.instants[0] ?? 0) > (runs[i - 1]?.points.instants.at(-1) ?? 0)),
  );
  // A sample with an instant of its own may be older than what an earlier block holds.
  if (!follow) return mergeRuns(runs.map((run) => [...run].sort((a, b) => a.at - b.at)));
  const [first, ...others] = runs;
  for (const run of others) first?.append(run, ALL);
  return first ?? [];
};

export const createSelection = (head: Head, readerOf: () => SampleReader | null): Selection => {
  /** What the head holds is read first: what is sealed meanwhile is then in the blocks too, and not lost between. */
  function* recentOf(batch: readonly Known[], from: Ms, to: Ms): Generator<null, SampleColumns[][]> {
    const runs: SampleColumns[][] = [];
    for (const { infos } of batch) {
      runs.push(infos.map((info) => head.samples(info, from, to)));
      if (runs.length % SERIES_BETWEEN_RESTS === 0) yield null;
    }
    return runs;
  }

  function* of(
    infos: Iterable<SeriesInfo | null>,
    span: SampleSpan,
    damaged: Damaged = () => undefined,
  ): Found {
    const { from, to } = span;
    const all = yield* byLabels(infos);
    for (let i = 0; i < all.length; i += BATCH) {
      const batch = all.slice(i, i + BATCH);
      const recent = yield* recentOf(batch, from, to);
      const refs = new Set(batch.flatMap((known) => known.infos.map(({ ref }) => ref)));
      const reader = readerOf();
      const older = reader === null ? null : yield* reader.samples(refs, span, damaged, MOST_SAMPLES);
      for (const [n, { labels, infos: same }] of batch.entries()) {
        const sealed = same.flatMap(({ ref }) => older?.get(ref) ?? []);
        const runs = [...sealed, ...(recent[n] ?? [])].filter((run) => run.length > 0);
        if (runs.length > 0) yield { labels, samples: joined(runs) };
      }
    }
  }

  const infosOf = (matchers: readonly Matcher[]): Iterable<SeriesInfo | null> =>
    head.match(compileMatchers(matchers));

  return {
    of: (infos, from, to) => of(infos, { from, to, looks: null }),
    select: (matchers, from, to, looks, damaged) => of(infosOf(matchers), { from, to, looks }, damaged),
    *labelSets(selectors, from, to) {
      const held = new Uint8Array(head.seriesCount);
      if (isAllTime(from, to)) held.fill(1);
      else {
        head.mark(from, to, held);
        const reader = readerOf();
        if (reader !== null) yield* reader.mark(from, to, held);
      }
      const found = new Map<number, Labels>();
      let looked = 0;
      for (const matchers of selectors.length === 0 ? [[]] : selectors)
        for (const info of infosOf(matchers)) {
          if (info === null || (looked += 1) % LOOKS_BETWEEN_RESTS === 0) yield;
          if (info !== null && held[info.ref] === 1) found.set(info.first, info.labels);
        }
      return [...found.values()];
    },
  };
};
