import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { OPEN_ACCESS } from '#lib/model/access.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Matcher } from '#lib/promql/matcher.ts';
import { evalInstant, evalRange, parsePromql } from '#lib/promql/promql.ts';
import { finish } from '#lib/promql/work.ts';
import type { ScrapeTarget } from '#lib/scrape/target.ts';
import { openSampleWriter } from '#lib/store/samples/writer.ts';

import { createSamples } from './samples.ts';
import type { Disk, Samples } from './samples.ts';
import type { Found } from './selection.ts';

const MINUTE = 60_000;
const ALL = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

const setUp = (t: { after(work: () => void): void }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'selection-'));
  const writer = openSampleWriter(folder);
  const opened: Samples[] = [];
  const disk: Disk = {
    journal: async (series, record) => writer.journal(series, record),
    seal: async (block, seq) => writer.seal(block, seq),
  };
  t.after(() => {
    for (const samples of opened) samples.close();
    writer.close();
    rmSync(folder, { recursive: true });
  });
  const open = (): Samples => {
    const samples = createSamples(() => 0);
    assert.equal(samples.open(folder), 0);
    opened.push(samples);
    return samples;
  };
  return { disk, open };
};

const target: ScrapeTarget = {
  job: 'j',
  url: 'http://127.0.0.1:1/metrics',
  labels: {},
  discoveredLabels: {},
  intervalMs: MINUTE,
  timeoutMs: MINUTE,
  honorLabels: false,
  compression: false,
  fallbackProtocol: null,
  limits: { bodyBytes: 0, samples: 0, labels: 0, labelName: 0, labelValue: 0 },
  access: OPEN_ACCESS,
};
const is = (name: string, value: string): Matcher => ({ name, op: '=', value });
const like = (name: string, value: string): Matcher => ({ name, op: '=~', value });
const shown = (found: Found): string[] =>
  [...found]
    .filter((series) => series !== null)
    .map(
      ({ labels, samples }) =>
        `${labels.__name__ ?? ''}${labels.node ?? ''} ${[...samples].map((sample) => `${sample.at / MINUTE}:${sample.stale ? 'stale' : sample.value}`).join(' ')}`,
    )
    .toSorted();
const put = (samples: Samples, minute: number, ...values: readonly (readonly [Labels, number])[]): void =>
  samples.addBatch({
    at: minute * MINUTE,
    values: values.map(([labels, value]) => ({ labels, value })),
    gone: [],
  });
const select = (samples: Samples, matchers: readonly Matcher[], from = 0, to = 1000): string[] =>
  shown(samples.selection.select(matchers, from * MINUTE, to * MINUTE, null));

test('selectors of every kind find the same over head, sealed blocks and a restart', async (t) => {
  const { disk, open } = setUp(t);
  const first = open();
  const a = { __name__: 'a', node: '1' };
  const b = { __name__: 'b', node: '2', zone: 'x' };
  put(first, 1, [a, 1], [b, 10]);
  await first.commit(disk);
  await first.sealWhenDue(disk, 40 * MINUTE);
  put(first, 41, [a, 2], [{ __name__: 'ab' }, 5]);
  await first.commit(disk);
  for (const samples of [first, open()]) {
    assert.deepEqual(select(samples, [is('__name__', 'a')]), ['a1 1:1 41:2']);
    assert.deepEqual(select(samples, [is('__name__', 'a')], 2, 41), ['a1 41:2']);
    assert.deepEqual(select(samples, [like('__name__', 'a.*')]), ['a1 1:1 41:2', 'ab 41:5']);
    assert.deepEqual(select(samples, [like('node', '1|2')]), ['a1 1:1 41:2', 'b2 1:10']);
    assert.deepEqual(select(samples, [is('zone', ''), { name: '__name__', op: '!~', value: 'ab' }]), [
      'a1 1:1 41:2',
    ]);
    assert.deepEqual(select(samples, [{ name: 'node', op: '!=', value: '' }, like('node', '[^1]')]), [
      'b2 1:10',
    ]);
    assert.deepEqual(select(samples, [is('__name__', 'a'), is('__name__', 'b')]), []);
    assert.deepEqual(select(samples, [like('node', '')], 0, 1), []);
    const names = (from: number, to: number, ...selectors: Matcher[][]): string[] =>
      finish(samples.selection.labelSets(selectors, from, to))
        .map((labels) => `${labels.__name__}`)
        .toSorted();
    assert.deepEqual(names(...ALL), ['a', 'ab', 'b']);
    assert.deepEqual(names(0, 2 * MINUTE), ['a', 'b']);
    assert.deepEqual(names(41 * MINUTE, 42 * MINUTE), ['a', 'ab']);
    assert.deepEqual(names(...ALL, [is('node', '1')], [is('node', '2')], [like('node', '.')]), ['a', 'b']);
  }
});

