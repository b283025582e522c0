import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Labels } from '#lib/model/labels.ts';

import { numbersAt } from './past-numbers.ts';
import { createSamples } from './samples.ts';

const named = (name: string, labels: Labels): Labels => ({ __name__: name, ...labels });
const phi = named('quorate_node_suspicion_phi', { node: 'kv-1', monitor: 'm' });
const commit = named('quorate_cluster_commit_index', { cluster: 'kv' });
const silent = named('quorate_node_silent_seconds', { node: 'kv-1', monitor: 'm' });
const heard = named('quorate_member_heard_by', { cluster: 'kv', node: 'kv-1' });
const applied = named('quorate_member_applied_index', { cluster: 'kv', node: 'kv-1' });

const recorded = () => {
  const samples = createSamples(() => 0);
  const add = (at: number, values: readonly [Labels, number][], gone: readonly Labels[] = []): void =>
    samples.addBatch({ at, values: values.map(([labels, value]) => ({ labels, value })), gone });
  add(100_000, [
    [phi, 0.2],
    [commit, 40],
    [applied, 38],
  ]);
  add(115_000, [
    [phi, 4.1],
    [commit, 44],
    [applied, 38],
    [silent, 3.5],
    [heard, 2],
  ]);
  add(130_000, [[commit, 44]], [phi]);
  return samples;
};

test('of each series the newest sample of the minute before stands, by what it speaks of', () => {
  const at = numbersAt(recorded(), 120_000);
  assert.equal(at.phi['kv-1'], 4.1);
  assert.deepEqual(at.commit.kv, { index: 44, advancing: true });
  assert.equal(at.appliedIndex['kv/kv-1'], 38);
  assert.deepEqual([at.silentSeconds['kv-1'], at.heardBy['kv/kv-1']], [3.5, 2]);
  assert.equal(numbersAt(recorded(), 114_999).phi['kv-1'], 0.2);
});

test('what had ended, is older than a minute, or is still to come is absent, never zero', () => {
  assert.equal(numbersAt(recorded(), 131_000).phi['kv-1'], undefined, 'it had ended');
  assert.equal(numbersAt(recorded(), 180_000).appliedIndex['kv/kv-1'], undefined, 'older than a minute');
  assert.deepEqual(numbersAt(recorded(), 99_000).phi, {});
  assert.deepEqual(numbersAt(recorded(), 180_000).commit.kv, { index: 44, advancing: false });
});
