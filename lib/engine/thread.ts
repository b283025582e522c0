import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

import { beat } from './pulse.ts';
import type { Pulse, ThreadName } from './pulse.ts';
import { link } from './rpc.ts';

/** What `boot` hands to every thread when it starts it. */
export interface ThreadData<Options> {
  readonly name: ThreadName;
  readonly pulses: SharedArrayBuffer;
  readonly options: Options;
}

/** The content of a thread: it knows neither Next nor threads. */
export interface ThreadContent {
  /** Methods that the main thread may call. */
  readonly reads: object;
  /** Reads whose subscriptions count every value: method → bound of the queue. */
  readonly queued?: Readonly<Record<string, number>>;
  /** Joins another thread, anew whenever one of the two was restarted. */
  attach(peer: ThreadName, port: MessagePort): void;
  run(signal: AbortSignal): Promise<void>;
}

interface PeerMessage {
  readonly t: 'peer';
  readonly peer: ThreadName;
  readonly port: MessagePort;
}

const isPeerMessage = (message: unknown): message is PeerMessage =>
  typeof message === 'object' && message !== null && 't' in message && message.t === 'peer';

/** Runs a thread's content until the main thread says `stop`; a failure ends the thread, and `boot` hears of it. */
export const runThread = <Options>(
  create: (options: Options, signal: AbortSignal) => ThreadContent,
): void => {
  const port = parentPort;
  if (port === null) throw new Error('this file is the entry of a worker thread');
  const data = workerData as ThreadData<Options>; // made by boot.ts for this entry
  const stopping = new AbortController();
  const pulse: Pulse = beat(data.pulses, data.name, stopping.signal);
  const content = create(data.options, stopping.signal);
  port.on('message', (message: unknown) => {
    if (isPeerMessage(message)) content.attach(message.peer, message.port);
  });
  const running = content.run(stopping.signal);
  link(
    port,
    {
      ...content.reads,
      loopDelayP99Ms: () => pulse.loopDelayP99Ms(),
      stop: async () => {
        stopping.abort();
        await running;
      },
      ...(process.env.QUORATE_TEST_COMMANDS === '1' ? { stall: busyLoop } : {}),
    },
    content.queued === undefined ? {} : { queued: content.queued },
  );
  running.then(
    () => process.exit(0), // ends this thread alone: the ports to its peers would keep it alive
    (cause: unknown) => {
      queueMicrotask(() => {
        throw cause; // ends the thread with its own error; the main thread restarts it
      });
    },
  );
};

/** Blocks this thread's loop: a test-only command, served only under QUORATE_TEST_COMMANDS=1. */
export const busyLoop = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};
