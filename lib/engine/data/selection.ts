import { labelsKey } from '#lib/model/labels.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { SampleColumns } from '#lib/model/points.ts';
import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import type { FoundSeries, Matcher } from '#lib/promql/value.ts';
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
  of(infos: Iterable<SeriesInfo | null>, from: Ms, to: Ms, damaged?: Damaged): Found;
  select(matchers: readonly Matcher[], from: Ms, to: Ms, damaged?: Damaged): Found;
  /** The label sets that meet any of the selectors and are held somewhere in the span; no selector: every one. */
  labelSets(selectors: readonly (readonly Matcher[])[], from: Ms, to: Ms): Sliced<Labels[]>;
}

const isAllTime = (from: Ms, to: Ms): boolean =>
  from <= Number.MIN_SAFE_INTEGER && to >= Number.MAX_SAFE_INTEGER;

/** Series whose blocks are read together: as many as a page holds. */
const BATCH = 128;
const SERIES_BETWEEN_RESTS = 8;
const LOOKS_BETWEEN_RESTS = 500;

/** The references that stand for one label set. */
interface Known {
  readonly labels: Labels;
  readonly infos: SeriesInfo[];
}

function* byLabels(infos: Iterable<SeriesInfo | null>): Generator<null, Known[]> {
  const known = new Map<string, Known>();
  let looked = 0;
  for (const info of infos) {
    if (info === null || (looked += 1) % LOOKS_BETWEEN_RESTS === 0) yield null;
    if (info === null) continue;
    const key = labelsKey(info.labels);
    const same = known.get(key);
    if (same === undefined) known.set(key, { labels: info.labels, infos: [info] });
    else same.infos.push(info);
  }
  return [...known.values()];
}

const samplesOf = (
  older: readonly SampleColumns[],
  recent: readonly (readonly Sample[])[],
): readonly Sample[] =>
  mergeRuns([
    // A sample with an instant of its own may be older than what an earlier block holds.
    ...older.map((columns) => [...columns].sort((a, b) => a.at - b.at)),
    ...recent,
  ]);

export const createSelection = (head: Head, readerOf: () => SampleReader | null): Selection => {
  /** What the head holds is read first: what is sealed meanwhile is then in the blocks too, and not lost between. */
  function* recentOf(batch: readonly Known[], from: Ms, to: Ms): Generator<null, Sample[][][]> {
    const runs: Sample[][][] = [];
    for (const { infos } of batch) {
      runs.push(infos.map((info) => head.samples(info, from, to)));
      if (runs.length % SERIES_BETWEEN_RESTS === 0) yield null;
    }
    return runs;
  }

  function* of(
    infos: Iterable<SeriesInfo | null>,
    from: Ms,
    to: Ms,
    damaged: Damaged = () => undefined,
  ): Found {
    const all = yield* byLabels(infos);
    for (let i = 0; i < all.length; i += BATCH) {
      const batch = all.slice(i, i + BATCH);
      const recent = yield* recentOf(batch, from, to);
      const refs = new Set(batch.flatMap((known) => known.infos.map(({ ref }) => ref)));
      const reader = readerOf();
      const older = reader === null ? null : yield* reader.samples(refs, from, to, damaged);
      for (const [n, { labels, infos: same }] of batch.entries()) {
        const sealed = same.flatMap(({ ref }) => older?.get(ref) ?? []);
        const runs = [...(recent[n] ?? [])].filter((run) => run.length > 0);
        if (sealed.length + runs.length > 0) yield { labels, samples: samplesOf(sealed, runs) };
      }
    }
  }

  const infosOf = (matchers: readonly Matcher[]): Iterable<SeriesInfo | null> =>
    head.match(compileMatchers(matchers));

  return {
    of,
    select: (matchers, from, to, damaged) => of(infosOf(matchers), from, to, damaged),
    *labelSets(selectors, from, to) {
      const held = new Uint8Array(head.seriesCount);
      if (isAllTime(from, to)) held.fill(1);
      else {
        head.mark(from, to, held);
        const reader = readerOf();
        if (reader !== null) yield* reader.mark(from, to, held);
      }
      const found = new Map<string, Labels>();
      let looked = 0;
      for (const matchers of selectors.length === 0 ? [[]] : selectors)
        for (const info of infosOf(matchers)) {
          if (info === null || (looked += 1) % LOOKS_BETWEEN_RESTS === 0) yield;
          if (info !== null && held[info.ref] === 1) found.set(labelsKey(info.labels), info.labels);
        }
      return [...found.values()];
    },
  };
};
