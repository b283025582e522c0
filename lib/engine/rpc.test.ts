import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { MessageChannel, Worker } from 'node:worker_threads';

import { link } from './rpc.ts';
import type { Batch } from './rpc.ts';

interface Served {
  /** Promised by the type, served by nobody. */
  missing(): void;
  add(a: number, b: number): number;
  refuse(): void;
  never(): Promise<void>;
  bytes(size: number): Uint8Array;
  untilAborted(name: string, signal: AbortSignal): Promise<string>;
  latest(emit: (value: number) => void): () => void;
  every(emit: (value: Batch<number>) => void): () => void;
}

const pair = (deadlineMs = 2000) => {
  const { port1, port2 } = new MessageChannel();
  let push: (value: number) => void = () => undefined;
  let stopped = 0;
  const served = {
    add: (a: number, b: number) => a + b,
    refuse: () => {
      throw Object.assign(new Error('not today'), { code: 'closed' });
    },
    never: () => new Promise<void>(() => undefined),
    untilAborted: async (name: string, signal: AbortSignal) => {
      if (!signal.aborted) await once(signal, 'abort');
      return `${name} ended`;
    },
    bytes: (size: number) => new Uint8Array(size).fill(7),
    latest: (emit: (value: number) => void) => {
      push = emit;
      return () => (stopped += 1);
    },
    every: (emit: (value: number) => void) => {
      push = emit;
      return () => (stopped += 1);
    },
  };
  link<object>(port2, served, { queued: { every: 5 } });
  const client = link<Served>(port1, {}, { deadlineMs });
  return { client, push: (value: number) => push(value), stopped: () => stopped, close: () => port1.close() };
};

test('a call is answered, an error keeps its code, an unknown method is refused', async () => {
  const { client, close } = pair();
  assert.equal(await client.remote.add(2, 3), 5);
  await assert.rejects(client.remote.refuse(), { message: 'not today', code: 'closed' });
  await assert.rejects(client.remote.missing(), { code: 'no-method' });
  assert.equal((await client.remote.bytes(1_000_000)).length, 1_000_000);
  close();
});

test('a call that is not answered rejects at its deadline', async () => {
  const { client, close } = pair(20);
  await assert.rejects(client.remote.never(), { code: 'deadline' });
  close();
});

test('a call with a signal has no deadline of its own, and its end reaches the method', async () => {
  const { client, close } = pair(20);
  const asking = new AbortController();
  const asked = client.remote.untilAborted('a', asking.signal);
  await assert.rejects(client.remote.never(), { code: 'deadline' }); // the time of a plain call passes meanwhile
  asking.abort();
  assert.equal(await asked, 'a ended');
  assert.equal(await client.remote.untilAborted('b', AbortSignal.abort()), 'b ended');
  close();
});

test('a state subscription has one frame in flight and then delivers only the newest value', async () => {
  const { client, push, close } = pair();
  const seen: number[] = [];
  const arrived = new Promise<void>((resolve) => {
    void client.remote
      .latest((value) => {
        seen.push(value);
        if (value === 99) resolve();
      })
      .then(() => {
        for (let i = 0; i < 100; i++) push(i);
      });
  });
  await arrived;
  assert.deepEqual(seen, [0, 99]);
  close();
});

test('a queued subscription delivers every value in order and counts what its bound refused', async () => {
  const { client, push, close } = pair();
  const batches: Batch<number>[] = [];
  const arrived = new Promise<void>((resolve) => {
    void client.remote
      .every((batch) => {
        batches.push(batch);
        if (batches.length === 2) resolve();
      })
      .then(() => {
        for (let i = 0; i < 8; i++) push(i);
      });
  });
  await arrived;
  assert.deepEqual(batches, [
    { items: [0], lost: 0 },
    { items: [1, 2, 3, 4, 5], lost: 2 },
  ]);
  close();
});

test('ending a subscription stops it at the other end', async () => {
  const { client, stopped, close } = pair();
  const stop = await client.remote.latest(() => undefined);
  stop();
  await client.remote.add(1, 1);
  assert.equal(stopped(), 1);
  close();
});

test('when the other end dies, calls in flight and later ones reject', async () => {
  const worker = new Worker('setInterval(() => {}, 1000)', { eval: true });
  const client = link<Served>(worker, {});
  const pending = client.remote.add(1, 2);
  worker.once('exit', () => client.fail(new Error('the thread died')));
  const exit = once(worker, 'exit');
  await worker.terminate();
  await exit;
  await assert.rejects(pending, { message: 'the thread died' });
  await assert.rejects(client.remote.add(1, 2), { message: 'the thread died' });
});
