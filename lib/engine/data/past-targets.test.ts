import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Registry } from 'prom-client';

import type { Event } from '#lib/events/event.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { EventFilter, StateReader } from '#lib/store/state/state-store.ts';

import { systemClock } from '../clock.ts';
import { configOf, eventually } from '../testdata/monitor.ts';
import { targetsAt } from './past-targets.ts';
import { createSamples } from './samples.ts';
import { createScraping } from './scraping.ts';
import { targetsOf } from './targets.ts';

const a: Labels = { job: 'web', instance: 'a:1' };
const b: Labels = { job: 'web', instance: 'b:1' };

const recorded = () => {
  const samples = createSamples(() => 0);
  const scrape = (at: number, target: Labels, up: number, seconds: number, count: number): void =>
    samples.addBatch({
      at,
      values: [
        { labels: { ...target, __name__: 'up' }, value: up },
        { labels: { ...target, __name__: 'scrape_duration_seconds' }, value: seconds },
        { labels: { ...target, __name__: 'scrape_samples_scraped' }, value: count },
      ],
      gone: [],
    });
  scrape(100_000, a, 1, 0.2, 40);
  scrape(115_020, a, 1, 0.3, 41);
  scrape(110_000, b, 0, 3, 0);
  samples.addBatch({
    at: 120_000,
    values: [{ labels: { __name__: 'up', service: 'mail' }, value: 1 }],
    gone: [{ ...b, __name__: 'up' }],
  });
  return samples;
};

const event = (kind: Event['kind'], at: number, detail: Event['detail']): Event => ({
  id: String(at),
  key: `k${at}`,
  at,
  kind,
  severity: 'warning',
  monitor: 'm',
  actor: null,
  cluster: null,
  node: null,
  title: { code: kind, params: {} },
  detail,
});
const refused = { job: 'web', target: 'b:1', url: 'http://b:1/metrics', error: 'connect ECONNREFUSED' };
const EVENTS = [
  event('scrape.recovered', 500_000, refused),
  event('scrape.failed', 110_000, refused),
  event('scrape.failed', 90_000, { ...refused, error: 'an older failure' }),
];
const reader: Pick<StateReader, 'readEvents'> = {
  readEvents: async ({ to, kinds }: EventFilter) => ({
    events: EVENTS.filter(({ at, kind }) => at <= (to ?? 0) && kinds.includes(kind)),
    next: null,
  }),
};

test('a target stands with its last scrape, its interval and, when it failed, what the log said of it', async () => {
  const [first, second, ...more] = await targetsAt(116_000, recorded(), reader);
  assert.deepEqual(more, []);
  assert.deepEqual(first, {
    labels: a,
    scrapePool: 'web',
    scrapeUrl: null,
    health: 'up',
    firstError: null,
    lastScrapeAt: 115_020,
    lastScrapeDurationMs: 300,
    samples: 41,
    scrapeIntervalMs: 15_000,
  });
  assert.deepEqual(second, {
    labels: b,
    scrapePool: 'web',
    scrapeUrl: 'http://b:1/metrics',
    health: 'down',
    firstError: 'connect ECONNREFUSED',
    lastScrapeAt: 110_000,
    lastScrapeDurationMs: 3000,
    samples: 0,
    scrapeIntervalMs: null,
  });
});

test('a target that had been removed, one that was not there yet, and a metric called `up` are none', async () => {
  const instances = async (at: number) =>
    (await targetsAt(at, recorded(), reader)).map(({ labels }) => labels.instance);
  assert.deepEqual(await instances(121_000), ['a:1'], 'its series had ended');
  assert.deepEqual(await instances(105_000), ['a:1'], 'its first scrape was still to come');
  assert.deepEqual(await instances(99_000), []);
  assert.deepEqual(await instances(500_000), [], 'nothing was scraped for five minutes');
});

test('a target whose labels name another job than its own is found in the log, too', async (t) => {
  const samples = createSamples(() => systemClock.wall());
  const scraping = createScraping({
    clock: systemClock,
    boot: 'b',
    monitor: 'm',
    sinkOf: (target) => samples.sinkOf(target),
    registry: new Registry(),
    bound: 10,
  });
  const config = configOf(
    'scrape_configs: [{ job_name: prom/web, scrape_interval: 100ms, static_configs: [{ targets: ["127.0.0.1:1"], labels: { job: web } }] }]',
  );
  scraping.loop.sync(targetsOf(config, new Map()));
  const stopping = new AbortController();
  const running = scraping.loop.run(stopping.signal);
  t.after(() => stopping.abort());
  await eventually('it fails', () => scraping.targets()[0]?.health === 'down');
  const events = scraping.takeEvents().map((made): Event => ({ ...made, id: made.key }));
  const told = { readEvents: async () => ({ events, next: null }) };
  const [target] = await targetsAt(systemClock.wall(), samples, told);
  assert.equal(target?.scrapeUrl, 'http://127.0.0.1:1/metrics');
  assert.match(target.firstError ?? '', /./);
  stopping.abort();
  await running;
});
