import type { Labels } from '#lib/model/labels.ts';
import type { SeriesPoints } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import type { ScrapeTarget, TargetSink } from '#lib/scrape/target.ts';
import { openSampleReader } from '#lib/store/samples/reader.ts';
import type { SampleReader } from '#lib/store/samples/reader.ts';
import type { SealedBlock, SeriesRow } from '#lib/store/samples/writer.ts';
import { createHead } from '#lib/tsdb/head.ts';
import { decodeChanges, encodeChanges } from '#lib/tsdb/journal.ts';
import { encodePage, PAGE_SERIES } from '#lib/tsdb/page.ts';
import type { Page } from '#lib/tsdb/page.ts';

import type { SeriesBatch } from '../outbox.ts';
import { createSelection } from './selection.ts';
import type { Selection } from './selection.ts';

/** Where records and blocks go to disk. */
export interface Disk {
  journal(series: readonly SeriesRow[], record: Uint8Array): Promise<number>;
  seal(block: SealedBlock, throughSeq: number): Promise<void>;
}

/** Every sample this monitor holds: the head in memory, the journal behind it, sealed blocks below. */
export interface Samples {
  /** Reads the store's files; they must exist. @returns journal rows that were damaged */
  open(folder: string): number;
  sinkOf(target: ScrapeTarget): TargetSink;
  addBatch(batch: SeriesBatch): void;
  select(name: string, matching: (labels: Labels) => boolean, from: Ms, to: Ms): SeriesPoints[];
  /** What queries read: every series, whatever its name. */
  readonly selection: Selection;
  /** Writes what came since the last commit. Records that the disk refuses wait, up to 64 MiB. */
  commit(disk: Disk): Promise<void>;
  /** Seals the open segment when it is old or large enough. */
  sealWhenDue(disk: Disk, now: Ms): Promise<void>;
  waiting(): { readonly bytes: number; readonly sinceMs: Ms | null; readonly dropped: number };
  readonly seriesCount: number;
  /** The newest instant of any sample in the head. */
  readonly lastAt: Ms | null;
  close(): void;
}

const SEGMENT_MS = 30 * 60_000;
const SEGMENT_ENTRIES = 3_000_000;
const WAITING_BYTES = 64 * 1024 * 1024;
const SLICE_PAGES = 4;

export const createSamples = (now: () => Ms): Samples => {
  const head = createHead();
  const refOfDerived = new Map<string, number>();
  let reader: SampleReader | null = null;
  const selection = createSelection(head, () => reader);
  let waiting: { readonly series: readonly SeriesRow[]; readonly record: Uint8Array }[] = [];
  let waitingBytes = 0;
  let waitingSince: Ms | null = null;
  let dropped = 0;
  let segmentSince: Ms | null = null;
  let committing: Promise<number> | null = null;
  let sealing = false;
  let lastSeq = 0;

  const take = (): void => {
    const taken = head.take();
    if (taken === null) return;
    const record = encodeChanges(taken.changes);
    waiting.push({
      series: taken.series.map(({ ref, clock, report, labels }) => ({ ref, clock, report, labels })),
      record,
    });
    waitingBytes += record.length;
    waitingSince ??= now();
    // New series must not be lost: only the oldest values are.
    while (waitingBytes > WAITING_BYTES && waiting.length > 1) {
      const [oldest, next, ...rest] = waiting;
      if (oldest === undefined || next === undefined) break;
      waiting = [{ series: [...oldest.series, ...next.series], record: next.record }, ...rest];
      waitingBytes -= oldest.record.length;
      dropped += 1;
    }
  };
  const flush = async (disk: Disk): Promise<number> => {
    while (waiting.length > 0) {
      const first = waiting[0];
      if (first === undefined) break;
      lastSeq = await disk.journal(first.series, first.record);
      waiting = waiting.slice(1);
      waitingBytes -= first.record.length;
    }
    waitingSince = null;
    return lastSeq;
  };
  const commit = async (disk: Disk): Promise<number> => {
    take();
    committing ??= flush(disk).finally(() => {
      committing = null;
    });
    return committing;
  };

  return {
    open: (folder) => {
      reader = openSampleReader(folder);
      const { series, rows, damaged } = reader.recover();
      head.replay(series, {
        fresh: false,
        anchors: { ref: new Int32Array(), value: new Float64Array() },
        clocks: [],
        log: { ref: new Int32Array(), ordinal: new Int32Array(), value: new Float64Array() },
        own: {
          ref: new Int32Array(),
          at: new Float64Array(),
          value: new Float64Array(),
          stale: new Uint8Array(),
        },
      });
      for (const row of rows) {
        head.replay([], decodeChanges(row.data));
        lastSeq = row.seq;
      }
      segmentSince = now();
      return damaged;
    },
    sinkOf: () => {
      const clock = head.clock();
      return {
        series: (labels) =>
          head.series(
            labels,
            clock,
            labels.__name__ === 'up' || (labels.__name__ ?? '').startsWith('scrape_'),
          ),
        good: (at, refs, values, gone) => head.scrape(clock, at, { refs, values, gone }),
        failed: (at) => head.scrape(clock, at, null),
        stamped: (ref, at, value) => head.point(ref, at, value, false),
        report: (_at, refs, values) => head.report(clock, refs, values),
        gone: (at) => head.end(clock, at),
      };
    },
    addBatch: ({ at, values, gone }) => {
      const refOf = (labels: Labels): number => {
        const key = JSON.stringify(labels);
        const ref = refOfDerived.get(key) ?? head.series(labels, null);
        refOfDerived.set(key, ref);
        return ref;
      };
      for (const { labels, value } of values) head.point(refOf(labels), at, value, false);
      for (const labels of gone) head.point(refOf(labels), at, 0, true);
    },
    select: (name, matching, from, to) =>
      [...selection.of(head.find(name, matching), from, to)].flatMap((series) =>
        series === null ? [] : [{ labels: series.labels, samples: [...series.samples] }],
      ),
    selection,
    commit: async (disk) => {
      await commit(disk);
    },
    sealWhenDue: async (disk, at) => {
      segmentSince ??= at;
      if (sealing || (at - segmentSince < SEGMENT_MS && head.entries < SEGMENT_ENTRIES)) return;
      sealing = true;
      try {
        take();
        const segment = head.roll();
        segmentSince = at;
        if (segment === null) return;
        const throughSeq = await flushAll(disk);
        const pages: Page[] = [];
        let samples = 0;
        for (let from = 0; from < segment.refs.length; from += PAGE_SERIES) {
          const series = segment.refs
            .slice(from, from + PAGE_SERIES)
            .map((ref) => ({ ref, samples: segment.points(ref) }));
          samples += series.reduce((sum, one) => sum + one.samples.length, 0);
          pages.push(encodePage(series));
          if (pages.length % SLICE_PAGES === 0) await new Promise((resolve) => setImmediate(resolve)); // scrapes go on in between
        }
        const { firstAt: minMs, lastAt: maxMs, refs } = segment;
        await disk.seal({ minMs, maxMs, samples, pages, refs }, throughSeq);
        segment.drop();
      } finally {
        sealing = false;
      }
    },
    waiting: () => ({ bytes: waitingBytes, sinceMs: waitingSince, dropped }),
    get lastAt() {
      return head.lastAt;
    },
    get seriesCount() {
      return head.seriesCount;
    },
    close: () => reader?.close(),
  };

  /** The sequence number of the last record that was taken before the segment was closed. */
  async function flushAll(disk: Disk): Promise<number> {
    if (committing !== null) await committing;
    return flush(disk);
  }
};