test('only the pages that can hold a series are read, and give it whole', async (t) => {
  const { disk, open } = setUp(t);
  const samples = open();
  const many = Array.from({ length: 1000 }, (_, i) => ({ __name__: 'm', node: String(i) }));
  put(samples, 1, ...many.map((labels, i) => [labels, i] as const));
  await samples.sealWhenDue(disk, 40 * MINUTE);
  for (const node of ['0', '127', '128', '640', '999'])
    assert.deepEqual(select(samples, [is('node', node)]), [`m${node} 1:${node}`]);
  assert.equal(select(samples, [is('__name__', 'm')]).length, 1000);
});

test('a target made again goes on with its series: one run, ends that were no ends left out', async (t) => {
  const { disk, open } = setUp(t);
  const before = open();
  const labels = { __name__: 'up', node: 'n' };
  const sink = before.sinkOf(target);
  const ref = sink.series(labels);
  sink.good(1 * MINUTE, [ref], [1], []);
  sink.good(2 * MINUTE, [], [], []);
  await before.commit(disk);
  const after = open();
  const second = after.sinkOf(target);
  second.good(3 * MINUTE, [second.series(labels)], [3], []);
  second.good(4 * MINUTE, [], [], []);
  const third = after.sinkOf(target);
  third.good(4 * MINUTE, [third.series(labels)], [40], []);
  third.good(6 * MINUTE, [], [], []);
  second.gone(5 * MINUTE);
  assert.deepEqual(select(after, [is('__name__', 'up')]), ['upn 1:1 2:1 3:3 4:3 6:40']);
  third.gone(7 * MINUTE);
  assert.deepEqual(select(after, [is('__name__', 'up')]), ['upn 1:1 2:1 3:3 4:3 6:40 7:stale']);
});

test('a range query, which reads of sealed blocks only what it looks at, gives at each step what an instant query gives', async (t) => {
  const { disk, open } = setUp(t);
  const samples = open();
  for (let minute = 1; minute <= 240; minute += 1) {
    const holds = (node: number): boolean => (minute * (node + 3)) % 17 > node;
    const nodes = Array.from({ length: 5 }, (_, node) => ({ __name__: 'm', node: String(node) }));
    samples.addBatch({
      at: minute * MINUTE,
      values: nodes.flatMap((labels, node) => (holds(node) ? [{ labels, value: minute % 7 }] : [])),
      gone: nodes.filter((_labels, node) => !holds(node) && minute % 3 === 0),
    });
    if (minute % 40 === 0) await samples.sealWhenDue(disk, minute * MINUTE);
  }
  const { selection } = samples;
  for (const text of [
    'm > 2',
    'm offset 7m',
    'm @ 5400',
    'm - sum_over_time(m[9m])',
    'max_over_time((m > 1)[20m:3m])',
  ])
    for (const stepMs of [7 * MINUTE, 11 * MINUTE]) {
      const expr = parsePromql(text);
      const { value } = evalRange(expr, selection, 10 * MINUTE, 250 * MINUTE, stepMs);
      assert.ok(value.type === 'matrix' && value.series.length > 0);
      const points = value.series.flatMap(({ labels, points: own }) =>
        Array.from(own, (point) => `${point.at} ${labels.node} ${point.value}`),
      );
      const expected: string[] = [];
      for (let at = 10 * MINUTE; at <= 250 * MINUTE; at += stepMs) {
        const now = evalInstant(expr, selection, at).value;
        assert.ok(now.type === 'vector');
        expected.push(...now.samples.map((sample) => `${at} ${sample.labels.node} ${sample.value}`));
      }
      assert.deepEqual(points.toSorted(), expected.toSorted(), `${text} by ${stepMs}`);
    }
});
