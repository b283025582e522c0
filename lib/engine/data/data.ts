import { statfs } from 'node:fs/promises';
import type { MessagePort } from 'node:worker_threads';

import { Gauge, Histogram, Registry } from 'prom-client';

import type { Event, JsonObject, NewEvent } from '#lib/events/event.ts';
import { emptyWorld, worldFromJson, worldToJson } from '#lib/events/world.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import { createWebhookSender } from '#lib/send/webhook.ts';
import { openStateReader } from '#lib/store/state/sqlite.ts';
import type { StateChange, StateReader } from '#lib/store/state/state-store.ts';

import type { Config, TargetGroup } from '../config/config.ts';
import type { Delivery } from '../outbox.ts';
import type { ThreadName } from '../pulse.ts';
import { link } from '../rpc.ts';
import type { Batch, Link } from '../rpc.ts';
import type { DataReads, DataStatus } from '../slot.ts';
import type { StorePeer } from '../store/store.ts';
import type { ThreadContent } from '../thread.ts';
import type { DataPeer, WatchPeer } from '../watch/peers.ts';
import { createAlerting } from './alerting.ts';
import { createHistory } from './history.ts';
import type { History } from './history.ts';
import { numbersAt } from './past-numbers.ts';
import { targetsAt } from './past-targets.ts';
import { createQueries } from './queries.ts';
import { createQueryRunner } from './query-runner.ts';
import { createRuleMetrics } from './rule-metrics.ts';
import { createSamples } from './samples.ts';
import { createScraping } from './scraping.ts';
import { createSlices } from './slices.ts';
import { createStateLog } from './state-log.ts';
import { targetsOf } from './targets.ts';

export interface DataOptions {
  readonly folder: string;
  readonly monitor: string;
  readonly boot: string;
  readonly config: Config;
  readonly found: readonly (readonly [string, readonly TargetGroup[]])[];
  /** Where this monitor listens, for links in notifications. */
  readonly ownUrl: string;
}

const COMMIT_MS = 1000;
const RETAIN_MS = 3_600_000;
const DISK_MS = 5000;
const QUEUED_EVENTS = 5000;
const FIRST_SERIES_MS = 10_000;

