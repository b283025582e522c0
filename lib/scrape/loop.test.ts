import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { OPEN_ACCESS } from '#lib/model/access.ts';
import type { Labels } from '#lib/model/labels.ts';
import { labelsKey } from '#lib/model/labels.ts';

import { createScrapeLoop } from './loop.ts';
import { offsetOf, stampOf, tickAfter } from './schedule.ts';
import type { ScrapeTarget, TargetSink } from './target.ts';

const clock = { wall: () => Date.now(), mono: () => performance.now() };
const LIMITS = { bodyBytes: 1_000_000, samples: 0, labels: 0, labelName: 0, labelValue: 0 };
const targetOf = (url: string, more: Partial<ScrapeTarget> = {}): ScrapeTarget => ({
  job: 'j',
  url,
  labels: { job: 'j', instance: 'i', zone: 'a' },
  discoveredLabels: {},
  intervalMs: 100,
  timeoutMs: 80,
  honorLabels: false,
  compression: true,
  fallbackProtocol: null,
  limits: LIMITS,
  access: OPEN_ACCESS,
  ...more,
});

/** A real server, a real loop, and what a store would have seen. */
const scrape = async (
  listener: RequestListener,
  until: (seen: Seen) => boolean,
  more: Partial<ScrapeTarget> = {},
): Promise<Seen> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/metrics`;
  const seen: Seen = { values: new Map(), failed: 0, good: 0, up: [], gone: [], health: [], error: '' };
  const names: string[] = [];
  const sink: TargetSink = {
    series: (labels: Labels) => {
      const key = labelsKey(labels);
      if (!names.includes(key)) names.push(key);
      return names.indexOf(key);
    },
    good: (_at, refs, values, gone) => {
      seen.good += 1;
      refs.forEach((ref, i) => seen.values.set(names[ref] ?? '', values[i] ?? 0));
      for (const ref of gone) seen.gone.push(names[ref] ?? '');
    },
    failed: () => (seen.failed += 1),
    stamped: () => undefined,
    report: (_at, _refs, values) => seen.up.push(values[0] ?? -1),
    gone: () => undefined,
  };
  const stopping = new AbortController();
  const loop = createScrapeLoop({
    clock,
    identity: 'm',
    sinkOf: () => sink,
    onHealth: (_target, error) => seen.health.push(error),
  });
  loop.sync([targetOf(url, more)]);
  const running = loop.run(stopping.signal);
  for (const end = performance.now() + 10_000; !until(seen) && performance.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 10));
  seen.error = loop.status()[0]?.lastError ?? '';
  stopping.abort();
  await running;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(until(seen), `not seen: ${JSON.stringify({ ...seen, values: [...seen.values] })}`);
  return seen;
};
interface Seen {
  readonly values: Map<string, number>;
  failed: number;
  good: number;
  readonly up: number[];
  readonly gone: string[];
  readonly health: (string | null)[];
  error: string;
}
/** 50 MB in 50 kB. */
const BOMB = gzipSync(Buffer.alloc(50_000_000));
const TEXT = { 'content-type': 'text/plain; version=0.0.4' };

test('a target is scraped with its labels; a clash keeps the target and renames the sample', async () => {
  const seen = await scrape(
    (_request, response) => response.writeHead(200, TEXT).end('a{zone="own",x="1"} 5\n'),
    ({ good }) => good >= 3,
  );
  assert.equal(
    seen.values.get(
      labelsKey({ __name__: 'a', job: 'j', instance: 'i', zone: 'a', exported_zone: 'own', x: '1' }),
    ),
    5,
  );
  assert.ok(seen.up.every((up) => up === 1));
});

test('a gzip body is read, the headers ask as Prometheus does', async () => {
  let asked: Record<string, unknown> = {};
  const seen = await scrape(
    (request, response) => {
      asked = { ...request.headers };
      response.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' }).end(gzipSync('a 1\n'));
    },
    ({ good }) => good >= 1,
  );
  assert.equal(seen.values.size, 1);
  assert.match(String(asked.accept), /text\/plain;version=0\.0\.4/);
  assert.equal(asked['accept-encoding'], 'gzip');
  assert.equal(asked['x-prometheus-scrape-timeout-seconds'], '0.08');
});

test('each kind of failure is one error with what and where, up is 0, and recovery is told once', async () => {
  for (const [listener, error] of [
    [(_request, response) => response.writeHead(503).end('no'), /server returned HTTP status 503/],
    [
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
      /text\/html/,
    ],
    [
      (_request, response) => response.writeHead(200, TEXT).end('a 1\nb one\n'),
      /line 2, column 3: "one" is no number: b one/,
    ],
    [
      (_request, response) => response.writeHead(200, TEXT).end('a 1\n'.repeat(300_000)),
      /larger than 1000000 bytes/,
    ],
    [() => undefined, /no first byte from 127\.0\.0\.1:\d+ after/],
    [
      (_request, response) =>
        void response.writeHead(200, { ...TEXT, 'content-length': '100' }).write('a 1\n'),
      /body stopped at 4 bytes of 100 after/,
    ],
    [
      (_request, response) =>
        response.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' }).end('nonsense'),
      /gzip body of .* is damaged/,
    ],
    [
      (_request, response) => response.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' }).end(BOMB),
      /larger than 1000000 bytes/,
    ],
    [(request) => request.socket.destroy(), /reading from 127\.0\.0\.1/],
  ] as readonly (readonly [RequestListener, RegExp])[]) {
    const seen = await scrape(listener, ({ failed }) => failed >= 2);
    assert.match(seen.error, error);
    assert.ok(seen.up.every((up) => up === 0));
    assert.equal(seen.health.filter((each) => each !== null).length, 1);
  }
});

test('after a failure the next good body goes on, and the series that vanished is named', async () => {
  let count = 0;
  const seen = await scrape(
    (_request, response) => {
      count += 1;
      if (count === 2) response.writeHead(500).end();
      else response.writeHead(200, TEXT).end(count < 4 ? 'a 1\nb 2\n' : 'a 1\n');
    },
    ({ gone }) => gone.length > 0,
  );
  assert.equal(seen.failed, 1);
  assert.ok(seen.gone[0]?.includes('__name__\u0001b'));
  assert.deepEqual(
    seen.health.map((each) => each === null),
    [false, true],
  );
});

test('a target keeps its place in the interval over restarts; a start close to its tick is stamped with the tick', () => {
  const offset = offsetOf('http://a/metrics', 'j', 'm', 15_000);
  assert.equal(offset, offsetOf('http://a/metrics', 'j', 'm', 15_000));
  assert.notEqual(offset, offsetOf('http://a/metrics', 'j', 'other', 15_000));
  const tick = tickAfter(1_000_000, offset, 15_000);
  assert.equal((tick - offset) % 15_000, 0);
  assert.ok(tick >= 1_000_000 && tick < 1_015_000);
  assert.equal(stampOf(tick, tick + 2, 15_000), tick);
  assert.equal(stampOf(tick, tick + 3, 15_000), tick + 3);
});
