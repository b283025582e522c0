import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import { SampleColumns } from '#lib/model/points.ts';
import type { SampleSpan } from '#lib/model/points.ts';
import type { Ms } from '#lib/model/time.ts';
import { tooManySamples } from '#lib/promql/work.ts';
import { crc32c } from '#lib/tsdb/crc32c.ts';
import type { StoredSeries } from '#lib/tsdb/head.ts';
import { decodePage } from '#lib/tsdb/page.ts';
import { decodeRefs } from '#lib/tsdb/refs.ts';

/** What a start needs: every series, and the journal since the last seal. */
export interface Recovered {
  readonly series: readonly StoredSeries[];
  readonly rows: readonly { readonly seq: number; readonly data: Uint8Array }[];
  /** Rows after a damaged one are not used. */
  readonly damaged: number;
}

/** The reading end of the sample store, for any thread. */
export interface SampleReader {
  recover(): Recovered;
  /**
   * Samples of sealed blocks that overlap a span, by series and block after block; yields where the reading may rest.
   * @param damaged told of each page that is left out since it cannot be read
   * @param most samples; more is an error in Prometheus's words
   */
  samples(
    refs: Iterable<number>,
    span: SampleSpan,
    damaged: (warning: string) => void,
    most?: number,
  ): Generator<null, ReadonlyMap<number, SampleColumns>>;
  /** Sets to 1, by reference, every series that the sealed blocks of a span hold; yields after each block. */
  mark(from: Ms, to: Ms, held: Uint8Array): Generator<null, void>;
  close(): void;
}

const labelsOf = z.record(z.string(), z.string());
/** SQLite takes no instant beyond a safe integer. */
const sqlMs = (at: Ms): number =>
  Math.round(Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, at)));
const bytesOf = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array());

/** The pages of a block that can hold one of the series: a page ends where the next begins. */
const pagesOf = (db: DatabaseSync, block: number, wanted: readonly number[]): number[] => {
  const pages = db
    .prepare('SELECT page, first_ref FROM page WHERE block = ? ORDER BY first_ref')
    .all(block)
    .map((row) => ({ page: Number(row.page), first: Number(row.first_ref) }));
  let next = 0;
  return pages.flatMap(({ page, first }, i) => {
    while (next < wanted.length && (wanted[next] ?? 0) < first) next += 1;
    const end = pages[i + 1]?.first ?? Number.POSITIVE_INFINITY;
    return next < wanted.length && (wanted[next] ?? 0) < end ? [page] : [];
  });
};

interface Block {
  readonly db: DatabaseSync;
  readonly id: number;
}

const SERIES_BETWEEN_RESTS = 8;

/** Adds what a page holds of the series that are looked for. @returns how many samples were read */
function* addPage(
  page: Parameters<typeof decodePage>[0],
  found: ReadonlyMap<number, SampleColumns>,
  span: SampleSpan,
): Generator<null, number> {
  let series = 0;
  let read = 0;
  for (const [ref, samples] of decodePage(page)) {
    if ((series += 1) % SERIES_BETWEEN_RESTS === 0) yield null;
    const columns = found.get(ref);
    if (columns === undefined) continue;
    columns.append(samples, span);
    read += samples.length;
  }
  return read;
}

export const openSampleReader = (folder: string): SampleReader => {
  const head = new DatabaseSync(path.join(folder, 'head.db'), { readOnly: true });
  head.exec('PRAGMA busy_timeout=5000');
  /** The blocks that overlap a span, oldest first. All files are opened at once: one that is removed later stays readable. */
  const openBlocks = (from: Ms, to: Ms): { readonly blocks: readonly Block[]; close(): void } => {
    const open = new Map<string, DatabaseSync>();
    const blocks = head
      .prepare('SELECT id, file FROM block WHERE max_ms >= ? AND min_ms <= ? ORDER BY min_ms')
      .all(sqlMs(from), sqlMs(to))
      .map(({ id, file }) => {
        const name = String(file);
        const db = open.get(name) ?? new DatabaseSync(path.join(folder, name), { readOnly: true });
        open.set(name, db);
        return { db, id: Number(id) };
      });
    return { blocks, close: () => open.forEach((db) => db.close()) };
  };
  return {
    recover: () => {
      const series = head
        .prepare('SELECT ref, target, kind, labels FROM series ORDER BY ref')
        .all()
        .map((row): StoredSeries => ({
          ref: Number(row.ref),
          clock: row.kind === 1 ? null : Number(row.target),
          report: row.kind === 2,
          labels: labelsOf.parse(JSON.parse(Buffer.from(bytesOf(row.labels)).toString())),
        }));
      const all = head.prepare('SELECT seq, data, crc FROM wal ORDER BY seq').all();
      const rows: { seq: number; data: Uint8Array }[] = [];
      for (const row of all) {
        const data = bytesOf(row.data);
        if (crc32c(data) !== Number(row.crc)) break;
        rows.push({ seq: Number(row.seq), data });
      }
      return { series, rows, damaged: all.length - rows.length };
    },
    *samples(refs, span, damaged, most = Number.POSITIVE_INFINITY) {
      const wanted = [...refs].sort((a, b) => a - b);
      const found = new Map(wanted.map((ref) => [ref, new SampleColumns()]));
      const { blocks, close } = openBlocks(span.from, span.to);
      let read = 0;
      try {
        for (const { db, id } of blocks) {
          const pageData = db.prepare('SELECT crc, data FROM page WHERE block = ? AND page = ?');
          for (const page of pagesOf(db, id, wanted)) {
            const row = pageData.get(id, page);
            try {
              read += yield* addPage({ data: bytesOf(row?.data), crc: Number(row?.crc) }, found, span);
            } catch (cause) {
              damaged(
                `page ${page} of block ${id} is damaged: ${cause instanceof Error ? cause.message : String(cause)}`,
              );
            }
            if (read > most) throw tooManySamples();
            yield null;
          }
        }
      } finally {
        close();
      }
      return found;
    },
    *mark(from, to, held) {
      const { blocks, close } = openBlocks(from, to);
      try {
        for (const { db, id } of blocks) {
          const row = db.prepare('SELECT data FROM bindex WHERE block = ? AND part = 0').get(id);
          if (row !== undefined) for (const ref of decodeRefs(bytesOf(row.data))) held[ref] = 1;
          yield null;
        }
      } finally {
        close();
      }
    },
    close: () => head.close(),
  };
};
