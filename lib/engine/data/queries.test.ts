import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import type { Labels } from '#lib/model/labels.ts';
import { openSampleWriter } from '#lib/store/samples/writer.ts';

import { createQueries } from './queries.ts';
import type { Asked, QueryReads, Shown } from './queries.ts';
import { createQueryRunner } from './query-runner.ts';
import { createSamples } from './samples.ts';
import type { Samples } from './samples.ts';
import { createSlices } from './slices.ts';
import type { Slices } from './slices.ts';

const T = 1_700_000_000_000;
const SECOND = 1000;

const setUp = (t: {
  after(work: () => void): void;
}): { samples: Samples; queries: QueryReads; slices: Slices } => {
  const folder = mkdtempSync(path.join(tmpdir(), 'queries-'));
  const writer = openSampleWriter(folder);
  const samples = createSamples(() => T);
  samples.open(folder);
  t.after(() => {
    samples.close();
    writer.close();
    rmSync(folder, { recursive: true });
  });
  let mono = 0;
  const clock = { wall: () => T, mono: () => (mono += 1) };
  const slices = createSlices(clock);
  const queries = createQueries({
    selection: samples.selection,
    slices,
    runner: createQueryRunner(clock, slices),
    assertReady: () => undefined,
    clock,
    externalLabels: () => ({ site: 's' }),
    metadata: () => [
      [
        { metric: 'a', type: 'gauge', help: 'one', unit: '' },
        { metric: 'b', type: 'counter', help: '', unit: '' },
      ],
      [
        { metric: 'a', type: 'gauge', help: 'one', unit: '' },
        { metric: 'a', type: 'gauge', help: 'two', unit: '' },
      ],
    ],
  });
  return { samples, queries, slices };
};

const put = (
  samples: Samples,
  labels: Labels,
  values: readonly (readonly [number, number | 'stale'])[],
): void => {
  for (const [second, value] of values)
    samples.addBatch({
      at: T + second * SECOND,
      values: value === 'stale' ? [] : [{ labels, value }],
      gone: value === 'stale' ? [labels] : [],
    });
};

const settings = { lookbackMs: null, timeoutMs: 60_000 };
const plain: Shown = { limit: 0, stats: 'none' };
const never = new AbortController().signal;

interface Data {
  readonly resultType: string;
  readonly result: readonly { readonly value: [number, string]; readonly values: [number, string][] }[];
  readonly stats?: { readonly timings: Record<string, number>; readonly samples: Record<string, unknown> };
}
/** The JSON of an answer, or its error. */
const dataOf = async (queries: QueryReads, asked: Asked, shown = plain): Promise<Data | string> => {
  const answer = await queries.query(asked, shown, never);
  if (!answer.ok) return `${answer.kind}: ${answer.message}`;
  return JSON.parse(new TextDecoder().decode(answer.json)) as Data; // the documented shape
};
/** The values of an instant query's answer, of a range its instants, or its error. */
const ask = async (
  queries: QueryReads,
  text: string,
  second: number,
  lookbackMs: number | null = null,
): Promise<string> => {
  const data = await dataOf(queries, { ...settings, lookbackMs, text, at: T + second * SECOND });
  if (typeof data === 'string') return data;
  return data.resultType === 'vector'
    ? data.result.map(({ value }) => value[1]).join(' ')
    : data.result.flatMap(({ values }) => values.map(([at]) => at - T / SECOND)).join(' ');
};

test('a window is open on its left end and closed on its right, for ranges and for looking back', async (t) => {
  const { samples, queries } = setUp(t);
  put(
    samples,
    { __name__: 'm' },
    [0, 15, 30, 45, 60].map((second) => [second, second] as const),
  );
  assert.equal(await ask(queries, 'm[1m]', 60), '15 30 45 60');
  assert.equal(await ask(queries, 'count_over_time(m[1m])', 60), '4');
  assert.equal(await ask(queries, 'count_over_time(m[15s])', 60), '1');
  assert.equal(await ask(queries, 'm', 359), '60');
  assert.equal(await ask(queries, 'm', 360), '');
  assert.equal(await ask(queries, 'm', 70, 10 * SECOND), '');
  assert.equal(await ask(queries, 'm', 70, 10 * SECOND + 1), '60');
  assert.equal(await ask(queries, 'm offset 1m', 60), '0');
  assert.equal(await ask(queries, 'count_over_time(m[1m:15s])', 60.001), '4');
});

test('a series ends at its marker, is not in ranges there, and goes on after it', async (t) => {
  const { samples, queries } = setUp(t);
  put(samples, { __name__: 'm' }, [
    [0, 1],
    [15, 2],
    [30, 'stale'],
    [90, 3],
  ]);
  assert.equal(await ask(queries, 'm', 29), '2');
  assert.equal(await ask(queries, 'm', 30), '');
  assert.equal(await ask(queries, 'm', 89), '');
  assert.equal(await ask(queries, 'm', 90), '3');
  assert.equal(await ask(queries, 'm[2m]', 90), '0 15 90');
  assert.equal(await ask(queries, 'absent(m)', 30), '1');
  const range = { ...settings, text: 'm', from: T, to: T + 90 * SECOND, stepMs: 15 * SECOND };
  const data = await dataOf(queries, range);
  assert.ok(typeof data !== 'string');
  assert.deepEqual(
    data.result.flatMap(({ values }) => values.map(([at, value]) => `${at - T / SECOND} ${value}`)),
    ['0 1', '15 2', '90 3'],
  );
});

