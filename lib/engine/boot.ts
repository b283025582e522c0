import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';

import { say } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';

import { systemClock } from './clock.ts';
import type { Config } from './config/config.ts';
import { problemText } from './config/config.ts';
import { createConfigKeeper, readConfig } from './config/keeper.ts';
import type { Loaded } from './config/load.ts';
import type { DataOptions } from './data/data.ts';
import { lockFolder } from './folder-lock.ts';
import { createHost } from './host.ts';
import type { HostedThread } from './host.ts';
import { createOwnMetrics } from './own-metrics.ts';
import { beat, createPulses } from './pulse.ts';
import { createSampleHost, withSample } from './sample-cluster.ts';
import { engineOrNull, setEngine } from './slot.ts';
import type { MainEvent } from './main-event.ts';
import type { DataReads, WatchReads } from './slot.ts';
import type { StoreOptions } from './store/store.ts';
import { createTargetCommands } from './targets/commands.ts';
import { followPrometheus } from './targets/follow-prometheus.ts';
import { openWatchedTargets } from './targets/watched-targets.ts';
import { busyLoop } from './thread.ts';
import type { WatchOptions } from './watch/watch.ts';
import { startWorker } from './workers.ts';

const STOP_WATCH_MS = 900;
const STOP_DATA_MS = 800;
const STOP_STORE_MS = 500;
const STOP_ALL_MS = 2500;
const DELAYS_MS = 2000;

const VERSION = '0.1.0';

/** Ends a start that cannot succeed, in words instead of a stack. */
const fail = (message: string): never => {
  console.error(`quorate: ${message}`);
  process.exit(1);
};

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/**
 * Starts the engine: reads the configuration, locks the data folder, starts the threads, and fills the slot that every handler reads.
 * Called once per process by Next's instrumentation hook.
 */
export const boot = async (): Promise<void> => {
  if (engineOrNull() !== null) return;
  // Whoever read our output may be gone; without a listener each line would be an error that is logged as a line.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const file = process.env.QUORATE_CONFIG ?? null;
  const first = await readConfig(file);
  if (!first.ok) return fail(`the configuration is refused:\n${first.problems.map(problemText).join('\n')}`);
  const folder = path.resolve(
    /* turbopackIgnore: true */ process.env.QUORATE_DATA ?? first.config.storage.path ?? 'data',
  );
  try {
    lockFolder(folder); // held until the process ends
  } catch (cause) {
    fail(messageOf(cause));
  }
  for (const warning of first.warnings) console.warn(`quorate: ${problemText(warning)}`);
  await start(folder, file, first);
};

