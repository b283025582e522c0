import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { arraySamples } from './contract.ts';
import { evalRange, instantQuery, parsePromql, PromqlEvalError, rangeQuery } from './promql.ts';
import { finish, sortSliced, Work } from './work.ts';

const SERIES = 3000;
const MINUTE = 60_000;
const series = Array.from({ length: SERIES }, (_, i) => ({
  labels: { __name__: 'm_total', i: String(i), g: String(i % 1000), le: String(i % 3) },
  samples: Array.from({ length: 6 }, (_sample, n) => ({
    at: n * MINUTE,
    value: (i * 7919 + n) % 1000,
    stale: false,
  })),
}));
const samples = arraySamples(series);

/** How often a query can be put down. */
const rests = (text: string, isRange = false): number => {
  const expr = parsePromql(text);
  const work = isRange
    ? rangeQuery(expr, samples, 5 * MINUTE, 6 * MINUTE, MINUTE)
    : instantQuery(expr, samples, 5 * MINUTE);
  let count = 0;
  while (work.next().done !== true) count += 1;
  return count;
};

test('every kind of expression can be put down while it goes through its series, within one instant too', () => {
  const plain = rests('m_total');
  assert.ok(plain >= (2 * SERIES) / 600, `${plain} rests for a selector`);
  const kinds = [
    '-m_total',
    'm_total > 5',
    '2 * m_total',
    'rate(m_total[5m])',
    'mad_over_time(m_total[5m])',
    'abs(m_total)',
    'label_replace(m_total, "x", "$1", "i", "(.*)")',
    'sort(m_total)',
    'sort_by_label(m_total, "i")',
    'histogram_quantile(0.5, m_total)',
    'sum by (g) (m_total)',
    'topk(5, m_total)',
    'quantile(0.5, m_total)',
    'count_values("v", m_total)',
    'limit_ratio(0.5, m_total)',
    'm_total and m_total',
    'm_total or m_total',
    'm_total + m_total',
    'max_over_time(m_total[3m:1m])',
  ];
  for (const kind of kinds)
    assert.ok(
      rests(kind) >= plain + SERIES / 600,
      `${kind}: ${rests(kind)} rests, ${plain} for the selector`,
    );
  assert.ok(rests('m_total', true) >= plain + SERIES / 600);
});

test('a chain of ten thousand operands is worked out one after another', () => {
  const few = arraySamples(series.slice(0, 2));
  const sumOf = (operand: string): unknown => {
    const expr = parsePromql(Array<string>(10_000).fill(operand).join(' + '));
    const { value } = finish(instantQuery(expr, few, 5 * MINUTE));
    return value.type === 'vector' ? value.samples.map((sample) => sample.value) : value;
  };
  assert.deepEqual(sumOf('1'), { type: 'scalar', at: 5 * MINUTE, value: 10_000 });
  assert.deepEqual(sumOf('m_total{i="1"}'), [10_000 * ((7919 + 5) % 1000)]);
});

test('what a query holds at once is bounded, and whoever bounds all of them is told', () => {
  const text = 'sum(m_total)';
  const ask = (maxSamples: number, onHeld?: (count: number) => void) =>
    evalRange(parsePromql(text), samples, 0, 5 * MINUTE, MINUTE, {
      maxSamples,
      ...(onHeld === undefined ? {} : { onHeld }),
    });
  let held = 0;
  let most = 0;
  const { work } = ask(100_000, (count) => {
    held += count;
    most = Math.max(most, held);
  });
  assert.equal(most, work.peak);
  assert.equal(held, SERIES * 6 + 6); // the samples read, and a point of each step
  assert.equal(work.queryable, SERIES * 6);
  assert.deepEqual(
    [...work.perStep],
    Array.from({ length: 6 }, (_, n) => [n * MINUTE, SERIES]),
  );
  assert.throws(
    () => ask(work.peak - 1),
    (cause) =>
      cause instanceof PromqlEvalError &&
      cause.message === 'query processing would load too many samples into memory in query execution',
  );
});

test('a sort in slices is the sort in one go', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3000, size: 'max' }), (numbers) => {
      const items = numbers.map((key, place) => ({ key, place }));
      const compare = (a: { key: number }, b: { key: number }): number => a.key - b.key;
      const work = new Work(0, () => undefined);
      assert.deepEqual(finish(sortSliced(items, compare, work)), items.toSorted(compare));
    }),
    { numRuns: 50 },
  );
});
