import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { lockFolder } from './folder-lock.ts';

const other = (folder: string): string =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { lockFolder } = await import(${JSON.stringify(path.join(import.meta.dirname, 'folder-lock.ts'))});
       try { lockFolder(${JSON.stringify(folder)}); console.log('held'); } catch (error) { console.log(error.message); }`,
    ],
    { encoding: 'utf8' },
  ).stdout.trim();

test('a folder has one holder at a time, the other is told who, and a holder that is gone holds nothing', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lock-'));
  assert.equal(other(folder), 'held'); // and that process has ended
  const lock = lockFolder(folder);
  assert.match(other(folder), new RegExp(`${folder} is in use by process ${process.pid};`));
  lock.release();
  assert.equal(other(folder), 'held');
  rmSync(folder, { recursive: true });
});
