import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';

import { finish } from '#lib/promql/work.ts';
import { openSampleReader } from '#lib/store/samples/reader.ts';
import { openSampleWriter } from '#lib/store/samples/writer.ts';

import { createSamples } from './samples.ts';
import type { Disk } from './samples.ts';

const MINUTE = 60_000;

const setUp = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'samples-'));
  const writer = openSampleWriter(folder);
  const disk: Disk = {
    journal: async (series, record) => writer.journal(series, record),
    seal: async (block, seq) => writer.seal(block, seq),
  };
  return { folder, writer, disk };
};
const add = (samples: ReturnType<typeof createSamples>, at: number, value: number): void =>
  samples.addBatch({ at, values: [{ labels: { __name__: 'phi', node: 'a' }, value }], gone: [] });
const values = (samples: ReturnType<typeof createSamples>, from: number, to: number): string =>
  samples
    .select('phi', () => true, from, to)
    .flatMap((series) => series.samples.map((sample) => `${sample.at}:${sample.value}`))
    .join(' ');

test('what was committed is there after a restart, with and without a seal in between', async () => {
  const { folder, writer, disk } = setUp();
  const first = createSamples(() => 0);
  first.open(folder);
  add(first, 1000, 1);
  await first.commit(disk);
  await first.sealWhenDue(disk, 40 * MINUTE);
  add(first, 40 * MINUTE, 2);
  await first.commit(disk);
  add(first, 41 * MINUTE, 3); // never committed
  const want = `1000:1 ${40 * MINUTE}:2`;
  assert.equal(values(first, 0, 41 * MINUTE), `${want} ${41 * MINUTE}:3`);
  assert.ok(readdirSync(folder).some((name) => name.startsWith('blk-')));

  const second = createSamples(() => 0);
  assert.equal(second.open(folder), 0);
  assert.equal(values(second, 0, 41 * MINUTE), want);
  add(second, 42 * MINUTE, 4);
  await second.commit(disk);
  const third = createSamples(() => 0);
  third.open(folder);
  assert.equal(values(third, 0, 50 * MINUTE), `${want} ${42 * MINUTE}:4`);
  for (const each of [first, second, third]) each.close();
  writer.close();
  rmSync(folder, { recursive: true });
});

test('a disk that refuses loses nothing: records wait in order and are written when it takes them again', async () => {
  const { folder, writer, disk } = setUp();
  const samples = createSamples(() => 7);
  samples.open(folder);
  const full: Disk = { ...disk, journal: () => Promise.reject(new Error('database or disk is full')) };
  add(samples, 1, 1);
  await assert.rejects(samples.commit(full), /full/);
  add(samples, 2, 2);
  await assert.rejects(samples.commit(full), /full/);
  assert.equal(samples.waiting().sinceMs, 7);
  await samples.commit(disk);
  assert.equal(samples.waiting().sinceMs, null);
  const again = createSamples(() => 0);
  again.open(folder);
  assert.equal(values(again, 0, 10), '1:1 2:2');
  samples.close();
  again.close();
  writer.close();
  rmSync(folder, { recursive: true });
});

test('a block file that no seal registered is removed, old blocks go by age, a damaged page is left out and named', async () => {
  const { folder, writer, disk } = setUp();
  const samples = createSamples(() => 0);
  samples.open(folder);
  add(samples, 1000, 1);
  await samples.sealWhenDue(disk, 40 * MINUTE);
  add(samples, 86_400_000 + 1, 2);
  await samples.sealWhenDue(disk, 86_400_000 + 40 * MINUTE);
  samples.close();
  writer.close();
  const orphan = new DatabaseSync(path.join(folder, 'blk-999.db'));
  orphan.exec('CREATE TABLE page (a)');
  orphan.close();
  const back = openSampleWriter(folder);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('blk-') && name.endsWith('.db')),
    ['blk-0.db', 'blk-86400000.db'],
  );
  const block = new DatabaseSync(path.join(folder, 'blk-86400000.db'));
  block.exec('UPDATE page SET crc = crc + 1');
  block.close();
  const reader = openSampleReader(folder);
  const warnings: string[] = [];
  const found = finish(
    reader.samples(new Set([0]), { from: 0, to: 2 * 86_400_000, looks: null }, (warning) =>
      warnings.push(warning),
    ),
  );
  assert.deepEqual(found.get(0)?.points.values, [1]);
  assert.match(warnings[0] ?? '', /damaged/);
  reader.close();
  back.retain(86_400_000);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('blk-') && name.endsWith('.db')),
    ['blk-86400000.db'],
  );
  back.close();
  rmSync(folder, { recursive: true });
});
