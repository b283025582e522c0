import { getHeapStatistics } from 'node:v8';

import type { Clock, Ms } from '#lib/model/time.ts';
import type { EvalOptions } from '#lib/promql/value.ts';
import { tooManySamples, type Sliced } from '#lib/promql/work.ts';

import type { Slices } from './slices.ts';

/** A query that was not answered, in Prometheus's words where it has some. */
export class QueryStopped extends Error {
  readonly kind: 'timeout' | 'canceled' | 'unavailable';
  readonly code = 'unavailable';

  constructor(kind: QueryStopped['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What bounds one query. */
export interface QueryBounds {
  readonly timeoutMs: Ms;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Runs users' queries beside everything else: so many at once, each within its time, all together within the memory. */
export interface QueryRunner {
  /**
   * @param work given the bounds that the evaluation keeps
   * @throws QueryStopped when it waited or took too long, when it was cancelled, or when too many wait
   */
  run<T>(
    bounds: QueryBounds,
    work: (options: Pick<EvalOptions, 'maxSamples' | 'onHeld'>) => Sliced<T>,
  ): Promise<T>;
  status(): { readonly running: number; readonly waiting: number };
}

/** Prometheus's `--query.timeout`, `--query.max-concurrency` and `--query.max-samples`. */
const LONGEST_MS = 120_000;
const MOST_AT_ONCE = 20;
const MOST_SAMPLES = 50_000_000;
const MOST_WAITING = 100;

/** A sample in columns, the room that columns grow into, and what is made of it. */
const SAMPLE_BYTES = 32;
const HEAP_SHARE = 0.5;

/** What fits into the heap beside everything else, over all queries that run. */
const heapSamples = (): number =>
  Math.min(MOST_SAMPLES, Math.floor((getHeapStatistics().heap_size_limit * HEAP_SHARE) / SAMPLE_BYTES));

export const createQueryRunner = (
  clock: Pick<Clock, 'mono'>,
  slices: Slices,
  maxSamples = heapSamples(),
): QueryRunner => {
  const waiting: (() => void)[] = [];
  let running = 0;
  let heldByAll = 0;

  const enter = async ({ timeoutMs, signal }: QueryBounds): Promise<void> => {
    if (running < MOST_AT_ONCE) {
      running += 1;
      return;
    }
    if (waiting.length >= MOST_WAITING)
      throw new QueryStopped('unavailable', `too many queries: ${MOST_AT_ONCE} run and ${MOST_WAITING} wait`);
    await new Promise<void>((resolve, reject) => {
      const settle = (end: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', canceled);
        const place = waiting.indexOf(go);
        if (place >= 0) waiting.splice(place, 1);
        end();
      };
      const stop = (stopped: QueryStopped) => (): void => settle(() => reject(stopped));
      const canceled = stop(new QueryStopped('canceled', 'query was canceled in query queue'));
      const go = (): void => settle(resolve);
      const timer = setTimeout(
        stop(new QueryStopped('timeout', 'query timed out in query queue')),
        timeoutMs,
      );
      signal.addEventListener('abort', canceled, { once: true });
      waiting.push(go);
      if (signal.aborted) canceled();
    });
  };
  /** Whoever waits longest takes the place that is left. */
  const leave = (): void => {
    const next = waiting[0];
    if (next === undefined) running -= 1;
    else next();
  };

  return {
    status: () => ({ running, waiting: waiting.length }),
    run: async ({ timeoutMs, signal }, work) => {
      const bounds = { timeoutMs: Math.min(timeoutMs, LONGEST_MS), signal };
      const began = clock.mono();
      await enter(bounds);
      let held = 0;
      const onHeld = (samples: number): void => {
        held += samples;
        heldByAll += samples;
        if (heldByAll > maxSamples) throw tooManySamples();
      };
      const check = (): void => {
        if (signal.aborted) throw new QueryStopped('canceled', 'query was canceled in expression evaluation');
        if (clock.mono() - began >= bounds.timeoutMs)
          throw new QueryStopped('timeout', 'query timed out in expression evaluation');
      };
      try {
        return await slices.run('query', work({ maxSamples, onHeld }), check);
      } finally {
        heldByAll -= held;
        leave();
      }
    },
  };
};
