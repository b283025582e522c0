import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import { crc32c } from '#lib/tsdb/crc32c.ts';
import type { SeriesInfo } from '#lib/tsdb/head.ts';
import { decodePage } from '#lib/tsdb/page.ts';
import { decodeRefs } from '#lib/tsdb/refs.ts';

/** What a start needs: every series, and the journal since the last seal. */
export interface Recovered {
  readonly series: readonly SeriesInfo[];
  readonly rows: readonly { readonly seq: number; readonly data: Uint8Array }[];
  /** Rows after a damaged one are not used. */
  readonly damaged: number;
}

/** The reading end of the sample store, for any thread. */
export interface SampleReader {
  recover(): Recovered;
  /**
   * Samples of sealed blocks that overlap a span, by series; a damaged page is left out and named.
   * @param spend told how many samples came with each page; what it throws ends the reading
   */
  samples(
    refs: ReadonlySet<number>,
    from: Ms,
    to: Ms,
    spend?: (samples: number) => void,
  ): { readonly found: Map<number, Sample[]>; readonly warnings: readonly string[] };
  /** Sets to 1, by reference, every series that the sealed blocks of a span hold. */
  mark(from: Ms, to: Ms, held: Uint8Array): void;
  close(): void;
}

const labelsOf = z.record(z.string(), z.string());
/** SQLite takes no instant beyond a safe integer. */
const sqlMs = (at: Ms): number =>
  Math.round(Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, at)));
const bytesOf = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array());

/** The pages of a block that can hold one of the series: a page ends where the next begins. */
const pagesOf = (db: DatabaseSync, block: number, refs: ReadonlySet<number>): number[] => {
  const wanted = [...refs].sort((a, b) => a - b);
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

export const openSampleReader = (folder: string): SampleReader => {
  const head = new DatabaseSync(path.join(folder, 'head.db'), { readOnly: true });
  head.exec('PRAGMA busy_timeout=5000');
  /** Visits the blocks that overlap a span, oldest first; each file is opened once. */
  const inBlocks = (from: Ms, to: Ms, visit: (db: DatabaseSync, block: number) => void): void => {
    const open = new Map<string, DatabaseSync>();
    try {
      for (const { id, file } of head
        .prepare('SELECT id, file FROM block WHERE max_ms >= ? AND min_ms <= ? ORDER BY min_ms')
        .all(sqlMs(from), sqlMs(to))) {
        const name = String(file);
        const db = open.get(name) ?? new DatabaseSync(path.join(folder, name), { readOnly: true });
        open.set(name, db);
        visit(db, Number(id));
      }
    } finally {
      for (const db of open.values()) db.close();
    }
  };
  return {
    recover: () => {
      const series = head
        .prepare('SELECT ref, target, kind, labels FROM series ORDER BY ref')
        .all()
        .map((row): SeriesInfo => ({
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
    samples: (refs, from, to, spend = () => undefined) => {
      const found = new Map<number, Sample[]>();
      const warnings: string[] = [];
      inBlocks(from, to, (db, block) => {
        for (const page of pagesOf(db, block, refs)) {
          const row = db.prepare('SELECT crc, data FROM page WHERE block = ? AND page = ?').get(block, page);
          let decoded = new Map<number, Sample[]>();
          try {
            decoded = decodePage({ crc: Number(row?.crc), data: bytesOf(row?.data) });
          } catch (cause) {
            warnings.push(
              `page ${page} of block ${block} is damaged: ${cause instanceof Error ? cause.message : String(cause)}`,
            );
          }
          let taken = 0;
          for (const [ref, samples] of decoded) {
            if (!refs.has(ref)) continue;
            const inside = samples.filter((sample) => sample.at >= from && sample.at <= to);
            const before = found.get(ref);
            if (before === undefined) found.set(ref, inside);
            else before.push(...inside);
            taken += inside.length;
          }
          spend(taken);
        }
      });
      // A sample with an instant of its own may be older than what an earlier block holds.
      for (const samples of found.values()) samples.sort((a, b) => a.at - b.at);
      return { found, warnings };
    },
    mark: (from, to, held) =>
      inBlocks(from, to, (db, block) => {
        const row = db.prepare('SELECT data FROM bindex WHERE block = ? AND part = 0').get(block);
        if (row !== undefined) for (const ref of decodeRefs(bytesOf(row.data))) held[ref] = 1;
      }),
    close: () => head.close(),
  };
};
