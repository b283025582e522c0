import type { MetricMetadata } from '#lib/exposition/metadata.ts';
import { createWheel } from '#lib/heartbeat/wheel.ts';
import type { Clock, Ms } from '#lib/model/time.ts';

import { createUndiciClient } from './client.ts';
import type { HttpClient, HttpResult, PendingRequest } from './client.ts';
import { offsetOf, stampOf, tickAfter } from './schedule.ts';
import { createTargetIngest } from './target.ts';
import type { ScrapeTarget, TargetIngest, TargetSink } from './target.ts';

export interface ScrapeStatus {
  readonly target: ScrapeTarget;
  readonly lastError: string;
  readonly lastScrapeAt: Ms | null;
  readonly lastScrapeDurationMs: number;
  readonly health: 'up' | 'down' | 'unknown';
}

export interface ScrapeCounters {
  scrapes: number;
  failed: number;
  samples: number;
  /** Ticks at which the scrape before was still running. */
  skipped: number;
  /** Ticks begun more than 100 ms late. */
  late: number;
}

export interface ScrapeLoopOptions {
  readonly clock: Clock;
  /** Spreads the same targets differently over monitors. */
  readonly identity: string;
  readonly sinkOf: (target: ScrapeTarget) => TargetSink;
  /** A target's health changed; `error` is null when it recovered. */
  readonly onHealth: (target: ScrapeTarget, error: string | null) => void;
  readonly clientOf?: (origin: string) => HttpClient;
}

export interface ScrapeLoop {
  /** The targets from now on. One that stays keeps its cache and its connection. */
  sync(targets: readonly ScrapeTarget[]): void;
  status(): ScrapeStatus[];
  /** How many targets there are. */
  size(): number;
  /** What each target's last good scrape says of its metrics, target by target. */
  metadata(): Iterable<readonly MetricMetadata[]>;
  readonly counters: Readonly<ScrapeCounters>;
  run(signal: AbortSignal): Promise<void>;
}

const SLOT_MS = 10;
const LATE_MS = 100;
const DRAIN_MS = 100;

interface Running {
  target: ScrapeTarget;
  readonly url: URL;
  readonly client: HttpClient;
  readonly ingest: TargetIngest;
  readonly offsetMs: Ms;
  nextAt: Ms;
  pending: {
    readonly request: PendingRequest;
    readonly startedMono: Ms;
    readonly stamp: Ms;
    drained: boolean;
  } | null;
  status: Omit<ScrapeStatus, 'target'>;
}

const targetKey = (target: ScrapeTarget): string =>
  `${target.job}\u0000${target.url}\u0000${JSON.stringify(target.labels)}`;

/** Whether a target is asked as before, so that its connection stays. */
const isSameService = (a: ScrapeTarget, b: ScrapeTarget): boolean =>
  a.intervalMs === b.intervalMs && JSON.stringify(a.access) === JSON.stringify(b.access);

