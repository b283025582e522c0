import type { Transferable } from 'node:worker_threads';

/** A method of a served object. `never` parameters accept every signature. */
type Method = (...args: never[]) => unknown;
/** What a subscription's callback receives: the newest value, or a batch with the number of values lost to the bound. */
type Callback = (value: never) => void;

/** Values of a queued subscription since the frame before; `lost` counts those beyond the bound. */
export interface Batch<V> {
  readonly items: readonly V[];
  readonly lost: number;
}

/**
 * What a client of `T` sees: every method asynchronous; a method whose last argument is a callback becomes a
 * subscription, its promise resolves to the function that ends it.
 */
export type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? A extends [...infer H, infer L]
      ? L extends Callback
        ? (...args: [...H, L]) => Promise<() => void>
        : (...args: A) => Promise<Awaited<R>>
      : (...args: A) => Promise<Awaited<R>>
    : never;
};

/** The part of a MessagePort, Worker or parentPort that a link needs. */
export interface Port {
  postMessage(value: unknown, transfer?: readonly Transferable[]): void;
  on(event: 'message', listener: (value: unknown) => void): unknown;
}

interface CallMessage {
  readonly t: 'call';
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly subscribe: boolean;
  /** The method's last argument is a signal: `cancel` aborts it. */
  readonly cancellable: boolean;
}
interface WireError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}
type Message =
  | CallMessage
  | { readonly t: 'drop' | 'ack' | 'cancel'; readonly id: number }
  | { readonly t: 'reply'; readonly id: number; readonly value?: unknown; readonly error?: WireError }
  | { readonly t: 'frame'; readonly id: number; readonly value: unknown };

export interface LinkOptions {
  /** How long a call may take before it rejects with code `deadline`. One that hands over a signal is as long as it is, until that is aborted. */
  readonly deadlineMs?: number;
  /** Served methods whose subscriptions queue (every value counts) instead of keeping the newest: method → bound. */
  readonly queued?: Readonly<Record<string, number>>;
  /** Told how long each call took; for our own metrics. */
  readonly onLatency?: (method: string, ms: number) => void;
}

export interface Link<T> {
  readonly remote: Remote<T>;
  /** Rejects everything in flight, and every later call, because the other end died. */
  fail(reason: Error): void;
}

const DEFAULT_DEADLINE_MS = 10_000;

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** Only memory that the value owns whole may leave this thread; a view on a pooled buffer is copied. */
const transfers = (value: unknown): Transferable[] =>
  value instanceof Uint8Array &&
  value.byteLength > 65_536 &&
  value.buffer instanceof ArrayBuffer &&
  value.byteLength === value.buffer.byteLength
    ? [value.buffer]
    : [];

const asWireError = (cause: unknown): WireError => {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
  };
};

/** One subscriber's flow control: one frame in flight; meanwhile the newest value, or a bounded queue, waits. */
const createOutlet = (send: (value: unknown) => void, bound: number | undefined) => {
  let inFlight = false;
  let latest: { readonly value: unknown } | null = null;
  let queue: unknown[] = [];
  let lost = 0;
  const flush = (): void => {
    if (inFlight) return;
    if (bound === undefined) {
      if (latest === null) return;
      const { value } = latest;
      latest = null;
      inFlight = true;
      send(value);
      return;
    }
    if (queue.length === 0 && lost === 0) return;
    const batch: Batch<unknown> = { items: queue, lost };
    queue = [];
    lost = 0;
    inFlight = true;
    send(batch);
  };
  return {
    emit: (value: unknown): void => {
      if (bound === undefined) latest = { value };
      else if (queue.length < bound) queue.push(value);
      else lost += 1;
      flush();
    },
    acknowledged: (): void => {
      inFlight = false;
      flush();
    },
  };
};

/**
 * Joins two threads over a port: answers the other end's calls with the methods of `target` and returns a proxy for
 * the object served over there. A subscription has one frame in flight. Calls carry a deadline, or a signal as their last
 * argument that the method over there gets too, and reject when the other end died.
 */
