import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Text } from '#lib/model/text.ts';

import type { EventKind, JsonObject, NewEvent } from './event.ts';
import { apply, livingWorld, reduceAll } from './reduce.ts';
import { timeline } from './timeline.ts';
import { emptyWorld, worldFromJson, worldToJson } from './world.ts';

const title: Text = { code: 'x', params: {} };
let made = 0;
const event = (
  at: number,
  kind: EventKind,
  node: string | null,
  detail: JsonObject,
  cluster: string | null = null,
): NewEvent => ({
  key: `b-${made++}`,
  at,
  kind,
  severity: 'info',
  monitor: 'm',
  actor: null,
  cluster,
  node,
  title,
  detail,
});

const words = (level: string, members: readonly string[], leader: string | null): JsonObject => ({
  words: {
    id: 'kv',
    name: 'kv',
    system: 'raft',
    protocol: 'raft',
    level,
    sentence: { code: 's', params: {} },
    why: null,
    since: 5,
    leader: { state: leader === null ? 'none' : 'one', node: leader, term: null, since: null, claims: [] },
    quorum: null,
    members: members.map((node) => ({
      node,
      membership: 'voter',
      role: node === leader ? 'leader' : 'follower',
      nativeRole: null,
      term: null,
      leader,
      agrees: true,
      readError: null,
    })),
    cuts: [],
  },
});

const life = [
  event(10, 'node.added', 'a', { name: 'A', labels: { zone: 'z1' } }),
  event(11, 'node.up', 'a', { state: 'up' }),
  event(20, 'node.suspect', 'a', { state: 'suspect' }),
  event(30, 'node.down', 'a', { state: 'down', certainty: { kind: 'certain', confidence: 1 } }),
  event(31, 'node.flag', 'a', { flags: ['flapping'] }),
  event(40, 'cluster.level', null, words('healthy', ['a'], 'a'), 'kv'),
  event(50, 'cluster.level', null, words('lost', ['a'], null), 'kv'),
];

test('a node keeps the instant since when its state holds, and what an event does not mention', () => {
  const node = reduceAll(life).nodes.get('a');
  assert.deepEqual(node, {
    id: 'a',
    name: 'A',
    labels: { zone: 'z1' },
    state: 'down',
    flags: ['flapping'],
    since: 30,
    certainty: { kind: 'certain', confidence: 1 },
    incarnation: { id: null, startedAt: null },
  });
});

test('a cluster carries the words of its newest event and leaves when they are null', () => {
  const world = reduceAll(life);
  assert.equal(world.clusters.get('kv')?.level, 'lost');
  const without = reduceAll([event(60, 'cluster.level', null, { words: null }, 'kv')], world);
  assert.equal(without.clusters.size, 0);
  assert.equal(reduceAll([event(70, 'node.removed', 'a', {})], without).nodes.size, 0);
});

test('a refused configuration is told until one is loaded', () => {
  const error: JsonObject = { code: 'config.bad', params: { line: 3 } };
  const refused = reduceAll([event(1, 'config.rejected', null, { error })], emptyWorld);
  assert.deepEqual(refused.monitor.configError, error);
  assert.equal(reduceAll([event(2, 'config.loaded', null, {})], refused).monitor.configError, null);
});

test('an event about a node nobody added, or with a detail of another shape, changes nothing', () => {
  assert.equal(apply(livingWorld(), event(1, 'node.down', 'ghost', { state: 'down' })), false);
  const world = reduceAll(life);
  assert.equal(apply(livingWorld(world), event(1, 'node.up', 'a', { state: 'sideways' })), false);
});

test('a checkpoint in the middle and the rest of the events give the same world', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: life.length }), (cut) => {
      const half = JSON.parse(JSON.stringify(worldToJson(reduceAll(life.slice(0, cut)))));
      assert.deepEqual(reduceAll(life.slice(cut), worldFromJson(half)), reduceAll(life));
    }),
  );
});

test('lanes tile the range without gap or overlap and say what the world said', () => {
  const query = { from: 15, to: 100, cluster: null, node: null, kinds: ['level', 'state', 'role'] as const };
  const start = reduceAll(life.filter((one) => one.at <= 15));
  const { lanes } = timeline(
    start,
    life.filter((one) => one.at > 15),
    query,
  );
  const of = (kind: string) =>
    lanes.find((lane) => lane.kind === kind)?.segments.map(({ from, to, value }) => [from, to, value]);
  assert.deepEqual(of('state'), [
    [15, 20, 'up'],
    [20, 30, 'suspect'],
    [30, 31, 'down'],
    [31, 100, 'down'],
  ]);
  assert.deepEqual(of('level'), [
    [40, 50, 'healthy'],
    [50, 100, 'lost'],
  ]);
  assert.deepEqual(of('role'), [
    [40, 50, 'leader'],
    [50, 100, 'follower'],
  ]);
});
