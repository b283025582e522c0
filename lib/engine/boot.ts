import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import { watchFiles } from '#lib/discovery/watch-files.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';

import { systemClock } from './clock.ts';
import type { Config } from './config/config.ts';
import { problemText } from './config/config.ts';
import { discover } from './config/discover.ts';
import type { Discovered } from './config/discover.ts';
import { loadConfig } from './config/load.ts';
import type { DataOptions } from './data/data.ts';
import { lockFolder } from './folder-lock.ts';
import { createHost } from './host.ts';
import type { HostedThread } from './host.ts';
import { beat, createPulses } from './pulse.ts';
import { createSampleHost, withSample } from './sample-cluster.ts';
import { engineOrNull, setEngine } from './slot.ts';
import type { DataReads, MainEvent, WatchReads } from './slot.ts';
import type { StoreOptions } from './store/store.ts';
import type { WatchOptions } from './watch/watch.ts';
import { startWorker } from './workers.ts';

const STOP_WATCH_MS = 1200;
const STOP_DATA_MS = 900;
const STOP_STORE_MS = 600;
const STOP_ALL_MS = 2900;

const version = '0.1.0';

/** Thrown texts that end the start in one line instead of a stack. */
const fail = (message: string): never => {
  console.error(`quorate: ${message}`);
  process.exit(1);
};