/** Scrapes every target at its own instant of its own interval; one wheel serves starts and deadlines of all. */
export const createScrapeLoop = (options: ScrapeLoopOptions): ScrapeLoop => {
  const { clock } = options;
  const wheel = createWheel();
  const running = new Map<string, Running>();
  /** Targets that vanished: their series end after two more intervals, unless they come back. */
  const leaving = new Map<string, { readonly entry: Running; readonly at: Ms }>();
  const counters: ScrapeCounters = { scrapes: 0, failed: 0, samples: 0, skipped: 0, late: 0 };

  const plan = (key: string, entry: Running, afterWall: Ms): void => {
    entry.nextAt = tickAfter(afterWall, entry.offsetMs, entry.target.intervalMs);
    wheel.schedule(clock.mono() + (entry.nextAt - clock.wall()), `s${key}`);
  };

  const finish = (key: string, entry: Running, result: HttpResult): void => {
    const { pending } = entry;
    if (pending === null) return;
    entry.pending = null;
    wheel.cancel(`d${key}`);
    if (running.get(key) !== entry) return;
    const durationMs = clock.mono() - pending.startedMono;
    const { error, samples } = entry.ingest.accept(result, pending.stamp, durationMs / 1000);
    counters.scrapes += 1;
    counters.samples += samples;
    if (error !== null) counters.failed += 1;
    const health = error === null ? 'up' : 'down';
    const before = entry.status;
    entry.status = {
      health,
      lastError: error ?? '',
      lastScrapeAt: pending.stamp,
      lastScrapeDurationMs: durationMs,
    };
    if (before.health !== health && !(before.health === 'unknown' && error === null))
      options.onHealth(entry.target, error);
  };

  const start = (key: string, entry: Running): void => {
    const scheduled = entry.nextAt;
    const now = clock.wall();
    if (now - scheduled > LATE_MS) counters.late += 1;
    plan(key, entry, Math.max(now, scheduled) + 1);
    if (entry.pending !== null) {
      counters.skipped += 1;
      return;
    }
    const startedMono = clock.mono();
    const stamp = stampOf(scheduled, now, entry.target.intervalMs);
    let early: HttpResult | null = null;
    const request = entry.client.get(
      { url: entry.url, headers: entry.ingest.headers, maxBytes: entry.target.limits.bodyBytes },
      (result) => {
        early = result;
        finish(key, entry, result);
      },
    );
    entry.pending = { request, startedMono, stamp, drained: false };
    if (early !== null) finish(key, entry, early);
    else wheel.schedule(startedMono + entry.target.timeoutMs, `d${key}`);
  };

  const deadline = (key: string, entry: Running): void => {
    if (entry.pending === null) return;
    const lateMs = clock.mono() - entry.pending.startedMono - entry.target.timeoutMs;
    if (lateMs > LATE_MS && !entry.pending.drained) {
      // We were the ones asleep: read what has arrived before judging.
      entry.pending.drained = true;
      wheel.schedule(clock.mono() + DRAIN_MS, `d${key}`);
      return;
    }
    entry.pending.request.expire();
  };

  const end = (key: string): void => {
    const gone = leaving.get(key);
    if (gone === undefined) return;
    leaving.delete(key);
    gone.entry.ingest.gone(tickAfter(clock.wall(), gone.entry.offsetMs, gone.entry.target.intervalMs));
  };

  const turn = (): void => {
    for (const due of wheel.due(clock.mono())) {
      const key = due.slice(1);
      const entry = running.get(key);
      if (due.startsWith('g')) end(key);
      else if (entry !== undefined) (due.startsWith('s') ? start : deadline)(key, entry);
    }
  };

  return {
    counters,
    sync: (targets) => {
      const wanted = new Map(targets.map((target) => [targetKey(target), target]));
      for (const [key, entry] of running) {
        if (wanted.has(key)) continue;
        running.delete(key);
        wheel.cancel(`s${key}`);
        wheel.cancel(`d${key}`);
        entry.pending?.request.expire();
        entry.client.close();
        leaving.set(key, { entry, at: clock.wall() });
        wheel.schedule(clock.mono() + entry.target.intervalMs * 2.1, `g${key}`);
      }
      for (const [key, target] of wanted) {
        const kept = running.get(key);
        if (kept !== undefined && isSameService(kept.target, target)) {
          kept.target = target;
          continue;
        }
        wheel.cancel(`g${key}`);
        const back = leaving.get(key)?.entry;
        leaving.delete(key);
        const url = new URL(target.url);
        const entry: Running = {
          target,
          url,
          client:
            options.clientOf?.(url.origin) ??
            createUndiciClient(url.origin, target.access, () => clock.mono()),
          ingest: back?.ingest ?? createTargetIngest(target, options.sinkOf(target)),
          offsetMs: offsetOf(target.url, target.job, options.identity, target.intervalMs),
          nextAt: 0,
          pending: null,
          status: back?.status ?? {
            health: 'unknown',
            lastError: '',
            lastScrapeAt: null,
            lastScrapeDurationMs: 0,
          },
        };
        kept?.client.close();
        running.set(key, entry);
        plan(key, entry, clock.wall());
      }
    },
    size: () => running.size,
    status: () => [...running.values()].map((entry) => ({ target: entry.target, ...entry.status })),
    metadata: () => running.values().map((entry) => entry.ingest.metadata()),
    run: (signal) =>
      new Promise((resolve) => {
        const timer = setInterval(turn, SLOT_MS);
        const stop = (): void => {
          clearInterval(timer);
          for (const entry of running.values()) entry.client.close();
          resolve();
        };
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      }),
  };
};
