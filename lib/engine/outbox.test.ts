import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createOutbox } from './outbox.ts';
import type { SeriesBatch } from './outbox.ts';

const batchOf = (node: number, values: number): SeriesBatch => ({
  at: node,
  values: Array.from({ length: values }, (_, i) => ({
    labels: { node: String(node), i: String(i) },
    value: i,
  })),
  gone: [],
});

test('a round over many nodes is delivered whole, in pieces', () => {
  const outbox = createOutbox('b', 'm');
  for (let node = 0; node < 10_001; node += 1) outbox.addSeries(batchOf(node, 10));
  const delivered: number[] = [];
  for (let delivery = outbox.next(); delivery !== null; delivery = outbox.next()) {
    assert.ok(delivery.series.length <= 1000);
    delivered.push(...delivery.series.map(({ at }) => at));
    outbox.delivered(delivery);
  }
  assert.deepEqual(
    delivered,
    Array.from({ length: 10_001 }, (_, node) => node),
  );
  assert.deepEqual(outbox.pending(), { events: 0, series: 0, dropped: 0 });
});

test('while nothing is taken the oldest values go, also of those that were asked for and did not arrive', () => {
  const outbox = createOutbox('b', 'm');
  for (let round = 0; round < 10; round += 1) {
    outbox.addSeries(batchOf(round, 100_000));
    outbox.next();
  }
  assert.deepEqual(
    outbox.next()?.series.map(({ at }) => at),
    [8, 9],
  );
  assert.equal(outbox.pending().dropped, 8);
});
