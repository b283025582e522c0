import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arraySamples } from '#lib/promql/contract.ts';
import { evalRange, parsePromql } from '#lib/promql/promql.ts';
import { finish } from '#lib/promql/work.ts';

import { preview } from './preview.ts';

const MINUTE = 60_000;
const flapping = arraySamples(
  Array.from({ length: 150 }, (_, i) => ({
    labels: { __name__: 'm', i: String(i).padStart(3, '0') },
    samples: Array.from({ length: 61 }, (_sample, n) => ({
      at: n * MINUTE,
      value: (i + n) % 4,
      stale: false,
    })),
  })),
);
const span = { from: 0, to: 60 * MINUTE, stepMs: MINUTE };
const shown = (expr: string) =>
  finish(
    preview(
      {
        kind: 'alert',
        name: 'M',
        expr,
        forMs: MINUTE,
        keepFiringForMs: 0,
        labels: { severity: 'x' },
        ...span,
      },
      flapping,
      { wall: () => 0, mono: () => 0 },
      {},
    ),
  );

test('a preview reads its series once, draws what is compared, and counts the bands that it leaves out', () => {
  const { bands, bandCount, fired, series, seriesRead, now, limit } = shown('m > 1');
  assert.deepEqual([bands.length, bandCount, seriesRead, now.length], [100, 150, 150, 150]);
  assert.equal(fired, 150 * 15); // of each four minutes two hold, so that the second fires
  assert.deepEqual(limit, { op: '>', value: 1 });
  const left = evalRange(parsePromql('m'), flapping, span.from, span.to, span.stepMs).value;
  assert.ok(left.type === 'matrix');
  assert.deepEqual(
    series,
    left.series.slice(0, 12).map(({ labels, points }) => ({
      labels,
      points: Array.from(points, ({ at, value }) => [at, value]),
    })),
  );
});

test('an expression without a comparison is drawn as it is', () => {
  const { series, limit, bandCount } = shown('m{i="001"}');
  assert.equal(limit, null);
  assert.deepEqual([series.length, bandCount], [1, 1]);
});
