import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { Ms } from '#lib/model/time.ts';

/** Metrics of the main thread and of what it sees of the others. */
export const createOwnMetrics = () => {
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
  return {
    called: (thread: string, method: string, ms: Ms): void => latency.observe({ thread, method }, ms / 1000),
    restarted: (thread: string): void => restarts.inc({ thread }),
    text: (delays: ReadonlyMap<string, Ms>): Promise<string> => {
      for (const [thread, ms] of delays) loopDelay.set({ thread }, ms / 1000);
      return registry.metrics();
    },
  };
};
