import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { columnsOf, SampleColumns } from '#lib/model/points.ts';
import type { Looks } from '#lib/model/points.ts';
import type { Sample } from '#lib/model/sample.ts';

import { mergeRuns } from './merge.ts';
import { decodeRefs, encodeRefs } from './refs.ts';

const run = (text: string): Sample[] =>
  text.split(' ').map((part) => {
    const [at = '', value = ''] = part.split(':');
    return { at: Number(at), value: value === 'end' ? Number.NaN : Number(value), stale: value === 'end' };
  });
const shown = (samples: readonly Sample[]): string =>
  samples.map(({ at, value, stale }) => `${at}:${stale ? 'end' : value}`).join(' ');
const merged = (...runs: readonly string[]): string => shown(mergeRuns(runs.map(run)));

test('runs follow one another, and of equal instants a value wins over an end, the earlier run over the later', () => {
  assert.equal(merged('5:1 6:2', '1:1 2:end'), '1:1 2:end 5:1 6:2');
  assert.equal(merged('1:1 2:end', '2:5 3:6'), '1:1 2:5 3:6');
  assert.equal(merged('1:1 3:3', '1:9 2:2'), '1:1 2:2 3:3');
  assert.equal(merged('1:1 1:2 2:3'), '1:1 2:3');
  assert.equal(mergeRuns([]).length, 0);
});

test('an end inside a run that goes on is left out; after the last value of every run it stands', () => {
  assert.equal(merged('1:1 3:end', '2:5 4:6'), '1:1 2:5 4:6');
  assert.equal(merged('1:1 5:end', '2:5 4:6'), '1:1 2:5 4:6 5:end');
  assert.equal(merged('1:1 3:end', '2:end 4:6'), '1:1 3:end 4:6');
});

test('whatever the runs, the series is in order, has every value’s instant once and invents nothing', () => {
  const sample = fc.record({
    at: fc.integer({ min: 0, max: 30 }),
    value: fc.integer(),
    stale: fc.boolean(),
  });
  const oneRun = fc.array(sample, { maxLength: 12 }).map((all) => all.toSorted((a, b) => a.at - b.at));
  fc.assert(
    fc.property(fc.array(oneRun, { maxLength: 4 }), (runs) => {
      const result = mergeRuns(runs);
      const all = runs.flat();
      result.forEach((each, i) => {
        assert.ok(i === 0 || each.at > (result[i - 1]?.at ?? 0));
        assert.ok(all.includes(each));
      });
      assert.deepEqual(
        result.filter((each) => !each.stale).map((each) => each.at),
        [...new Set(all.filter((each) => !each.stale).map((each) => each.at))].sort((a, b) => a - b),
      );
    }),
  );
});

test('every look sees in merged runs what it sees in merged whole ones, and little else is kept', () => {
  const piece = fc
    .array(
      fc.record({
        at: fc.integer({ min: 0, max: 40 }),
        value: fc.integer(),
        stale: fc.integer({ min: 0, max: 15 }).map((n) => n === 0),
      }),
      { maxLength: 12 },
    )
    .map((all) => all.toSorted((a, b) => a.at - b.at));
  const runOf = (pieces: readonly Sample[][], looks: Looks | null): Sample[] => {
    const columns = new SampleColumns();
    for (const each of pieces) columns.append(columnsOf(each), { from: 2, to: 38, looks });
    return [...columns].sort((a, b) => a.at - b.at);
  };
  fc.assert(
    fc.property(
      fc.array(fc.array(piece, { maxLength: 3 }), { maxLength: 3 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 1, max: 12 }),
      (runs, from, stepMs) => {
        const whole = mergeRuns(runs.map((pieces) => runOf(pieces, null)));
        const seen = mergeRuns(runs.map((pieces) => runOf(pieces, { from, stepMs })));
        for (let look = from; look <= 38; look += stepMs)
          assert.deepEqual(
            seen.findLast(({ at }) => at <= look),
            whole.findLast(({ at }) => at <= look),
          );
      },
    ),
    { numRuns: 2000 },
  );
  const every = Array.from({ length: 100 }, (_, at) => ({ at, value: at, stale: false }));
  const kept = new SampleColumns();
  kept.append(columnsOf(every), { from: 0, to: 95, looks: { from: 10, stepMs: 40 } });
  assert.deepEqual(
    [...kept].map(({ at }) => at),
    [10, 50, 90, 95], // the last may be followed by what hides nothing
  );
});

test('a block’s list of series comes back as it was', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 31 - 1 })), (refs) => {
      const rising = refs.toSorted((a, b) => a - b);
      assert.deepEqual([...decodeRefs(encodeRefs(rising))], rising);
    }),
  );
});
