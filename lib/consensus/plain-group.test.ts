import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ClusterWords } from '#lib/events/world.ts';
import { apply, livingWorld } from '#lib/events/reduce.ts';
import { renderText } from '#lib/i18n/render.ts';
import type { NodeState } from '#lib/model/node.ts';

import { plainGroup } from './plain-group.ts';
import { transitions } from './transitions.ts';

const members = (state: (i: number) => NodeState) =>
  Array.from({ length: 100 }, (_, i) => ({
    node: `n-${i}`,
    labels: { zone: 'a', rack: `r${Math.floor(i / 25)}` },
    state: state(i),
    readError: null,
  }));
const NOON = new Date(2026, 0, 31, 12).getTime(); // by the clock of whoever reads
const said = (state: (i: number) => NodeState) => {
  const { sentence, why } = plainGroup('edge', 'heartbeats', members(state), null, NOON);
  return [
    renderText(sentence, 'en'),
    why === null ? '' : renderText(why, 'en'),
    renderText(sentence, 'zh', 'past'),
  ];
};

test('the verdict of nodes that need not agree names the counts, or the rack that falls silent', () => {
  assert.deepEqual(
    said(() => 'up'),
    ['All 100 nodes of edge are up.', '', 'edge 的 100 个节点当时全部正常。'],
  );
  assert.deepEqual(
    said((i) => (i === 0 ? 'down' : i === 60 ? 'suspect' : 'up')),
    [
      '98 of 100 nodes of edge are up, 1 is down, 1 suspect.',
      'Down: n-0.',
      'edge 的 100 个节点当时有 98 个正常，1 个宕机，1 个可疑。',
    ],
  );
  assert.deepEqual(
    said((i) => (i < 25 ? (i < 4 ? 'down' : 'suspect') : 'up')),
    [
      'Rack r0 has been going silent since 12:00:00: 4 nodes down, 21 suspect.',
      'The other 3 racks of edge are quiet.',
      '机架 r0 当时自 12:00:00 起陆续失联：4 个节点宕机，21 个可疑。',
    ],
  );
  assert.equal(
    said((i) => (i < 25 ? 'down' : i < 30 ? 'unknown' : 'up'))[1],
    'Elsewhere in edge: 5 never heard.',
  );
  assert.equal(
    said((i) => (i < 25 ? 'down' : 'up'))[0],
    'Rack r0 has been silent since 12:00:00: all 25 nodes down.',
  );
});

test('since when a place is named stays as long as it is the same', () => {
  const silent = members((i) => (i < 5 ? 'suspect' : 'up'));
  const first = plainGroup('edge', 'heartbeats', silent, null, NOON);
  const worse = members((i) => (i < 9 ? 'down' : 'up'));
  const later = plainGroup('edge', 'heartbeats', worse, first, NOON + 60_000);
  assert.equal(later.sentence.params.sinceAt, new Date(NOON).toISOString());
  const fewer = members((i) => (i < 2 ? 'down' : 'up'));
  const edge = plainGroup('edge', 'heartbeats', fewer, later, NOON + 70_000);
  assert.equal(edge.sentence.params.sinceAt, new Date(NOON).toISOString(), 'it does not come and go');
  const elsewhere = members((i) => (i >= 90 ? 'down' : 'up'));
  const other = plainGroup('edge', 'heartbeats', elsewhere, later, NOON + 90_000);
  assert.deepEqual(
    [other.sentence.params.place, other.sentence.params.sinceAt],
    ['rack r3', new Date(NOON + 90_000).toISOString()],
  );
});

test('events of a large group stay small, and add up to its words', () => {
  const world = livingWorld();
  let before: ClusterWords | null = null;
  const sizes = [0, 5, 9, 0].map((down, round) => {
    const after = plainGroup(
      'edge',
      'heartbeats',
      members((i) => (i < down ? 'down' : 'up')),
      before,
      NOON + round,
    );
    const drafts = transitions(before, after);
    for (const draft of drafts)
      apply(world, { ...draft, key: `${round}`, at: NOON, monitor: 'm', actor: null });
    assert.deepEqual(world.clusters.get('edge'), after);
    before = after;
    return JSON.stringify(drafts).length;
  });
  const [first = 0, ...later] = sizes;
  assert.ok(first > 10_000, 'the first names every member');
  for (const size of later) assert.ok(size < 2000, `${size} characters`);
});
