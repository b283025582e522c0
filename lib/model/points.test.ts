import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { columnsOf, PointColumns } from './points.ts';

test('looks find the same in any order of instants as counting does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }),
      fc.array(fc.integer({ min: -5, max: 65 }), { maxLength: 40 }),
      (given, asked) => {
        const instants = given.toSorted((a, b) => a - b);
        const points = new PointColumns();
        for (const at of instants) points.push(at, at * 2);
        for (const at of asked) {
          const count = instants.filter((instant) => instant <= at).length;
          assert.equal(points.countUntil(at), count);
          assert.equal(points.firstAfter(at - 3), instants.filter((instant) => instant <= at - 3).length);
        }
        assert.deepEqual(
          [...points],
          instants.map((at) => ({ at, value: at * 2 })),
        );
        assert.deepEqual(points.at(-1), [...points].at(-1));
      },
    ),
  );
});

test('what is appended is what pushing one by one gives, in order or not', () => {
  const samples = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 30 }), fc.integer(), fc.boolean())
      .map(([at, value, stale]) => ({ at, value, stale })),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(samples, samples, fc.boolean(), (some, others, isClean) => {
      const given = isClean
        ? others.map((sample) => ({ ...sample, stale: false })).toSorted((a, b) => a.at - b.at)
        : others;
      const columns = columnsOf(some);
      columns.append(columnsOf(given), { from: 5, to: 25, looks: null });
      const expected = [...some, ...given.filter(({ at }) => at >= 5 && at <= 25)];
      assert.deepEqual([...columns], expected);
      assert.equal(
        columns.isRising,
        expected.every(({ at }, i) => i === 0 || at > (expected[i - 1]?.at ?? 0)),
      );
    }),
    { numRuns: 1000 },
  );
});

test('samples come out of their columns as they went in', () => {
  const samples = [
    { at: 1, value: 5, stale: false },
    { at: 2, value: Number.NaN, stale: true },
    { at: 3, value: -0, stale: false },
  ];
  const columns = columnsOf(samples);
  assert.deepEqual([...columns], samples);
  assert.deepEqual([...columns.stale], [1]);
  assert.ok(columns.isRising);
  const part = columnsOf([{ at: 2, value: 0, stale: false }]);
  part.append(columns, { from: 2, to: 9, looks: null });
  assert.deepEqual([...part], [{ at: 2, value: 0, stale: false }, ...samples.slice(1)]);
  assert.ok(!part.isRising);
});
