import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { readTargetFiles } from './file-sd.ts';
import { watchFiles } from './watch-files.ts';

void test('JSON and YAML files are read, a broken one is named and does not stop the others', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'quorate-sd-'));
  await writeFile(path.join(folder, 'a.json'), '[{"targets":["h:1"],"labels":{"zone":"a"}}]');
  await writeFile(path.join(folder, 'b.yml'), '- targets: ["h:2"]\n');
  await writeFile(path.join(folder, 'c.yml'), '- target: ["h:2"]\n');
  const read = await readTargetFiles(['*.json', '*.yml'], folder);
  assert.deepEqual(read.groups.flatMap((group) => group.targets).sort(), ['h:1', 'h:2']);
  assert.equal(read.errors.length, 1);
  assert.match(read.errors[0] ?? '', /c\.yml: 0\.targets/);
  await rm(folder, { recursive: true });
});

void test('a file that is replaced, as editors do, is noticed', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'quorate-sd-'));
  const file = path.join(folder, 'q.yml');
  await writeFile(file, 'a');
  const stop = new AbortController();
  const changed = Promise.withResolvers<void>();
  watchFiles([file], null, changed.resolve, stop.signal);
  await writeFile(`${file}.new`, 'b');
  await rename(`${file}.new`, file);
  await changed.promise;
  stop.abort();
  await rm(folder, { recursive: true });
});
