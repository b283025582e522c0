import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { atMostPlaces, fleetOf, isFleet } from './fleet.ts';
import type { FleetNode } from './fleet.ts';
import { honeycombOf } from './honeycomb.ts';
import type { Honeycomb } from './honeycomb.ts';
import { neighbour } from './neighbour.ts';

/** Nodes in racks of zones, some of them without a label. */
const nodesOf = (count: number, perRack: number, zones: number, label: string): FleetNode[] =>
  Array.from({ length: count }, (_, i) => {
    const rack = Math.floor(i / perRack);
    return {
      id: `n-${i}`,
      name: `n-${i}`,
      labels: {
        ...(zones === 0 ? {} : { zone: `z${rack % zones}` }),
        ...(label === '' ? {} : { [label]: `r${rack}` }),
      },
    };
  });

const fleets = fc
  .record({
    count: fc.integer({ min: 1, max: 1500 }),
    perRack: fc.integer({ min: 1, max: 60 }),
    zones: fc.integer({ min: 0, max: 6 }),
    label: fc.constantFrom('rack', 'host', ''),
  })
  .map(({ count, perRack, zones, label }) => nodesOf(count, perRack, zones, label));

const overlaps = ({ hexagons }: Honeycomb): number => {
  const byX = hexagons.toSorted((a, b) => a.x - b.x);
  let found = 0;
  byX.forEach((a, i) => {
    for (let j = i + 1; j < byX.length; j += 1) {
      const b = byX[j];
      if (b === undefined || b.x - a.x >= a.radius + b.radius) break;
      // Hexagons that stand on a corner do not touch when the circles inside them do not.
      if (Math.hypot(a.x - b.x, a.y - b.y) < (Math.sqrt(3) / 2) * (a.radius + b.radius)) found += 1;
    }
  });
  return found;
};

test('every node has one hexagon, none overlap, and all lie inside the width', () => {
  fc.assert(
    fc.property(fleets, fc.integer({ min: 120, max: 2400 }), (nodes, width) => {
      const honeycomb = honeycombOf(fleetOf(nodes), width, null);
      assert.deepEqual(honeycomb.hexagons.map(({ id }) => id).sort(), nodes.map(({ id }) => id).sort());
      assert.equal(overlaps(honeycomb), 0);
      for (const { x, y, radius } of honeycomb.hexagons) {
        const half = (radius * Math.sqrt(3)) / 2;
        assert.ok(x - half >= 0 && x + half <= width, `x ${x} of ${width}`);
        assert.ok(y - radius >= 0 && y + radius <= honeycomb.height, `y ${y} of ${honeycomb.height}`);
      }
      for (const { x, width: wide } of honeycomb.captions) assert.ok(x + wide <= width + 0.01);
    }),
    { numRuns: 40 },
  );
});

test('a node stands at the same pixel whatever the order in which nodes are told', () => {
  fc.assert(
    fc.property(
      fleets.chain((nodes) =>
        fc.tuple(fc.constant(nodes), fc.shuffledSubarray(nodes, { minLength: nodes.length })),
      ),
      fc.integer({ min: 320, max: 1600 }),
      ([nodes, shuffled], width) => {
        assert.deepEqual(
          honeycombOf(fleetOf(shuffled), width, null),
          honeycombOf(fleetOf(nodes), width, null),
        );
      },
    ),
    { numRuns: 20 },
  );
});

test('what changes elsewhere moves no hexagon: a place keeps its own when a later one gains a node', () => {
  const nodes = nodesOf(1000, 25, 4, 'rack');
  const before = honeycombOf(fleetOf(nodes), 972, null);
  const added = { id: 'n-9999', name: 'n-9999', labels: { zone: 'z3', rack: 'r39' } };
  const after = new Map(
    honeycombOf(fleetOf([...nodes, added]), 972, null).hexagons.map((each) => [each.id, each]),
  );
  for (const hexagon of before.hexagons) assert.deepEqual(after.get(hexagon.id), hexagon);
});

test('nodes stand by rack, else by host, where these hold several, else in runs of their names', () => {
  const kindOf = (nodes: FleetNode[]) => fleetOf(nodes).kind;
  assert.equal(kindOf(nodesOf(200, 25, 2, 'rack')), 'rack');
  assert.equal(kindOf(nodesOf(200, 25, 2, 'host')), 'host');
  assert.equal(kindOf(nodesOf(200, 1, 2, 'host')), 'run');
  assert.equal(kindOf(nodesOf(200, 1, 2, 'rack')), 'run');
  const { zones } = fleetOf(nodesOf(60, 1, 0, ''));
  assert.deepEqual(
    zones.map((zone) => zone.places.map((place) => [place.name, place.nodes.length])),
    [
      [
        ['n-0', 25],
        ['n-25', 25],
        ['n-50', 10],
      ],
    ],
  );
  assert.deepEqual([isFleet(100), isFleet(101)], [false, true]);
});

test('ten thousand nodes are at most four hundred hexagons that stand for all of them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2001, max: 10_000 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 700 }),
      fc.constantFrom('rack', 'host', ''),
      (count, perRack, zones, label) => {
        const nodes = nodesOf(count, perRack, zones, label);
        const { hexagons, places } = honeycombOf(fleetOf(nodes), 972, null);
        assert.ok(hexagons.length <= 400 && hexagons.every((each) => each.isPlace));
        assert.equal(new Set(hexagons.flatMap(({ id }) => places.get(id)?.nodes ?? [])).size, count);
      },
    ),
    { numRuns: 15 },
  );
  const few = fleetOf(nodesOf(300, 25, 4, 'rack'));
  assert.equal(atMostPlaces(few, 400), few);
});

test('opening a place shows its nodes in its zone; what stands before it does not move', () => {
  const fleet = fleetOf(nodesOf(10_000, 25, 4, 'rack'));
  const shut = honeycombOf(fleet, 972, null);
  const place = shut.hexagons.find(({ id }) => id === 'z1/r5')?.id ?? '';
  const open = honeycombOf(fleet, 972, place);
  assert.equal(open.hexagons.filter((each) => !each.isPlace).length, 25);
  assert.equal(overlaps(open), 0);
  const later = new Map(open.hexagons.map((each) => [each.id, each]));
  for (const hexagon of shut.hexagons) {
    const moved = (later.get(hexagon.id)?.y ?? 0) - hexagon.y;
    assert.equal(moved > 0, /^z[23]/.test(hexagon.id), hexagon.id);
  }
});

test('arrow keys reach every hexagon', () => {
  const { hexagons } = honeycombOf(fleetOf(nodesOf(120, 25, 2, 'rack')), 390, null);
  const reached = new Set<string | null>([neighbour(hexagons, null, 'ArrowDown')]);
  for (const id of reached)
    for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'])
      reached.add(neighbour(hexagons, id, key));
  assert.equal(reached.size, 120);
});
