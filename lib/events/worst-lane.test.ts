import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Lane, Segment } from './lane.ts';
import { worstLane } from './worst-lane.ts';

const lane = (subject: string, ...segments: readonly (readonly [number, number, string])[]): Lane => ({
  kind: 'state',
  subject,
  segments: segments.map(([from, to, value]) => ({ from, to, value, detail: {} })),
});
const shown = ({ segments }: Lane): string =>
  segments.map(({ from, to, value, detail }) => `${from}-${to} ${value} ${String(detail.count)}`).join(', ');

test('the worst of several nodes, and how many of them, with a gap where none was watched', () => {
  assert.equal(
    shown(
      worstLane('state', [
        lane('a', [0, 20, 'up'], [20, 40, 'down'], [40, 50, 'up'], [70, 100, 'up']),
        lane('b', [0, 10, 'up'], [10, 30, 'suspect'], [30, 50, 'down']),
      ]),
    ),
    '0-10 up 2, 10-20 suspect 1, 20-30 down 1, 30-40 down 2, 40-50 down 1, 70-100 up 1',
  );
});

test('a firing alert ranks by its severity, above what only waits', () => {
  const alert = (from: number, to: number, value: string, severity: string): Lane => ({
    kind: 'alert',
    subject: `${severity} ${from}`,
    segments: [{ from, to, value, detail: { severity } }],
  });
  assert.equal(
    shown(
      worstLane('alert', [
        alert(0, 40, 'pending', 'critical'),
        alert(10, 20, 'firing', 'warning'),
        alert(15, 30, 'firing', 'page'),
        alert(25, 35, 'firing', 'critical'),
        alert(35, 60, 'suppressed', 'critical'),
      ]),
    ),
    '0-10 pending 1, 10-20 warning 1, 20-25 info 1, 25-35 critical 1, 35-40 pending 1, 40-60 suppressed 1',
  );
});

const STATES = ['up', 'unknown', 'recovering', 'suspect', 'down'];
const anySegments = fc
  .array(
    fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 4 }), fc.constantFrom(...STATES)),
    {
      maxLength: 6,
    },
  )
  .map((parts) => {
    let at = 0;
    return parts.map(([gap, length, value]): Segment => {
      const from = at + gap;
      at = from + length;
      return { from, to: at, value, detail: {} };
    });
  });

test('property: at every instant it says what a look at all lanes says', () => {
  fc.assert(
    fc.property(fc.array(anySegments, { maxLength: 5 }), (all) => {
      const lanes = all.map((segments, i): Lane => ({ kind: 'state', subject: String(i), segments }));
      const merged = worstLane('state', lanes).segments;
      for (let at = 0; at < 45; at += 1) {
        const stood = lanes.flatMap(({ segments }) =>
          segments.filter(({ from, to }) => from <= at && at < to).map(({ value }) => value),
        );
        const worst = STATES.findLast((state) => stood.includes(state));
        const found = merged.filter(({ from, to }) => from <= at && at < to);
        assert.deepEqual(
          found.map(({ value, detail }) => [value, detail.count]),
          worst === undefined ? [] : [[worst, stood.filter((value) => value === worst).length]],
        );
      }
    }),
  );
});
