import assert from 'node:assert/strict';
import { test } from 'node:test';

import { renderText } from '#lib/i18n/render.ts';
import type { NodeState } from '#lib/model/node.ts';

import { plainGroup } from './plain-group.ts';

const members = (state: (i: number) => NodeState) =>
  Array.from({ length: 100 }, (_, i) => ({
    node: `n-${i}`,
    labels: { zone: 'a', rack: `r${Math.floor(i / 25)}` },
    state: state(i),
    readError: null,
  }));
const NOON = Date.UTC(2026, 0, 31, 12);
const said = (state: (i: number) => NodeState) => {
  const { sentence, why } = plainGroup('edge', 'heartbeats', members(state), null, NOON);
  return [
    renderText(sentence, 'en', 'present', 'UTC'),
    why === null ? '' : renderText(why, 'en'),
    renderText(sentence, 'zh', 'past', 'UTC'),
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
  assert.equal(later.sentence.params.sinceAt, '2026-01-31T12:00:00.000Z');
  const elsewhere = members((i) => (i >= 90 ? 'down' : 'up'));
  const other = plainGroup('edge', 'heartbeats', elsewhere, later, NOON + 90_000);
  assert.deepEqual(
    [other.sentence.params.place, other.sentence.params.sinceAt],
    ['rack r3', '2026-01-31T12:01:30.000Z'],
  );
});
