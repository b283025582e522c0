import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import type { Labels } from '#lib/model/labels.ts';
import type { SeriesPoints } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';

import { arraySamples } from './contract.ts';
import { formatValue } from './format-value.ts';
import { keyOf } from './label-set.ts';
import { evalInstant, evalRange, parsePromql } from './promql.ts';
import type { QueryResult } from './value.ts';

/** Windows of Prometheus 2 hold both ends; the sums and the zero clamp of its rates differ from 3's, so no query here depends on them. */
const versionOf = (command: string): number => {
  const found = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return Number(/version (\d+)\./.exec(`${found.stdout}${found.stderr}`)?.[1] ?? 0);
};
const version = Math.min(versionOf('prometheus'), versionOf('promtool'));

const START: Ms = 1_700_000_000_000;
const STEP: Ms = 15_000;

const series: SeriesPoints[] = [];
const add = (labels: Labels, valueAt: (i: number) => number | null): void => {
  const samples = Array.from({ length: 120 }, (_, i) => ({ at: START + i * STEP, value: valueAt(i) }));
  series.push({
    labels,
    samples: samples.flatMap(({ at, value }) => (value === null ? [] : [{ at, value, stale: false }])),
  });
};
for (const instance of ['a', 'b', 'c'])
  for (const code of ['200', '500'])
    add({ __name__: 'req_total', code, instance }, (i) =>
      i % 17 === 3 ? null : 1e6 + ((i * 37) % 500) + (i % 40) * 90,
    );
for (const [n, instance] of ['a', 'b', 'c', 'd'].entries())
  add(
    { __name__: 'mem', instance, zone: n < 2 ? 'x' : 'y' },
    (i) => 50 + Math.round(300 * Math.sin(i / 9 + n)) / 10,
  );
for (const instance of ['a', 'b', 'c']) add({ __name__: 'mem_limit', instance }, () => 100);
for (const [n, le] of ['0.1', '0.5', '1', '+Inf'].entries())
  add({ __name__: 'lat_bucket', le }, (i) => (n + 1) * i);
add({ __name__: 'odd' }, (i) => [1, NaN, Infinity, -Infinity, 0, -0, 1e300, 1e-7][i % 8] ?? 0);

const openMetrics = (): string => {
  const names = [...new Set(series.map(({ labels }) => labels['__name__'] ?? ''))];
  const lines = names.flatMap((name) => [
    `# TYPE ${name} unknown`,
    ...series
      .filter(({ labels }) => labels['__name__'] === name)
      .flatMap(({ labels, samples }) => {
        const inner = Object.entries(labels)
          .filter(([label]) => label !== '__name__')
          .map(([label, value]) => `${label}="${value}"`);
        return samples.map(
          ({ at, value }) => `${name}{${inner.join(',')}} ${formatValue(value)} ${at / 1000}`,
        );
      }),
  ]);
  return [...lines, '# EOF', ''].join('\n');
};

const vectors = [
  'mem',
  'req_total',
  'odd',
  'mem offset 90s',
  'mem @ 1700000500',
  '{__name__=~"mem.*",instance!="b"}',
  ...'rate increase delta irate idelta deriv changes resets min_over_time max_over_time count_over_time last_over_time present_over_time stddev_over_time'
    .split(' ')
    .map((name) => `${name}(req_total[5m])`),
  ...'min_over_time max_over_time changes quantile_over_time'
    .split(' ')
    .map((name) => (name.startsWith('q') ? `${name}(0.3, mem[3m])` : `${name}(odd[3m])`)),
  ...'sum avg min max count group stddev stdvar'
    .split(' ')
    .flatMap((op) => [`${op}(mem)`, `${op} by (zone) (mem)`, `${op} without (instance) (req_total)`]),
  'topk(2, mem)',
  'bottomk by (zone) (1, mem)',
  'quantile(0.7, mem)',
  'count_values("v", mem_limit)',
  ...'+ - * / % ^ == != > < >= <= and or unless'
    .split(' ')
    .flatMap((op) => [
      `mem ${op} on (instance) mem_limit`,
      `req_total ${op} on (instance) ${/[a-z]/.test(op) ? '' : 'group_left (zone)'} mem`,
    ]),
  ...'+ % ^ == > <='.split(' ').flatMap((op) => [`odd ${op} 2`, `2 ${op} odd`]),
  'mem > bool 50',
  '-mem',
  '-2 ^ 2 * mem',
  'mem / mem_limit offset 1m',
  'mem - mem offset 5m * 2',
  'histogram_quantile(0.9, lat_bucket)',
  'histogram_quantile(0.4, sum by (le) (rate(lat_bucket[5m])))',
  'max_over_time(rate(req_total[2m])[10m:1m])',
  'sum_over_time((mem > 50)[5m:30s])',
  'min_over_time(mem[5m:])',
  'label_replace(mem, "z", "$1-$2", "instance", "(a|b)()")',
  'label_join(mem, "j", "-", "zone", "instance")',
  'absent(nothing{a="b"})',
  'absent_over_time(mem[1m])',
  'timestamp(mem)',
  'clamp(mem, 40, 60)',
  'round(mem, 5)',
  'sort(odd)',
  'predict_linear(mem[5m], 600)',
  'day_of_week(mem * 1e7)',
  'vector(time())',
  'scalar(mem_limit{instance="a"}) * mem',
];
const failing = [
  'req_total * on (instance) mem_limit',
  'mem_limit * on (zone) mem',
  'rate(mem)',
  'foo bar',
  'sum by (x y) (mem)',
  'mem{a=}',
  '1 > 2',
  'mem[5m] + 1',
  'label_replace(mem, "instance", "", "", "")',
  'topk(1, mem',
  'foo(mem)',
];

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly result: readonly {
      readonly metric: Labels;
      readonly value?: [number, string];
      readonly values?: [number, string][];
    }[];
  };
}

