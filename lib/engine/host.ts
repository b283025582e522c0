import { MessageChannel, Worker } from 'node:worker_threads';

import { link } from './rpc.ts';
import type { Link, Remote } from './rpc.ts';
import type { ThreadName } from './pulse.ts';
import type { ThreadData } from './thread.ts';

type Controls = { stop(): Promise<void>; loopDelayP99Ms(): number };

export interface HostedThread<T> {
  readonly name: ThreadName;
  readonly remote: () => Remote<T & Controls>;
  readonly alive: () => boolean;
  readonly restarts: () => number;
  /** Stops the content, then the thread; resolves when it has ended. */
  stop(deadlineMs: number): Promise<void>;
}

export interface ThreadSpec<Options> {
  readonly name: Exclude<ThreadName, 'main'>;
  readonly options: Options;
}

export interface HostOptions {
  readonly pulses: SharedArrayBuffer;
  /** Called after a thread died and was started again. */
  readonly onRestart: (name: ThreadName, error: string) => void;
  readonly onLatency: (thread: ThreadName, method: string, ms: number) => void;
}

const BACKOFF_MS = 100;
const BACKOFF_CAP_MS = 10_000;
const QUICK_DEATH_MS = 60_000;

/**
 * Starts threads and keeps them: joins every pair by a port, restarts one that dies with back-off and joins it anew.
 * Calls to a dead thread reject. A thread that cannot start the first time rejects `start`.
 */
export const createHost = (host: HostOptions) => {
  const attachers = new Map<ThreadName, (peer: ThreadName, port: MessageChannel['port1']) => void>();
  let stopping = false;

  const join = (a: ThreadName, b: ThreadName): void => {
    const toA = attachers.get(a);
    const toB = attachers.get(b);
    if (toA === undefined || toB === undefined) return;
    const { port1, port2 } = new MessageChannel();
    toA(b, port1);
    toB(a, port2);
  };

  const start = async <T extends object, Options>(
    spec: ThreadSpec<Options>,
    makeWorker: (data: ThreadData<Options>) => Worker,
    peers: readonly ThreadName[],
  ): Promise<HostedThread<T>> => {
    let worker: Worker;
    let joined: Link<T & Controls>;
    let alive = false;
    let restarts = 0;
    let quickDeaths = 0;

    const launch = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const startedAt = performance.now();
        let failure: Error | null = null;
        worker = makeWorker({ name: spec.name, pulses: host.pulses, options: spec.options });
        const mine = worker;
        joined = link<T & Controls>(
          mine,
          {},
          {
            onLatency: (method, ms) => host.onLatency(spec.name, method, ms),
          },
        );
        const current = joined;
        attachers.set(spec.name, (peer, port) => mine.postMessage({ t: 'peer', peer, port }, [port]));
        mine.on('error', (error) => {
          failure = error instanceof Error ? error : new Error(String(error));
        });
        mine.once('exit', () => {
          alive = false;
          attachers.delete(spec.name);
          const reason = failure ?? new Error(`thread ${spec.name} ended`);
          current.fail(
            Object.assign(new Error(`thread ${spec.name} died: ${reason.message}`), { code: 'thread-dead' }),
          );
          reject(reason);
          if (stopping) return;
          quickDeaths = performance.now() - startedAt < QUICK_DEATH_MS ? quickDeaths + 1 : 0;
          const timer = setTimeout(
            () => {
              restarts += 1;
              launch().then(
                () => host.onRestart(spec.name, reason.message),
                () => undefined, // its exit has already planned the next try
              );
            },
            Math.min(BACKOFF_CAP_MS, BACKOFF_MS * 2 ** quickDeaths),
          );
          timer.unref();
        });
        current.remote.loopDelayP99Ms().then(() => {
          alive = true;
          for (const peer of peers) join(spec.name, peer);
          resolve();
        }, reject);
      });

    await launch();
    return {
      name: spec.name,
      remote: () => joined.remote,
      alive: () => alive,
      restarts: () => restarts,
      stop: async (deadlineMs) => {
        stopping = true;
        const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
        if (!alive) return;
        const deadline = setTimeout(() => void worker.terminate(), deadlineMs);
        joined.remote.stop().catch(() => worker.terminate());
        await ended;
        clearTimeout(deadline);
      },
    };
  };

  return { start };
};
