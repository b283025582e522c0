import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';

import type { NewEvent } from '#lib/events/event.ts';
import { say } from '#lib/model/text.ts';
import type { Clock } from '#lib/model/time.ts';
import { createScrapeLoop } from '#lib/scrape/loop.ts';
import type { ScrapeLoopOptions, ScrapeLoop } from '#lib/scrape/loop.ts';
import type { ScrapeTarget } from '#lib/scrape/target.ts';

import type { ScrapeTargetStatus } from '../slot.ts';

/** The scrapes of this monitor: their loop, what is told of targets that fail, and how it goes. */
export interface Scraping {
  readonly loop: ScrapeLoop;
  targets(): ScrapeTargetStatus[];
  /** Events since this was called last; those that could not be stored are given back. */
  takeEvents(): readonly NewEvent[];
  giveBack(events: readonly NewEvent[]): void;
  /** Brings the own metrics up to date. */
  count(): void;
}

export interface ScrapingOptions {
  readonly clock: Clock;
  readonly boot: string;
  readonly monitor: string;
  readonly sinkOf: ScrapeLoopOptions['sinkOf'];
  readonly registry: Registry;
  /** How many events are held while they cannot be stored. */
  readonly bound: number;
}

const createCounts = (registry: Registry, loop: ScrapeLoop): (() => void) => {
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] });
  const scrapes = counter('quorate_scrapes_total', 'Scrapes.');
  const failures = counter('quorate_scrapes_failed_total', 'Scrapes that failed.');
  const samples = counter('quorate_samples_scraped_total', 'Samples of good scrapes.');
  const skipped = counter('quorate_scrape_skipped_total', 'Scrapes left out since the one before still ran.');
  const late = counter('quorate_scrape_late_total', 'Scrapes begun more than 100 ms late.');
  const counted = { scrapes: 0, failed: 0, samples: 0, skipped: 0, late: 0 };
  return () => {
    const now = loop.counters;
    scrapes.inc(now.scrapes - counted.scrapes);
    failures.inc(now.failed - counted.failed);
    samples.inc(now.samples - counted.samples);
    skipped.inc(now.skipped - counted.skipped);
    late.inc(now.late - counted.late);
    Object.assign(counted, now);
  };
};

const healthEvent = (
  target: ScrapeTarget,
  error: string | null,
): Pick<NewEvent, 'kind' | 'severity' | 'cluster' | 'node' | 'title' | 'detail'> => {
  const name = target.labels.node ?? target.labels.instance ?? target.url;
  const title =
    error === null
      ? say('scrape.recovered', { target: name })
      : say('scrape.failed', { target: name, error });
  return {
    kind: error === null ? 'scrape.recovered' : 'scrape.failed',
    severity: error === null ? 'info' : 'warning',
    cluster: null,
    node: target.labels.node ?? null,
    title,
    // The job as its series call it, by which it is found again.
    detail: { ...title.params, url: target.url, job: target.labels.job ?? target.job },
  };
};

export const createScraping = (options: ScrapingOptions): Scraping => {
  const { clock, boot, monitor, sinkOf, registry, bound } = options;
  let events: NewEvent[] = [];
  let made = 0;
  const loop = createScrapeLoop({
    clock,
    identity: monitor,
    sinkOf,
    onHealth: (target, error) =>
      void events.push({
        ...healthEvent(target, error),
        key: `${boot}-d${(made += 1)}`,
        at: clock.wall(),
        monitor,
        actor: null,
      }),
  });
  return {
    loop,
    targets: () =>
      loop.status().map(({ target, lastError, lastScrapeAt, lastScrapeDurationMs, health }) => ({
        discoveredLabels: { ...target.discoveredLabels },
        labels: { ...target.labels },
        scrapePool: target.job,
        scrapeUrl: target.url,
        globalUrl: target.url,
        scrapeIntervalMs: target.intervalMs,
        scrapeTimeoutMs: target.timeoutMs,
        lastError,
        lastScrapeAt,
        lastScrapeDurationMs,
        health,
      })),
    takeEvents: () => {
      const taken = events;
      events = [];
      return taken;
    },
    giveBack: (taken) => {
      events = [...taken, ...events].slice(-bound);
    },
    count: createCounts(registry, loop),
  };
};
