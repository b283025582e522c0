import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { MatrixSeries } from '#lib/promql/value.ts';
import { finish } from '#lib/promql/work.ts';

import { evaluateAlerts } from './alerting.ts';
import { backtest } from './backtest.ts';
import type { Band } from './backtest.ts';
import { readyRules } from './ready-rules.ts';
import type { Alert } from './rule.ts';

const run = (...asked: Parameters<typeof backtest>) => finish(backtest(...asked));
const STEP = 30_000;
const seriesOf = (labels: Record<string, string>, holds: readonly boolean[]): MatrixSeries => ({
  labels,
  points: holds.flatMap((held, index) => (held ? [{ at: index * STEP, value: 1 }] : [])),
});
const stepsOf = (holds: readonly boolean[]) => ({ from: 0, to: (holds.length - 1) * STEP, stepMs: STEP });
const [template] = readyRules.rules;
assert.ok(template !== undefined);

void test('bands say when it would have been pending and firing, and how often it would have fired', () => {
  const holds = [false, true, true, true, false, false, true, false, true, true, true];
  const { bands, fired } = run(
    [seriesOf({ __name__: 'x', i: 'a' }, holds)],
    stepsOf(holds),
    { forMs: 60_000, keepFiringForMs: 30_000 },
    { severity: 'warning' },
  );
  assert.deepEqual(bands, [
    {
      labels: { i: 'a', severity: 'warning' },
      segments: [
        { from: 30_000, to: 90_000, state: 'pending' },
        { from: 90_000, to: 150_000, state: 'firing' },
        { from: 180_000, to: 210_000, state: 'pending' },
        { from: 240_000, to: 300_000, state: 'pending' },
        { from: 300_000, to: 300_000, state: 'firing' },
      ],
    },
  ]);
  assert.equal(fired, 2);
});

void test('a series that never holds has no band; series that differ in name only are one', () => {
  const { bands } = run(
    [
      seriesOf({ __name__: 'a' }, [true, false]),
      seriesOf({ __name__: 'b' }, [false, true]),
      seriesOf({ i: '1' }, [false, false]),
    ],
    stepsOf([true, true]),
    { forMs: 0, keepFiringForMs: 0 },
  );
  assert.deepEqual(bands, [{ labels: {}, segments: [{ from: 0, to: STEP, state: 'firing' }] }]);
});

const stateAt = (band: Band | undefined, at: number): string =>
  band?.segments.find(({ from, to }) => from <= at && at < to)?.state ?? 'inactive';

void test('at every step it says what the evaluation of the rule says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }),
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 5 }),
      (holds, forSteps, keepSteps) => {
        const rule = { ...template, forMs: forSteps * STEP, keepFiringForMs: keepSteps * STEP, labels: {} };
        const series = seriesOf({ node: 'a' }, holds);
        // One step more, so that what is open at the end has a length.
        const { bands, fired } = run([series], { from: 0, to: holds.length * STEP, stepMs: STEP }, rule);
        let alerts: ReadonlyMap<string, Alert> = new Map();
        let began = 0;
        holds.forEach((held, index) => {
          const vector = held ? [{ labels: series.labels, at: 0, value: 1 }] : [];
          const made = evaluateAlerts(rule, vector, alerts, index * STEP, { expand: (_name, text) => text });
          ({ alerts } = made);
          began += made.transitions.filter(({ to }) => to === 'firing').length;
          const state = [...alerts.values()][0]?.state ?? 'inactive';
          assert.equal(stateAt(bands[0], index * STEP), state === 'resolved' ? 'inactive' : state);
        });
        assert.equal(fired, began);
      },
    ),
    { numRuns: 500 },
  );
});
