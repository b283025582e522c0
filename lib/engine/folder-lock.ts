import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Referenced for as long as the process lives: a collected handle would give the lock back. */
const held = new Set<DatabaseSync>();

/**
 * Holds a data folder for this process until `release`, or until the process is gone however it ended: the lock is the operating
 * system's, on a file.
 * @throws Error that names the folder and its holder when another process has it
 */
export const lockFolder = (folder: string): { release(): void } => {
  mkdirSync(folder, { recursive: true });
  const holder = path.join(folder, 'quorate.pid');
  const db = new DatabaseSync(path.join(folder, 'lock.db'));
  try {
    db.exec(
      'PRAGMA locking_mode=exclusive; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (by INT); COMMIT;',
    );
  } catch (cause) {
    db.close();
    if (!/locked|busy/i.test(cause instanceof Error ? cause.message : '')) throw cause;
    let pid = 'another process';
    try {
      pid = `process ${readFileSync(holder, 'utf8').trim()}`;
    } catch {
      // the holder has not written its number yet
    }
    throw new Error(
      `the data folder ${folder} is in use by ${pid}; stop it, or choose another folder with --data`,
      { cause },
    );
  }
  writeFileSync(holder, `${process.pid}\n`);
  held.add(db);
  return {
    release: () => {
      held.delete(db);
      db.close();
    },
  };
};