/** The content of thread `data`: scrapes, the sample head, the event log and everything that is read of the past. */
export const createData = (options: DataOptions, clock: Clock, random: () => number): ThreadContent => {
  const samples = createSamples(() => clock.wall());
  const slices = createSlices(clock);
  const runner = createQueryRunner(clock, slices);
  const listeners = new Set<(event: Event) => void>();
  const registry = new Registry();
  const registers = [registry];
  const seriesCount = new Gauge({ name: 'quorate_series', help: 'Series in the head.', registers });
  const queries = new Gauge({
    name: 'quorate_queries',
    help: 'Queries of users, by whether they run or wait.',
    labelNames: ['state'],
    registers,
  });
  const commits = new Histogram({
    name: 'quorate_store_commit_seconds',
    help: 'Commits, as thread data waits for them.',
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers,
  });
  let config = options.config;
  let found = new Map(options.found);
  let store: Link<StorePeer> | null = null;
  let watch: Link<WatchPeer> | null = null;
  let reader: StateReader | null = null;
  let history: History | null = null;
  let ready = false;
  let lastAliveAt: Ms | null = null;
  let diskError: string | null = null;
  let freeBytes = 0;

  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const stop = commits.startTimer();
    try {
      const result = await work;
      diskError = null;
      return result;
    } catch (cause) {
      diskError = cause instanceof Error ? cause.message : String(cause);
      throw cause;
    } finally {
      stop();
    }
  };
  const storeNow = (): Link<StorePeer>['remote'] => {
    if (store === null) throw new Error('the store is not there');
    return store.remote;
  };

  const commitWith = async (write: () => Promise<readonly Event[]>): Promise<void> => {
    if (history === null) throw new Error('the store is still being read');
    const stored = await timed(write());
    const checkpoint = history.applied(stored);
    for (const event of stored) for (const listener of listeners) listener(event);
    if (checkpoint !== null) await storeNow().putCheckpoint(checkpoint);
  };
  const commitEvents = async (events: readonly NewEvent[]): Promise<void> => {
    if (events.length > 0) await commitWith(() => storeNow().appendEvents(events));
  };

  const stopping = new AbortController();
  const seriesCame = Promise.withResolvers<void>();
  const log = createStateLog({
    clock,
    boot: options.boot,
    monitor: options.monitor,
    commit: async (change: StateChange) => {
      // What an alert rests on is on disk before the alert is: else a restart would not see why it fires, end it and begin it anew.
      if (change.alerts !== undefined) await timed(samples.commit(storeNow()));
      await commitWith(() => storeNow().applyChange(change));
      alerting.stored(change);
    },
    signal: stopping.signal,
  });
  const alerting = createAlerting({
    clock,
    random,
    log,
    sender: createWebhookSender(),
    queryable: samples.selection,
    samples,
    slices,
    runner,
    reader: () => readerNow(),
    world: () => history?.world() ?? emptyWorld,
    worldAt: async (at) => worldFromJson(await historyNow().worldAt(at)),
    write: (values, gone, at) => samples.addBatch({ at, values, gone }),
    ownUrl: options.ownUrl,
    config: options.config,
    pause,
  });

  createRuleMetrics(registry, () => (ready ? alerting.reads.rules().groups : []));

  const scraping = createScraping({
    clock,
    boot: options.boot,
    monitor: options.monitor,
    sinkOf: (target) => samples.sinkOf(target),
    registry,
    bound: QUEUED_EVENTS,
  });
  const { loop } = scraping;
  const count = (): void => {
    scraping.count();
    seriesCount.set(samples.seriesCount);
    for (const [state, number] of Object.entries(runner.status())) queries.set({ state }, number);
  };

  const sync = (): void => loop.sync(targetsOf(config, found));

  const restoreWatch = async (): Promise<void> => {
    if (!ready || history === null || reader === null || watch === null) return;
    const pools = await reader.pools();
    await watch.remote
      .restore({ world: worldToJson(history.world()), pools, lastAliveAt })
      .catch(() => undefined);
  };

  const recover = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await storeNow().opened();
        break;
      } catch (cause) {
        diskError = cause instanceof Error ? cause.message : String(cause);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
    if (signal.aborted) return;
    diskError = null;
    reader = openStateReader(options.folder);
    const recovered = createHistory(reader);
    await recovered.recover();
    history = recovered;
    const damaged = samples.open(options.folder);
    if (damaged > 0) diskError = `${damaged} journal rows are damaged and were left out`;
    const lastEvent = (
      await reader.readEvents({ from: null, to: null, kinds: [], cluster: null, node: null }, 1, null)
    ).events[0];
    lastAliveAt = Math.max(samples.lastAt ?? 0, lastEvent?.at ?? 0) || null;
    await alerting.restore(reader, lastAliveAt === null ? 0 : Math.max(0, clock.wall() - lastAliveAt));
    ready = true;
    await restoreWatch();
    sync();
  };

  const commitAll = async (): Promise<void> => {
    const events = scraping.takeEvents();
    try {
      await commitEvents(events);
    } catch {
      scraping.giveBack(events);
    }
    await timed(samples.commit(storeNow()));
    await samples.sealWhenDue(storeNow(), clock.wall());
  };

  const readerNow = (): StateReader => {
    if (reader === null) throw new Error('the store is still being read');
    return reader;
  };
  const historyNow = (): History => {
    if (history === null) throw new Error('the store is still being read');
    return history;
  };

  const reads: DataReads = {
    ...alerting.reads,
    ...createQueries({
      selection: samples.selection,
      slices,
      runner,
      clock,
      assertReady: () => {
        if (!ready) throw Object.assign(new Error('the store is still being read'), { code: 'not-ready' });
      },
      externalLabels: () => config.externalLabels,
      metadata: () => loop.metadata(),
    }),
    status: (): DataStatus => {
      const waiting = samples.waiting();
      return {
        ready,
        waitingFor: ready ? null : { what: 'store', done: history === null ? 0 : 1, total: 2 },
        scrapers: { total: loop.size(), late: loop.counters.late },
        disk: {
          freeBytes,
          behindMs: waiting.sinceMs === null ? 0 : Math.max(0, clock.wall() - waiting.sinceMs),
          error: diskError,
        },
        lastEventId: history?.lastEventId() ?? '0',
      };
    },
    readEvents: ({ limit, cursor, order, ...filter }) => readerNow().readEvents(filter, limit, cursor, order),
    eventDensity: (from, to, steps) => readerNow().eventDensity(from, to, steps),
    eventsAfter: (id, limit) => readerNow().eventsAfter(id, limit),
    worldAt: (at) => historyNow().worldAt(at),
    numbersAt: (at) => numbersAt(samples, at),
    phiHistory: (node: NodeId, from, to) =>
      samples
        .select('quorate_node_suspicion_phi', (labels) => labels.node === node, from, to)
        .flatMap((series) =>
          series.samples.map((sample) => ({ at: sample.at, phi: sample.stale ? null : sample.value })),
        ),
    timeline: (query) => historyNow().timeline(query),
    targets: () => scraping.targets(),
    targetsAt: (at) => targetsAt(at, samples, readerNow()),
    putSetting: (key: string, value: JsonObject) => timed(storeNow().putSetting(key, value)),
    committed: (emit: (batch: Batch<Event>) => void) => {
      const listener = emit as unknown as (event: Event) => void; // the link gathers single values into batches
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    configure: (next, nextFound) => {
      config = next;
      found = new Map(nextFound);
      if (ready) sync();
      void alerting.configure(next).catch(() => undefined); // only when we stop
    },
    metrics: () => {
      count();
      return registry.metrics();
    },
  };

  const peer: DataPeer = {
    ingest: async (delivery: Delivery) => {
      await commitEvents(delivery.events);
      for (const batch of delivery.series) samples.addBatch(batch);
      if (delivery.series.length > 0) seriesCame.resolve();
    },
    putPools: async (pools) => {
      await storeNow().putPools(pools);
    },
  };

  return {
    reads,
    queued: { committed: QUEUED_EVENTS },
    attach: (name: ThreadName, port: MessagePort) => {
      if (name === 'store') {
        store?.fail(new Error('store was restarted'));
        store = link<StorePeer>(port, {}, { deadlineMs: 30_000 });
      } else if (name === 'watch') {
        watch?.fail(new Error('watch was restarted'));
        watch = link<WatchPeer>(port, peer);
        void restoreWatch();
      }
    },
    run: async (signal) => {
      signal.addEventListener('abort', () => stopping.abort(), { once: true });
      const looking = (async () => {
        while (!signal.aborted) {
          const space = await statfs(options.folder).catch(() => null);
          if (space !== null) freeBytes = space.bavail * space.bsize;
          await pause(DISK_MS, signal);
        }
      })();
      await recover(signal);
      const scraped = loop.run(signal);
      // After a restart the series of before may be too old to be seen: rules wait for `watch` to tell them anew.
      const alerted = alerting.run(
        Promise.race([seriesCame.promise, pause(FIRST_SERIES_MS, signal)]),
        signal,
      );
      let retainedAt = 0;
      while (!signal.aborted) {
        await pause(COMMIT_MS, signal);
        await commitAll().catch(() => undefined); // kept, and told by the status
        if (clock.wall() - retainedAt < RETAIN_MS) continue;
        retainedAt = clock.wall();
        await storeNow()
          .retain(clock.wall() - config.storage.retentionMs)
          .catch(() => undefined);
      }
      await Promise.all([scraped, looking, alerted]);
      samples.close();
      await reader?.close();
    },
  };
};

const pause = (ms: Ms, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
