import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';
import { crc32c } from '#lib/tsdb/crc32c.ts';
import type { Page } from '#lib/tsdb/page.ts';
import { encodeRefs } from '#lib/tsdb/refs.ts';

import { prepare } from './schema.ts';

export interface SeriesRow {
  readonly ref: number;
  readonly clock: number | null;
  readonly report: boolean;
  readonly labels: Labels;
}

export interface SealedBlock {
  readonly minMs: Ms;
  readonly maxMs: Ms;
  readonly samples: number;
  readonly pages: readonly Page[];
  /** Every series that has samples in it, in rising order. */
  readonly refs: readonly number[];
}

/** The writing end of the sample store. */
export interface SampleWriter {
  /** One commit: new series, and a record of changes. @returns its sequence number */
  journal(series: readonly SeriesRow[], record: Uint8Array): number;
  /** Commits a block's file, then in one transaction registers it and deletes the journal rows it covers. */
  seal(block: SealedBlock, throughSeq: number): void;
  /** Deletes blocks that ended before an instant. */
  retain(before: Ms): void;
  close(): void;
}

const kindOf = (row: Pick<SeriesRow, 'clock' | 'report'>): number =>
  row.clock === null ? 1 : row.report ? 2 : 0;

const dayOf = (at: Ms): Ms => Math.floor(at / 86_400_000) * 86_400_000;

/** Opens the sample files of a data folder for writing; a block file that `head.db` does not know is left over from a crash and goes. */
export const openSampleWriter = (folder: string): SampleWriter => {
  const head = new DatabaseSync(path.join(folder, 'head.db'));
  prepare(head, 'head');
  const known = new Set(
    head
      .prepare('SELECT DISTINCT file FROM block')
      .all()
      .map((row) => String(row.file)),
  );
  for (const name of readdirSync(folder))
    if (/^blk-\d+\.db(?:-wal|-shm)?$/.test(name) && !known.has(name.replace(/-(?:wal|shm)$/, '')))
      rmSync(path.join(folder, name), { force: true });
  const addSeries = head.prepare(
    'INSERT OR IGNORE INTO series (ref, target, kind, labels, first_ms, last_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const addRow = head.prepare('INSERT INTO wal (kind, clock, data, crc) VALUES (0, NULL, ?, ?)');
  const inOne = (db: DatabaseSync, work: () => void): void => {
    db.exec('BEGIN IMMEDIATE');
    try {
      work();
      db.exec('COMMIT');
    } catch (cause) {
      if (db.isTransaction) db.exec('ROLLBACK'); // a full disk has already rolled back by itself
      throw cause;
    }
  };
  return {
    journal: (series, record) => {
      let seq = 0;
      inOne(head, () => {
        for (const row of series)
          addSeries.run(row.ref, row.clock, kindOf(row), Buffer.from(JSON.stringify(row.labels)), null, null);
        seq = Number(addRow.run(record, crc32c(record)).lastInsertRowid);
      });
      return seq;
    },
    seal: (block, throughSeq) => {
      const file = `blk-${dayOf(block.minMs)}.db`;
      const id = Number(head.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM block').get()?.id ?? 1);
      const db = new DatabaseSync(path.join(folder, file));
      let bytes = 0;
      try {
        prepare(db, 'block');
        inOne(db, () => {
          db.prepare('DELETE FROM page WHERE block >= ?').run(id);
          const insert = db.prepare(
            'INSERT INTO page (block, page, first_ref, n, crc, data) VALUES (?, ?, ?, ?, ?, ?)',
          );
          block.pages.forEach((page, number) => {
            insert.run(id, number, page.firstRef, page.count, page.crc, page.data);
            bytes += page.data.length;
          });
          db.prepare('DELETE FROM bindex WHERE block >= ?').run(id);
          db.prepare('INSERT INTO bindex (block, part, first_ref, n, data) VALUES (?, 0, ?, ?, ?)').run(
            id,
            block.refs[0] ?? 0,
            block.refs.length,
            encodeRefs(block.refs),
          );
        });
      } finally {
        db.close();
      }
      inOne(head, () => {
        head
          .prepare(
            'INSERT INTO block (id, file, level, tier, min_ms, max_ms, samples, bytes, state) VALUES (?, ?, 0, 0, ?, ?, ?, ?, 1)',
          )
          .run(id, file, Math.floor(block.minMs), Math.ceil(block.maxMs), block.samples, bytes);
        head.prepare('DELETE FROM wal WHERE seq <= ?').run(throughSeq);
      });
      head.exec('PRAGMA wal_checkpoint(passive)');
    },
    retain: (before) => {
      const old = head
        .prepare('SELECT file FROM block GROUP BY file HAVING max(max_ms) < ?')
        .all(before)
        .map((row) => String(row.file));
      for (const file of old) {
        head.prepare('DELETE FROM block WHERE file = ?').run(file);
        for (const suffix of ['', '-wal', '-shm']) rmSync(path.join(folder, file + suffix), { force: true });
      }
    },
    close: () => head.close(),
  };
};
