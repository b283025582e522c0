import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { NodeState } from '#lib/model/node.ts';

import { silentPlace } from './silent-place.ts';

/** 200 nodes in 8 racks of 4 zones; `bad` says of which index what. */
const fleet = (bad: (i: number) => NodeState) =>
  Array.from({ length: 200 }, (_, i) => ({
    labels: { zone: `z${Math.floor(i / 50)}`, rack: `r${Math.floor(i / 25)}`, host: `h${i}` },
    state: bad(i),
  }));
const named = (bad: (i: number) => NodeState): string => {
  const found = silentPlace(fleet(bad));
  return found === null ? '' : `${found.kind} ${found.name}`;
};

test('the rack that holds most of the trouble is named, with what is elsewhere', () => {
  const found = silentPlace(
    fleet((i) => (i < 4 ? 'down' : i < 14 ? 'suspect' : i === 180 ? 'suspect' : i > 195 ? 'unknown' : 'up')),
  );
  assert.deepEqual(found, {
    kind: 'rack',
    name: 'r0',
    members: 25,
    down: 4,
    suspect: 10,
    others: 7,
    downElsewhere: 0,
    suspectElsewhere: 1,
    unheardElsewhere: 4,
  });
});

test('trouble in two racks of a zone names the zone, in two zones nothing', () => {
  assert.equal(
    named((i) => (i < 50 && i % 2 === 0 ? 'down' : 'up')),
    'zone z0',
  );
  assert.equal(
    named((i) => (i < 10 || (i >= 100 && i < 110) ? 'down' : 'up')),
    '',
  );
});

test('few nodes, trouble spread thinly, and trouble everywhere name nothing', () => {
  assert.equal(
    named((i) => (i < 2 ? 'down' : 'up')),
    '',
  );
  assert.equal(
    named((i) => (i % 9 === 0 ? 'suspect' : 'up')),
    '',
  );
  assert.equal(
    named(() => 'down'),
    '',
  );
  assert.equal(
    named((i) => (i % 2 === 0 ? 'down' : 'suspect')),
    '',
  );
});

test('a place that is named stays so until two of its nodes are left', () => {
  const found = (down: number, before: string | null) =>
    silentPlace(
      fleet((i) => (i < down ? 'down' : 'up')),
      before,
    )?.name;
  assert.equal(found(2, 'rack r0'), 'r0');
  assert.equal(found(2, 'rack r1'), undefined);
  assert.equal(found(1, 'rack r0'), undefined);
});

test('a large place does not hold most of the trouble merely because it holds most nodes', () => {
  const members = Array.from({ length: 100 }, (_, i) => ({
    labels: { zone: i < 80 ? 'a' : 'b' },
    state: (i % 10 === 0 ? 'down' : 'up') as NodeState,
  }));
  assert.equal(silentPlace(members), null);
});

test('racks of one name in two zones are not taken for one', () => {
  const members = fleet((i) => (i < 5 ? 'down' : 'up')).map((member, i) => ({
    ...member,
    labels: { ...member.labels, rack: `r${Math.floor(i / 25) % 2}` },
  }));
  assert.equal(silentPlace(members)?.name, 'r0 (z0)');
});
