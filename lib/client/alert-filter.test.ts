import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { alertFilter } from './alert-filter.ts';
import type { Filtered } from './alert-filter.ts';

const ALERTS: readonly Filtered[] = [
  { rule: 'NodeDown', labels: { cluster: 'kv', node: 'kv-2', severity: 'critical' }, state: 'firing' },
  { rule: 'NodeDown', labels: { cluster: 'px', node: 'px-1', severity: 'critical' }, state: 'pending' },
  { rule: 'LeaderChurn', labels: { cluster: 'kv', severity: 'warning' }, state: 'firing' },
];
const found = (text: string): number[] => ALERTS.flatMap((alert, i) => (alertFilter(text)(alert) ? [i] : []));

test('words look into names and labels, label="value" is exact, all must hold', () => {
  assert.deepEqual(found(''), [0, 1, 2]);
  assert.deepEqual(found('nodedown'), [0, 1]);
  assert.deepEqual(found('kv'), [0, 2]);
  assert.deepEqual(found('cluster="kv" down'), [0]);
  assert.deepEqual(found('{cluster="kv", severity!="critical"}'), [2]);
  assert.deepEqual(found('cluster=k'), []);
  assert.deepEqual(found('alertname=NodeDown state=pending'), [1]);
  assert.deepEqual(found('zone=""'), [0, 1, 2]);
});

test('whatever is typed, half a matcher too, it answers', () => {
  for (const text of ['cluster=', 'cluster="', '="', '!=', '{', 'a="b" '])
    alertFilter(text)({ rule: '', labels: {} });
  fc.assert(
    fc.property(fc.string(), (text) => typeof alertFilter(text)({ rule: 'A', labels: {} }) === 'boolean'),
  );
});
