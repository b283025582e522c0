import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

import type { Json } from '#demo/machine.ts';

/** A member's memory: one record a line. What `append` returned from is on disk. */
export interface Journal {
  /** Oldest first; a line that a crash cut off is gone, nothing was answered on it. */
  readonly records: readonly Json[];
  append(records: readonly Json[]): void;
}

const isSnapshot = (record: Json): boolean =>
  typeof record === 'object' && record !== null && 't' in record && record.t === 'snapshot';
const lineOf = (record: Json): string => `${JSON.stringify(record)}\n`;

const writeAll = (fd: number, text: string): void => {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  fdatasyncSync(fd);
};

/** Opens or creates the journal of a folder. A snapshot stands for everything before it: the file begins anew with it. */
export const openJournal = (folder: string): Journal => {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'journal.jsonl');
  const records: Json[] = [];
  let whole = 0;
  if (existsSync(file)) {
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(0x0a, at);
      if (end === -1) break;
      try {
        records.push(JSON.parse(bytes.toString('utf8', at, end)) as Json); // the machine checks what it means
      } catch {
        break;
      }
      whole = end + 1;
      at = end + 1;
    }
  }
  let fd = openSync(file, 'a');
  ftruncateSync(fd, whole);
  return {
    records: records.slice(Math.max(0, records.findLastIndex(isSnapshot))),
    append: (fresh) => {
      const snapshot = fresh.findLastIndex(isSnapshot);
      if (snapshot === -1) {
        writeAll(fd, fresh.map(lineOf).join(''));
        return;
      }
      const next = openSync(`${file}.new`, 'w');
      writeAll(next, fresh.slice(snapshot).map(lineOf).join(''));
      renameSync(`${file}.new`, file);
      closeSync(fd);
      fd = next;
      const dir = openSync(folder, 'r');
      fdatasyncSync(dir);
      closeSync(dir);
    },
  };
};
