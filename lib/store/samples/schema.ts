import type { DatabaseSync } from 'node:sqlite';

/** `head.db`: small and hot. Blocks are files of their own, so that retention deletes files and never vacuums. */
const HEAD = `
CREATE TABLE IF NOT EXISTS meta   (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS target (id INTEGER PRIMARY KEY, pool TEXT, url TEXT, labels BLOB, created_ms INT, gone_ms INT);
CREATE TABLE IF NOT EXISTS series (ref INTEGER PRIMARY KEY, target INT, kind INT, labels BLOB, first_ms INT, last_ms INT);
CREATE TABLE IF NOT EXISTS wal    (seq INTEGER PRIMARY KEY, kind INT, clock BLOB, data BLOB, crc INT);
CREATE TABLE IF NOT EXISTS tomb   (id INTEGER PRIMARY KEY, matchers TEXT, min_ms INT, max_ms INT, created_ms INT, by TEXT);
CREATE TABLE IF NOT EXISTS metadata (name TEXT, target INT, type TEXT, unit TEXT, help TEXT, PRIMARY KEY (name, target)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS exemplar (id INTEGER PRIMARY KEY, ref INT, at_ms INT, value REAL, labels BLOB);
CREATE TABLE IF NOT EXISTS block  (id INTEGER PRIMARY KEY, file TEXT, level INT, tier INT, min_ms INT, max_ms INT, samples INT, bytes INT, state INT);
INSERT OR IGNORE INTO meta VALUES ('schema', 1);
`;

const BLOCK = `
CREATE TABLE IF NOT EXISTS page   (block INT, page INT, first_ref INT, n INT, crc INT, data BLOB, PRIMARY KEY (block, page));
CREATE TABLE IF NOT EXISTS clock  (block INT, target INT, base INT, n INT, data BLOB, PRIMARY KEY (block, target));
CREATE TABLE IF NOT EXISTS bindex (block INT, part INT, first_ref INT, n INT, data BLOB, PRIMARY KEY (block, part));
`;

const PRAGMAS =
  'PRAGMA page_size=8192; PRAGMA journal_mode=wal; PRAGMA synchronous=full; PRAGMA busy_timeout=5000;';

/** The schema is checkpointed before data is accepted: one that sits in the journal alone is lost with a torn journal. */
export const prepare = (db: DatabaseSync, kind: 'head' | 'block'): void => {
  db.exec(PRAGMAS);
  db.exec(kind === 'head' ? HEAD : BLOCK);
  db.exec('PRAGMA wal_checkpoint(truncate)');
  if (kind === 'head') db.exec('PRAGMA wal_autocheckpoint=4000');
};
