import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { NODE_STATES } from '#lib/model/node.ts';

import { fleetOf } from './fleet.ts';
import { hexagonLooks, legendCounts } from './hexagon-looks.ts';
import { honeycombOf } from './honeycomb.ts';
import { lookOf, worstLook } from './look.ts';
import type { LookedAt } from './look.ts';
import { worstOf } from './worst.ts';

const node = (state: LookedAt['state'], fused: number | null, flags: LookedAt['flags'] = []): LookedAt => ({
  state,
  fused,
  flags,
  downLimit: 6.4,
});

test('a look is the step of φ; what is judged suspect or down has the step of that word', () => {
  const is = (seen: LookedAt, phi: string, state: string) =>
    assert.deepEqual([lookOf(seen, 'phi'), lookOf(seen, 'state')], [phi, state]);
  is(node('up', 0.2), 'phi-0', 'up');
  is(node('up', 1), 'phi-1', 'up');
  is(node('up', 2.99), 'phi-2', 'up');
  is(node('up', 8), 'phi-3', 'up');
  is(node('recovering', 0.4), 'phi-0', 'recovering');
  is(node('suspect', 4), 'phi-3', 'suspect');
  is(node('suspect', 9), 'phi-3', 'suspect');
  is(node('down', 2), 'phi-4', 'down');
  is(node('unknown', null), 'unheard', 'unheard');
  is(node('down', 9, ['maintenance']), 'maintenance', 'maintenance');
  assert.equal(worstLook(['phi-0', 'phi-3', 'phi-1']), 'phi-3');
});

const rows = new Map(
  Array.from({ length: 150 }, (_, i) => [
    `n-${i}`,
    {
      id: `n-${i}`,
      name: `n-${i}`,
      labels: { rack: `r${Math.floor(i / 25)}` },
      ...(i < 4
        ? node('down', 9)
        : i < 10
          ? node('suspect', 4)
          : i === 149
            ? node('unknown', null)
            : node('up', 0)),
    },
  ]),
);

test('the legend counts every node once; coloured by place it counts places by their worst', () => {
  const fleet = fleetOf([...rows.values()]);
  assert.deepEqual([...legendCounts(fleet, rows, 'phi')].sort(), [
    ['phi-0', 139],
    ['phi-3', 6],
    ['phi-4', 4],
    ['unheard', 1],
  ]);
  assert.deepEqual([...legendCounts(fleet, rows, 'place')].sort(), [
    ['phi-0', 4],
    ['phi-4', 1],
    ['unheard', 1],
  ]);
  const honeycomb = honeycombOf(fleet, 972, null);
  const byPlace = hexagonLooks(honeycomb, rows, 'place');
  assert.equal(byPlace.filter(({ look }) => look === 'phi-4').length, 25);
  assert.equal(byPlace.filter(({ isDown }) => isDown).length, 4, 'a × says of a node that it is down');
});

test('a hexagon that stands for a place has its worst look and says how many are abnormal', () => {
  const many = new Map(
    Array.from({ length: 2500 }, (_, i) => [
      `n-${i}`,
      {
        id: `n-${i}`,
        name: `n-${i}`,
        labels: { rack: `r${Math.floor(i / 25)}` },
        ...(i < 3 ? node('suspect', 4) : i === 30 ? node('down', 9) : node('up', 0)),
      },
    ]),
  );
  const honeycomb = honeycombOf(fleetOf([...many.values()]), 972, null);
  assert.deepEqual(hexagonLooks(honeycomb, many, 'phi').slice(0, 3), [
    { look: 'phi-3', isDown: false, abnormal: 3 },
    { look: 'phi-4', isDown: true, abnormal: 1 },
    { look: 'phi-0', isDown: false, abnormal: 0 },
  ]);
});

test('the worst come first, as if everything had been sorted', () => {
  const ranks = { down: 0, suspect: 1, up: 2, recovering: 2, unknown: 3 } as const;
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          state: fc.constantFrom(...NODE_STATES),
          fused: fc.integer({ min: 0, max: 9 }),
        }),
        { maxLength: 80 },
      ),
      fc.integer({ min: 1, max: 20 }),
      (drawn, count) => {
        const all = drawn.map(({ state, fused }, i) => ({
          ...node(state, fused),
          name: `n-${i}`,
          phi: fused,
          i,
        }));
        const sorted = all.toSorted((a, b) => ranks[a.state] - ranks[b.state] || b.phi - a.phi || a.i - b.i);
        assert.deepEqual(worstOf(all, count), sorted.slice(0, count));
      },
    ),
  );
});
