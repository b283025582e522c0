import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { z } from 'zod';

import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import { crc32c } from '#lib/tsdb/crc32c.ts';
import type { SeriesInfo } from '#lib/tsdb/head.ts';
import { decodePage } from '#lib/tsdb/page.ts';

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
  /** Samples of sealed blocks that overlap a span, by series; a damaged page is left out and named. */
  samples(
    refs: ReadonlySet<number>,
    from: Ms,
    to: Ms,
  ): { readonly found: Map<number, Sample[]>; readonly warnings: readonly string[] };
  close(): void;
}

const labelsOf = z.record(z.string(), z.string());
const bytesOf = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array());

export const openSampleReader = (folder: string): SampleReader => {
  const head = new DatabaseSync(path.join(folder, 'head.db'), { readOnly: true });
  head.exec('PRAGMA busy_timeout=5000');
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
    samples: (refs, from, to) => {
      const found = new Map<number, Sample[]>();
      const warnings: string[] = [];
      const blocks = head
        .prepare('SELECT id, file FROM block WHERE max_ms >= ? AND min_ms <= ? ORDER BY min_ms')
        .all(Math.floor(from), Math.ceil(to));
      for (const block of blocks) {
        const db = new DatabaseSync(path.join(folder, String(block.file)), { readOnly: true });
        try {
          for (const row of db
            .prepare('SELECT page, crc, data FROM page WHERE block = ?')
            .all(Number(block.id))) {
            try {
              for (const [ref, samples] of decodePage({ crc: Number(row.crc), data: bytesOf(row.data) }))
                if (refs.has(ref))
                  found.set(ref, [
                    ...(found.get(ref) ?? []),
                    ...samples.filter((sample) => sample.at >= from && sample.at <= to),
                  ]);
            } catch (cause) {
              warnings.push(
                `page ${String(row.page)} of block ${String(block.id)} is damaged: ${cause instanceof Error ? cause.message : String(cause)}`,
              );
            }
          }
        } finally {
          db.close();
        }
      }
      return { found, warnings };
    },
    close: () => head.close(),
  };
};