type Points = ReadonlyMap<string, readonly (readonly [Ms, number])[]>;

const numberOf = (text: string): number =>
  text.endsWith('Inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);

const theirPoints = ({ data }: Answer): Points =>
  new Map(
    data.result.map(({ metric, value, values }) => [
      keyOf(metric),
      (values ?? (value === undefined ? [] : [value])).map(
        ([at, text]) => [Math.round(at * 1000), numberOf(text)] as const,
      ),
    ]),
  );

const ourPoints = ({ value }: QueryResult): Points => {
  if (value.type === 'vector')
    return new Map(value.samples.map((one) => [keyOf(one.labels), [[one.at, one.value] as const]]));
  if (value.type === 'matrix')
    return new Map(
      value.series.map(({ labels, points }) => [
        keyOf(labels),
        Array.from(points, (one) => [one.at, one.value] as const),
      ]),
    );
  return assert.fail(value.type);
};

const near = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

const compare = (ours: Points, theirs: Points, query: string): void => {
  assert.deepEqual([...ours.keys()].sort(), [...theirs.keys()].sort(), query);
  for (const [key, points] of theirs) {
    const mine = ours.get(key) ?? [];
    assert.equal(mine.length, points.length, `${query}: points of ${key}`);
    for (const [i, [at, value]] of points.entries())
      assert.ok(
        mine[i]?.[0] === at && near(mine[i][1], value),
        `${query}: ${key} at ${at}: ${mine[i]?.[1]}, not ${value}`,
      );
  }
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

test(
  'answers are those of an installed Prometheus',
  { skip: version === 0 && 'no prometheus and promtool on the path' },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'promql-'));
    let server: ChildProcess | undefined;
    t.after(async () => {
      if (server?.kill('SIGKILL')) await once(server, 'exit');
      rmSync(folder, { recursive: true, force: true });
    });
    writeFileSync(join(folder, 'samples'), openMetrics());
    writeFileSync(join(folder, 'prometheus.yml'), '{}\n');
    execFileSync(
      'promtool',
      ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'samples'), join(folder, 'data')],
      { stdio: 'ignore' },
    );
    const base = `http://127.0.0.1:${await freePort()}`;
    server = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=${base.slice(7)}`,
      ],
      { stdio: 'ignore' },
    );
    const ready = async (): Promise<boolean> =>
      (await fetch(`${base}/-/ready`).catch(() => null))?.ok ?? false;
    while (!(await ready())) await setTimeout(50);
    const ask = async (path: string, body: Record<string, string>): Promise<Answer> => {
      const response = await fetch(`${base}/api/v1/${path}`, {
        method: 'POST',
        body: new URLSearchParams(body),
      });
      // The server's own envelope, whose shape its documentation fixes.
      const answer: Answer = JSON.parse(await response.text());
      return answer;
    };
    const samples = arraySamples(series);
    const options = { closedWindows: version < 3 };
    const at = START + 1_200_000;
    for (const query of vectors) {
      const expr = parsePromql(query);
      compare(
        ourPoints(evalInstant(expr, samples, at, options)),
        theirPoints(await ask('query', { query, time: `${at / 1000}` })),
        query,
      );
      const range = { query, start: `${(at - 600_000) / 1000}`, end: `${at / 1000}`, step: '45' };
      compare(
        ourPoints(evalRange(expr, samples, at - 600_000, at, 45_000, options)),
        theirPoints(await ask('query_range', range)),
        query,
      );
    }
    for (const query of failing) {
      const theirs = await ask('query', { query, time: `${at / 1000}` });
      const ours = (): string => {
        try {
          evalInstant(parsePromql(query), samples, at, options);
        } catch (error) {
          if (error instanceof Error)
            return 'text' in error ? `invalid parameter "query": ${String(error.text)}` : error.message;
        }
        return 'no error';
      };
      assert.equal(ours(), theirs.error, query);
    }
  },
);
