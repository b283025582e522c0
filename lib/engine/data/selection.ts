import { labelsKey } from '#lib/model/labels.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Sample, SeriesPoints } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import type { Matcher } from '#lib/promql/value.ts';
import type { SampleReader } from '#lib/store/samples/reader.ts';
import type { Head, SeriesInfo } from '#lib/tsdb/head.ts';
import { compileMatchers } from '#lib/tsdb/matcher.ts';
import { mergeRuns } from '#lib/tsdb/merge.ts';

export interface Selected {
  readonly series: readonly SeriesPoints[];
  /** Pages that could not be read. */
  readonly warnings: readonly string[];
}

/** Told how many samples were read since the call before; what it throws ends the reading. */
export type Spend = (samples: number) => void;

/** Reads over the head and the sealed blocks at once. */
export interface Selection {
  /** Samples in `[from, to]` of known series; equal label sets are one series. */
  of(infos: readonly SeriesInfo[], from: Ms, to: Ms, spend?: Spend): Selected;
  select(matchers: readonly Matcher[], from: Ms, to: Ms, spend?: Spend): Selected;
  /** The label sets that meet any of the selectors and are held somewhere in the span; no selector: every one. */
  labelSets(selectors: readonly (readonly Matcher[])[], from: Ms, to: Ms): Labels[];
}

const isAllTime = (from: Ms, to: Ms): boolean =>
  from <= Number.MIN_SAFE_INTEGER && to >= Number.MAX_SAFE_INTEGER;

export const createSelection = (head: Head, readerOf: () => SampleReader | null): Selection => {
  const of: Selection['of'] = (infos, from, to, spend = () => undefined) => {
    const older = readerOf()?.samples(new Set(infos.map((info) => info.ref)), from, to, spend);
    const runsOf = new Map<string, { readonly labels: Labels; readonly runs: (readonly Sample[])[] }>();
    for (const info of infos) {
      const { ref, labels } = info;
      const recent = head.samples(info, from, to);
      spend(recent.length);
      const runs = [older?.found.get(ref) ?? [], recent].filter((run) => run.length > 0);
      if (runs.length === 0) continue;
      const key = labelsKey(labels);
      const known = runsOf.get(key);
      if (known === undefined) runsOf.set(key, { labels, runs });
      else known.runs.push(...runs);
    }
    return {
      series: [...runsOf.values()].map(({ labels, runs }) => ({ labels, samples: mergeRuns(runs) })),
      warnings: older?.warnings ?? [],
    };
  };
  return {
    of,
    select: (matchers, from, to, spend) => of(head.match(compileMatchers(matchers)), from, to, spend),
    labelSets: (selectors, from, to) => {
      const held = new Uint8Array(head.seriesCount);
      if (isAllTime(from, to)) held.fill(1);
      else {
        head.mark(from, to, held);
        readerOf()?.mark(from, to, held);
      }
      const found = new Map<string, Labels>();
      for (const matchers of selectors.length === 0 ? [[]] : selectors)
        for (const info of head.match(compileMatchers(matchers)))
          if (held[info.ref] === 1) found.set(labelsKey(info.labels), info.labels);
      return [...found.values()];
    },
  };
};
