import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toNodeId } from '#lib/model/node.ts';
import type { NodeId } from '#lib/model/node.ts';

import { loadConfig } from '../config/load.ts';
import type { ArrivedHeartbeat } from '../slot.ts';
import { createPushes } from './pushes.ts';

const beat = (node: string, seq: number): ArrivedHeartbeat => ({
  node,
  incarnation: 'one',
  seq,
  intervalMs: null,
  labels: {},
  arrivedAt: seq * 1000,
});

const open = (() => {
  const loaded = loadConfig('heartbeats:\n  - name: fleet\n    push: { interval: 1s }\n', null);
  assert.ok(loaded.ok);
  return loaded.config;
})();

test('nodes that come at once are asked to be planned, and what they pushed waits until they are', () => {
  let plans = 0;
  const taken: string[] = [];
  const accept = (id: NodeId, { seq }: ArrivedHeartbeat): void => void taken.push(`${id} ${seq}`);
  const watched = new Set<NodeId>();
  const isWatched = (id: NodeId): boolean => watched.has(id);
  const pushes = createPushes(() => {
    plans += 1;
  });
  const answer = pushes.take(
    open,
    [beat('a', 1), beat('b', 1), beat('a', 2), beat('a', 2)],
    isWatched,
    accept,
  );
  assert.deepEqual(
    [answer.accepted, answer.rejected.map(({ index, code }) => [index, code]), plans],
    [3, [[3, 'old-sequence']], 2],
  );
  assert.deepEqual(taken, []);
  assert.deepEqual([...(pushes.nodes().get('fleet')?.keys() ?? [])], ['a', 'b']);

  for (const id of ['a', 'b']) watched.add(toNodeId(id));
  pushes.admit(accept);
  assert.deepEqual(taken, ['a 1', 'b 1', 'a 2']);
  pushes.admit(accept);
  pushes.take(open, [beat('b', 2)], isWatched, accept);
  assert.deepEqual(taken, ['a 1', 'b 1', 'a 2', 'b 2']);
  assert.equal(plans, 2);
});