const start = async (
  folder: string,
  file: string | null,
  first: Extract<Loaded, { ok: true }>,
): Promise<void> => {
  const stopping = new AbortController();
  const pulses = createPulses();
  const pulse = beat(pulses, 'main', stopping.signal);
  const bootId = randomUUID().slice(0, 8);
  const monitor = first.config.self.name ?? hostname();
  const metrics = createOwnMetrics();
  let watch: HostedThread<WatchReads> | null = null;
  let data: HostedThread<DataReads> | null = null;

  const record = (event: MainEvent): void => {
    watch
      ?.remote()
      .record(event)
      .catch(() => undefined); // its restart is told by itself
  };
  /** Hands the configuration in force to the threads that are there; one that starts later is started with it. */
  const configure = (): void => {
    watch
      ?.remote()
      .configure(current(), keeper.discovered().heartbeats)
      .catch(() => undefined);
    data
      ?.remote()
      .configure(current(), keeper.discovered().scrapes)
      .catch(() => undefined);
  };
  const keeper = await createConfigKeeper({
    file,
    first,
    now: systemClock.wall,
    onChange: configure,
    record,
  });
  const sample = createSampleHost({
    folder,
    signal: stopping.signal,
    onChange: async () => configure(),
    record,
  });
  const watched = openWatchedTargets(folder, systemClock.wall);
  /** What the file and the sample cluster say: the names that a target added in the UI must leave alone. */
  const given = (): Config => {
    const config = sample.config();
    return config === null ? keeper.current() : withSample(keeper.current(), config);
  };
  const current = (): Config => watched.beside(given());
  const targets = createTargetCommands({ watched, given, configure, record, now: systemClock.mono });

  const host = createHost({
    pulses,
    onRestart: (name, error) => {
      metrics.restarted(name);
      console.error(`quorate: thread ${name} died and was started again: ${error}`);
      const title = say('monitor.thread-restarted', { thread: name, error });
      record({
        kind: 'monitor.thread-restarted',
        severity: 'warning',
        node: null,
        title,
        detail: { ...title.params },
        actor: null,
      });
      configure();
    },
    onLatency: metrics.called,
  });
  const storeOptions: StoreOptions = { folder };
  const store = await host.start<object, StoreOptions>(
    { name: 'store', options: storeOptions },
    (threadData) => startWorker('store', threadData),
    ['data'],
  );
  // A thread that is started again makes events of its own: their keys must differ from those of its former life.
  const life = (): string => `${bootId}-${randomUUID().slice(0, 4)}`;
  const dataOptions = (): DataOptions => ({
    folder,
    monitor,
    boot: life(),
    config: current(),
    found: keeper.discovered().scrapes,
    ownUrl: `http://${process.env.QUORATE_LISTEN ?? '127.0.0.1:9320'}`,
  });
  data = await host.start<DataReads, DataOptions>(
    { name: 'data', options: dataOptions() },
    (threadData) => startWorker('data', { ...threadData, options: dataOptions() }),
    ['store', 'watch'],
  );
  // The sample cluster comes before `watch`, so that what is remembered of it is not told as removed and added again.
  if (process.env.QUORATE_DEMO === '1')
    await sample
      .start()
      .catch((cause: unknown) =>
        console.error(`quorate: the sample cluster did not start: ${messageOf(cause)}`),
      );
  const watchOptions = (): WatchOptions => ({
    monitor,
    boot: life(),
    config: current(),
    found: keeper.discovered().heartbeats,
    pulses,
  });
  watch = await host.start<WatchReads, WatchOptions>(
    { name: 'watch', options: watchOptions() },
    (threadData) => startWorker('watch', { ...threadData, options: watchOptions() }),
    ['data'],
  );
  const [watching, reading] = [watch, data];
  configure();
  keeper.follow(stopping.signal);
  void followPrometheus({ watched, onChange: configure, now: systemClock.mono, signal: stopping.signal });

  const threads = [watching, reading, store];
  const delays = new Map<string, Ms>();
  const delayTimer = setInterval(() => {
    delays.set('main', pulse.loopDelayP99Ms());
    for (const thread of threads)
      void thread
        .remote()
        .loopDelayP99Ms()
        .then(
          (ms) => delays.set(thread.name, ms),
          () => undefined,
        ); // dead for the moment
  }, DELAYS_MS);
  delayTimer.unref();

  setEngine({
    watch: () => watching.remote(),
    data: () => reading.remote(),
    threads: () => [
      { name: 'main', alive: true, restarts: 0, loopDelayP99Ms: pulse.loopDelayP99Ms() },
      ...threads.map((thread) => ({
        name: thread.name,
        alive: thread.alive(),
        restarts: thread.restarts(),
        loopDelayP99Ms: delays.get(thread.name) ?? 0,
      })),
    ],
    config: () => {
      const { clusters, heartbeats, scrapes, self, embed } = current();
      return {
        ...keeper.status(),
        configured: clusters.length + heartbeats.length + scrapes.length > 0,
        externalUrl: self.externalUrl,
        allowedOrigins: embed.allowedOrigins,
      };
    },
    reload: keeper.reload,
    demo: sample,
    targets,
    monitorName: monitor,
    version: VERSION,
    metrics: async () => {
      const parts = await Promise.allSettled([
        metrics.text(delays),
        watching.remote().metrics(),
        reading.remote().metrics(),
      ]);
      return `${parts.flatMap((part) => (part.status === 'fulfilled' ? [part.value.trimEnd()] : [])).join('\n')}\n`;
    },
    stopping: stopping.signal,
    ...(process.env.QUORATE_TEST_COMMANDS === '1' ? { stall: stallOf(watching, reading) } : {}),
  });

  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    setTimeout(() => process.exit(0), STOP_ALL_MS).unref();
    stopping.abort(); // live streams end on it
    const sampleGone = sample.stop();
    await watching.stop(STOP_WATCH_MS);
    await reading.stop(STOP_DATA_MS);
    await store.stop(STOP_STORE_MS);
    await sampleGone;
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  process.on('SIGHUP', () => void keeper.reload().catch(() => undefined)); // told as an event
};

/** Blocks a thread's loop for some time: for tests, under an environment flag only. */
const stallOf =
  (watch: HostedThread<WatchReads>, data: HostedThread<DataReads>) =>
  async (thread: string, ms: Ms): Promise<void> => {
    type Stall = { stall(ms: Ms): Promise<void> };
    const remote = thread === 'data' ? data.remote() : thread === 'watch' ? watch.remote() : null;
    if (remote === null) busyLoop(ms);
    else await (remote as unknown as Stall).stall(ms); // served by runThread under the flag
  };