const readConfig = async (file: string | null): Promise<ReturnType<typeof loadConfig>> => {
  if (file === null) return loadConfig('', null);
  try {
    return loadConfig(await readFile(file, 'utf8'), file);
  } catch (cause) {
    return {
      ok: false,
      problems: [
        {
          file,
          line: 1,
          column: 1,
          message: `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
        },
      ],
    };
  }
};

/**
 * Starts the engine: locks the data folder, reads the configuration, starts the threads, and fills the slot that every handler reads.
 * Called once per process by Next's instrumentation hook.
 */
export const boot = async (): Promise<void> => {
  if (engineOrNull() !== null) return;
  const configFile = process.env.QUORATE_CONFIG ?? null;
  const first = await readConfig(configFile);
  if (!first.ok) fail(`the configuration is refused:\n${first.problems.map(problemText).join('\n')}`);
  const named = process.env.QUORATE_DATA ?? (first.ok ? first.config.storage.path : null) ?? 'data';
  const folder = path.resolve(/* turbopackIgnore: true */ named);
  try {
    lockFolder(folder); // held until the process ends
  } catch (cause) {
    fail(cause instanceof Error ? cause.message : String(cause));
  }
  await start(folder, configFile, first);
};

const start = async (
  folder: string,
  configFile: string | null,
  first: ReturnType<typeof loadConfig>,
): Promise<void> => {
  if (!first.ok) return;
  const stopping = new AbortController();
  const pulses = createPulses();
  const pulse = beat(pulses, 'main', stopping.signal);
  const bootId = randomUUID().slice(0, 8);
  let user: Config = first.config;
  let warnings = first.warnings;
  let loadedAt = systemClock.wall();
  let configError: Text | null = null;
  const monitorName = user.self.name ?? hostname();
  let discovered: Discovered = await discover(user);

  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'quorate_main_' });
  const latency = new Histogram({
    name: 'quorate_rpc_seconds',
    help: 'Calls between threads.',
    labelNames: ['thread', 'method'],
    buckets: [0.0005, 0.002, 0.01, 0.05, 0.2, 1, 5],
    registers,
  });
  const restarts = new Counter({
    name: 'quorate_thread_restarts_total',
    help: 'Threads that died and were started again.',
    labelNames: ['thread'],
    registers,
  });
  const loopDelay = new Gauge({
    name: 'quorate_loop_delay_p99_seconds',
    help: 'Delay of the event loop, 99th percentile since the start.',
    labelNames: ['thread'],
    registers,
  });

  const host = createHost({
    pulses,
    onRestart: (name, error) => {
      restarts.inc({ thread: name });
      console.error(`quorate: thread ${name} died and was started again: ${error}`);
      record({
        kind: 'monitor.thread-restarted',
        severity: 'warning',
        node: null,
        title: say('monitor.thread-restarted', { thread: name, error }),
        detail: { thread: name, error },
        actor: null,
      });
      configure();
    },
    onLatency: (thread, method, ms) => latency.observe({ thread, method }, ms / 1000),
  });

  const storeOptions: StoreOptions = { folder };
  const store = await host.start<object, StoreOptions>(
    {
      name: 'store',
      options: storeOptions,
      entry: () => startWorker('store', { name: 'store', pulses, options: storeOptions }),
    },
    (data) => startWorker('store', data),
    ['data'],
  );
  const dataOptions: DataOptions = {
    folder,
    monitor: monitorName,
    boot: bootId,
    config: user,
    found: discovered.scrapes,
  };
  const data: HostedThread<DataReads> = await host.start<DataReads, DataOptions>(
    {
      name: 'data',
      options: dataOptions,
      entry: () => startWorker('data', { name: 'data', pulses, options: dataOptions }),
    },
    (threadData) => startWorker('data', threadData),
    ['store', 'watch'],
  );

  const sample = createSampleHost({
    folder,
    signal: stopping.signal,
    onChange: async () => {
      configure();
    },
    record: (event) => record(event),
  });
  const current = (): Config => {
    const config = sample.config();
    return config === null ? user : withSample(user, config);
  };
  // The sample cluster comes first, so that what it remembers from the run before is not told as removed and added again.
  if (process.env.QUORATE_DEMO === '1')
    await sample
      .start()
      .catch((cause: unknown) =>
        console.error(
          `quorate: the sample cluster did not start: ${cause instanceof Error ? cause.message : String(cause)}`,
        ),
      );

  const watchOptions: WatchOptions = {
    monitor: monitorName,
    boot: bootId,
    config: current(),
    found: discovered.heartbeats,
    pulses,
  };
  const watch: HostedThread<WatchReads> = await host.start<WatchReads, WatchOptions>(
    {
      name: 'watch',
      options: watchOptions,
      entry: () => startWorker('watch', { name: 'watch', pulses, options: watchOptions }),
    },
    (threadData) =>
      startWorker('watch', {
        ...threadData,
        options: {
          ...watchOptions,
          boot: `${bootId}-${randomUUID().slice(0, 4)}`,
          config: current(),
          found: discovered.heartbeats,
        },
      }),
    ['data'],
  );
  const started = true;

  function record(event: MainEvent): void {
    if (!started) return;
    watch
      .remote()
      .record(event)
      .catch(() => undefined); // its restart is told by itself
  }
  function configure(): void {
    if (watchReady())
      watch
        .remote()
        .configure(current(), discovered.heartbeats)
        .catch(() => undefined);
    data
      .remote()
      .configure(current(), discovered.scrapes)
      .catch(() => undefined);
  }
  function watchReady(): boolean {
    try {
      return watch.alive();
    } catch {
      return false; // still being started
    }
  }

  let filesWatched = new AbortController();
  const watchConfig = (): void => {
    filesWatched.abort();
    filesWatched = new AbortController();
    const signal = AbortSignal.any([filesWatched.signal, stopping.signal]);
    if (configFile !== null)
      watchFiles([path.resolve(configFile)], null, () => void reload().catch(() => undefined), signal);
    if (discovered.patterns.length > 0)
      watchFiles(discovered.patterns, discovered.refreshMs, () => void rediscover(), signal);
  };
  const rediscover = async (): Promise<void> => {
    discovered = await discover(user);
    configure();
  };
  let lastText: string | null = null;
  const reload = async (): Promise<void> => {
    const loaded = await readConfig(configFile);
    if (!loaded.ok) {
      const error = loaded.problems.map(problemText).join('\n');
      if (error === lastText) throw new Error(error);
      lastText = error;
      configError = say('config.rejected', { error });
      console.error(`quorate: the configuration is refused, the one before stays in force:\n${error}`);
      record({
        kind: 'config.rejected',
        severity: 'warning',
        node: null,
        title: configError,
        detail: { error: { ...configError } },
        actor: null,
      });
      throw new Error(error);
    }
    lastText = null;
    configError = null;
    user = loaded.config;
    warnings = loaded.warnings;
    loadedAt = systemClock.wall();
    discovered = await discover(user);
    configure();
    watchConfig();
    if (configFile !== null)
      record({
        kind: 'config.loaded',
        severity: 'info',
        node: null,
        title: say('config.loaded', { file: configFile }),
        detail: { file: configFile },
        actor: null,
      });
  };
  watchConfig();
  configure();
  for (const warning of warnings) console.warn(`quorate: ${problemText(warning)}`);

  const threads = [watch, data, store];
  const delays = new Map<string, number>();
  const delayTimer = setInterval(() => {
    for (const thread of threads)
      void thread
        .remote()
        .loopDelayP99Ms()
        .then(
          (ms) => delays.set(thread.name, ms),
          () => undefined,
        );
  }, 2000);
  delayTimer.unref();

  setEngine({
    watch: () => watch.remote(),
    data: () => data.remote(),
    threads: () => [
      { name: 'main', alive: true, restarts: 0, loopDelayP99Ms: pulse.loopDelayP99Ms() },
      ...threads.map((thread) => ({
        name: thread.name,
        alive: thread.alive(),
        restarts: thread.restarts(),
        loopDelayP99Ms: delays.get(thread.name) ?? 0,
      })),
    ],
    config: () => ({
      loadedAt,
      error: configError,
      file: configFile,
      warnings: [...warnings.map(problemText), ...discovered.errors],
      configured:
        user.clusters.length + user.heartbeats.length + user.scrapes.length > 0 || sample.config() !== null,
      externalUrl: user.self.externalUrl,
      allowedOrigins: user.embed.allowedOrigins,
    }),
    reload,
    demo: sample,
    monitorName,
    version,
    metrics: async () => {
      loopDelay.set({ thread: 'main' }, pulse.loopDelayP99Ms() / 1000);
      for (const [thread, ms] of delays) loopDelay.set({ thread }, ms / 1000);
      const parts = await Promise.allSettled([
        registry.metrics(),
        watch.remote().metrics(),
        data.remote().metrics(),
      ]);
      return (
        parts.flatMap((part) => (part.status === 'fulfilled' ? [part.value.trimEnd()] : [])).join('\n') + '\n'
      );
    },
    stopping: stopping.signal,
    ...(process.env.QUORATE_TEST_COMMANDS === '1' ? { stall: stallOf(watch, data) } : {}),
  });

  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    setTimeout(() => process.exit(0), STOP_ALL_MS).unref();
    stopping.abort(); // live streams and the sample cluster end on it
    await watch.stop(STOP_WATCH_MS);
    await data.stop(STOP_DATA_MS);
    await store.stop(STOP_STORE_MS);
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  process.on('SIGHUP', () => void reload().catch(() => undefined));
};

/** Blocks a thread's loop for some time: for tests, under an environment flag only. */
const stallOf =
  (watch: HostedThread<WatchReads>, data: HostedThread<DataReads>) =>
  async (thread: string, ms: number): Promise<void> => {
    type Stall = { stall(ms: number): void };
    const remote = thread === 'data' ? data.remote() : thread === 'watch' ? watch.remote() : null;
    if (remote === null) {
      const end = performance.now() + ms;
      while (performance.now() < end);
      return;
    }
    await (remote as unknown as Stall).stall(ms); // served by runThread under the flag
  };