test('what is wrong is told by its kind; a query out of time ends', async (t) => {
  const { samples, queries } = setUp(t);
  put(samples, { __name__: 'm', i: '1' }, [[0, 1]]);
  put(samples, { __name__: 'm', i: '2' }, [[0, 1]]);
  assert.equal(await ask(queries, 'sum(', 0), 'bad_data: 1:5: parse error: unclosed left parenthesis');
  assert.match(await ask(queries, 'm * on () m', 0), /^execution: .*many-to-many matching not allowed/s);
  const late = { text: 'm + m', lookbackMs: null, timeoutMs: 0, at: T };
  assert.deepEqual(await queries.query(late, plain, never), {
    ok: false,
    kind: 'timeout',
    message: 'query timed out in expression evaluation',
  });
});

test('names, values and metadata come sorted and once; the page of federation leaves ended series out', async (t) => {
  const { samples, queries } = setUp(t);
  put(samples, { __name__: 'b', z: '1' }, [[0, 1]]);
  put(samples, { __name__: 'a', z: '2', y: '3' }, [[0, 2]]);
  put(samples, { __name__: 'gone' }, [
    [0, 2],
    [1, 'stale'],
  ]);
  const all = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const;
  assert.deepEqual(await queries.labelNames([], ...all), ['__name__', 'y', 'z']);
  assert.deepEqual(await queries.labelValues('z', [], ...all), ['1', '2']);
  assert.deepEqual(await queries.labelValues('z', [[{ name: 'y', op: '=', value: '3' }]], ...all), ['2']);
  assert.deepEqual(
    queries.metadata('').map(({ metric, help }) => `${metric} ${help}`),
    ['a one', 'b ', 'a two'],
  );
  assert.deepEqual(queries.metadata('b').length, 1);
  assert.equal(
    await queries.federate([[{ name: '__name__', op: '=~', value: '.+' }]], T + 2 * SECOND),
    `# TYPE a untyped\na{y="3",z="2",instance="",site="s"} 2 ${T}\n# TYPE b untyped\nb{z="1",instance="",site="s"} 1 ${T}\n`,
  );
});

test('while a heavy query runs, a light one is answered and rules are evaluated; cancelled, it ends', async (t) => {
  const { samples, queries, slices } = setUp(t);
  for (let i = 0; i < 100; i += 1) put(samples, { __name__: 'm', i: String(i) }, [[0, i]]);
  const client = new AbortController();
  const heavy = {
    text: 'sum(sort(m + m)) + sum(sort(m + m))',
    lookbackMs: null,
    timeoutMs: 1e9,
    from: T,
    to: T + 200 * SECOND,
    stepMs: SECOND,
  };
  const order: string[] = [];
  const asked = queries.query(heavy, plain, client.signal).then((answer) => {
    order.push('heavy');
    return answer;
  });
  for (let i = 0; i < 3; i += 1) {
    assert.equal(await ask(queries, 'm{i="7"}', 1), '7');
    order.push('light');
    await slices.run('rules', selectionOf(samples));
    order.push('rules');
  }
  assert.deepEqual(order, ['light', 'rules', 'light', 'rules', 'light', 'rules']);
  client.abort();
  assert.deepEqual(await asked, {
    ok: false,
    kind: 'canceled',
    message: 'query was canceled in expression evaluation',
  });
  const whole = await queries.query(heavy, plain, never);
  assert.ok(whole.ok);
});

const selectionOf = (samples: Samples) =>
  samples.selection.labelSets([], Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

test('what a query cost is told as Prometheus tells it, of every step when all is asked for', async (t) => {
  const { samples, queries } = setUp(t);
  for (const i of ['1', '2'])
    put(
      samples,
      { __name__: 'm', i },
      [0, 10, 20, 30].map((second) => [second, second] as const),
    );
  const asked = { ...settings, text: 'sum(rate(m[20s]))', from: T, to: T + 30 * SECOND, stepMs: 10 * SECOND };
  const statsOf = async (stats: Shown['stats'], query: Asked = asked) => {
    const data = await dataOf(queries, query, { limit: 0, stats });
    assert.ok(typeof data !== 'string');
    return data.stats;
  };
  assert.equal(await statsOf('none'), undefined);
  const all = await statsOf('steps');
  assert.deepEqual(Object.keys(all?.timings ?? {}), [
    'evalTotalTime',
    'resultSortTime',
    'queryPreparationTime',
    'innerEvalTime',
    'execQueueTime',
    'execTotalTime',
  ]);
  assert.ok(Object.values(all?.timings ?? {}).every((seconds) => seconds > 0));
  const perStep = [2, 4, 4, 4].map((count, i) => [T / SECOND + i * 10, count]);
  assert.deepEqual(all?.samples, {
    totalQueryableSamplesPerStep: perStep,
    totalQueryableSamples: 14,
    peakSamples: 14,
  });
  const inner = { ...settings, text: 'max_over_time(m[20s:10s])', at: T + 20 * SECOND };
  assert.deepEqual((await statsOf('totals', inner))?.samples, {
    totalQueryableSamples: 4,
    peakSamples: 18,
  });
});
