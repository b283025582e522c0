import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { loadConfig } from '../config/load.ts';
import { openWatchedTargets } from './watched-targets.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'watched-'));
after(() => rmSync(folder, { recursive: true }));

const file = loadConfig(
  "clusters: [{ name: orders, system: raft, members: [{ address: '10.0.0.1:1' }] }]",
  'quorate.yml',
);
assert.ok(file.ok);
const { config } = file;
const exporter = {
  kind: 'exporter',
  address: '10.0.0.7:9100',
  scheme: 'http',
  path: '/metrics',
  name: 'node',
  actor: null,
} as const;

test('what was added stands beside the file, survives a restart, and goes when it is removed', () => {
  const first = openWatchedTargets(folder, () => 5000);
  const added = first.add(exporter, config);
  first.add({ ...exporter, address: '10.0.0.8:9100' }, config);
  first.add({ ...exporter, kind: 'tcp', address: '10.0.0.9:6379', name: 'cache' }, config);
  const again = openWatchedTargets(folder, () => 6000);
  const beside = again.beside(config);
  assert.deepEqual(
    beside.clusters.map((cluster) => cluster.name),
    ['orders'],
  );
  assert.deepEqual(beside.scrapes[0]?.groups[0]?.targets, ['10.0.0.7:9100', '10.0.0.8:9100']);
  assert.deepEqual(beside.heartbeats[0]?.pull, { kind: 'tcp' });
  assert.equal(again.list()[0]?.addedAt, 5000);
  assert.equal(again.remove(added.id)?.address, '10.0.0.7:9100');
  assert.equal(again.remove(added.id), null);
  assert.deepEqual(openWatchedTargets(folder, () => 0).beside(config).scrapes[0]?.groups[0]?.targets, [
    '10.0.0.8:9100',
  ]);
});

test('a name of the file, a second time, and a name of something else are refused and change nothing', () => {
  const targets = openWatchedTargets(folder, () => 0);
  const before = targets.list();
  assert.throws(
    () => targets.add({ ...exporter, name: 'orders' }, config),
    /configuration file already has a "orders"/,
  );
  assert.throws(
    () => targets.add({ ...exporter, address: '10.0.0.8:9100' }, config),
    /is watched already as "node"/,
  );
  assert.throws(
    () => targets.add({ ...exporter, path: '/other', address: '10.0.0.1:1' }, config),
    /watches something else/,
  );
  assert.deepEqual(targets.list(), before);
});

test('a damaged file is set aside under another name, not overwritten', () => {
  const name = path.join(folder, 'watched.json');
  writeFileSync(name, '{ torn');
  assert.deepEqual(openWatchedTargets(folder, () => 0).list(), []);
  assert.equal(readFileSync(`${name}.damaged`, 'utf8'), '{ torn');
});