export const link = <T extends object>(port: Port, target: object, options: LinkOptions = {}): Link<T> => {
  const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
  const methods = new Map(
    Object.entries(target).filter((entry): entry is [string, Method] => typeof entry[1] === 'function'),
  );
  const outlets = new Map<number, { acknowledged(): void; stop: (() => void) | null }>();
  const waiting = new Map<number, { ok(value: unknown): void; no(reason: Error): void }>();
  const inlets = new Map<number, (value: unknown) => void>();
  const answering = new Map<number, AbortController>();
  let nextId = 0;
  let dead: Error | null = null;
  const post = (message: Message, transfer: Transferable[] = []): void => {
    if (dead === null) port.postMessage(message, transfer);
  };

  const signalOf = ({ id, cancellable }: CallMessage): AbortSignal[] => {
    if (!cancellable) return [];
    const stop = new AbortController();
    answering.set(id, stop);
    return [stop.signal];
  };

  const answer = async (call: CallMessage): Promise<void> => {
    try {
      const method = methods.get(call.method);
      if (method === undefined) throw failure('no-method', `no method ${call.method}`);
      if (!call.subscribe) {
        const value: unknown = await method.apply(target, [...call.args, ...signalOf(call)] as never[]);
        post({ t: 'reply', id: call.id, value }, transfers(value));
        return;
      }
      const outlet = createOutlet(
        (value) => post({ t: 'frame', id: call.id, value }),
        options.queued?.[call.method],
      );
      outlets.set(call.id, { acknowledged: outlet.acknowledged, stop: null });
      const stop: unknown = await method.apply(target, [...call.args, outlet.emit] as never[]);
      const entry = outlets.get(call.id);
      if (typeof stop === 'function') {
        if (entry === undefined) stop();
        else entry.stop = () => void stop();
      }
      post({ t: 'reply', id: call.id });
    } catch (cause) {
      outlets.delete(call.id);
      post({ t: 'reply', id: call.id, error: asWireError(cause) });
    } finally {
      answering.delete(call.id);
    }
  };

  port.on('message', (raw) => {
    const message = raw as Message; // both ends run this file
    switch (message.t) {
      case 'call':
        void answer(message);
        break;
      case 'drop':
        outlets.get(message.id)?.stop?.();
        outlets.delete(message.id);
        break;
      case 'cancel':
        answering.get(message.id)?.abort();
        break;
      case 'ack':
        outlets.get(message.id)?.acknowledged();
        break;
      case 'frame':
        try {
          inlets.get(message.id)?.(message.value);
        } finally {
          post({ t: 'ack', id: message.id });
        }
        break;
      case 'reply': {
        const caller = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error === undefined) caller?.ok(message.value);
        else caller?.no(Object.assign(new Error(message.error.message), message.error));
        break;
      }
      default:
        break;
    }
  });

  const call = (method: string, given: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (dead !== null) {
        reject(dead);
        return;
      }
      const id = nextId++;
      const started = performance.now();
      const last = given.at(-1);
      const subscribe = typeof last === 'function';
      if (subscribe) inlets.set(id, (value) => void last(value));
      let timer: NodeJS.Timeout | undefined;
      const limit = (): void => {
        timer = setTimeout(() => {
          waiting.delete(id);
          inlets.delete(id);
          reject(failure('deadline', `${method} was not answered within ${deadlineMs} ms`));
        }, deadlineMs);
        timer.unref();
      };
      const signal = last instanceof AbortSignal ? last : null;
      const cancel = (): void => {
        post({ t: 'cancel', id });
        limit();
      };
      if (signal === null) limit();
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        options.onLatency?.(method, performance.now() - started);
      };
      waiting.set(id, {
        ok: (value) => {
          settle();
          resolve(
            subscribe
              ? () => {
                  inlets.delete(id);
                  post({ t: 'drop', id });
                }
              : value,
          );
        },
        no: (reason) => {
          settle();
          inlets.delete(id);
          reject(reason);
        },
      });
      try {
        const args = subscribe || signal !== null ? given.slice(0, -1) : given;
        post({ t: 'call', id, method, args, subscribe, cancellable: signal !== null });
        if (signal?.aborted === true) cancel();
        else signal?.addEventListener('abort', cancel, { once: true });
      } catch (cause) {
        waiting.get(id)?.no(cause instanceof Error ? cause : new Error(String(cause)));
        waiting.delete(id);
      }
    });

  const remote = new Proxy(
    {},
    {
      get: (_target, method) =>
        method === 'then' || typeof method === 'symbol'
          ? undefined
          : (...args: unknown[]) => call(method, args),
    },
  ) as Remote<T>; // the proxy answers every name; the other end refuses unknown ones

  return {
    remote,
    fail: (reason) => {
      dead = reason;
      for (const caller of waiting.values()) caller.no(reason);
      waiting.clear();
      inlets.clear();
      for (const outlet of outlets.values()) outlet.stop?.();
      outlets.clear();
    },
  };
};
