import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

import { createHost } from './host.ts';
import { createPulses } from './pulse.ts';

type Echo = { echo(text: string): string; never(): void; die(): void };
const file = path.join(import.meta.dirname, 'testdata/echo-thread.ts');

const start = async () => {
  const pulses = createPulses();
  const restarted: string[] = [];
  const host = createHost({
    pulses,
    onRestart: (_name, error) => restarted.push(error),
    onLatency: () => undefined,
  });
  const thread = await host.start<Echo, object>(
    { name: 'data', options: {} },
    (workerData) => new Worker(file, { workerData }),
    [],
  );
  return { thread, restarted };
};
const until = async (holds: () => boolean): Promise<void> => {
  for (const end = performance.now() + 10_000; !holds();) {
    assert.ok(performance.now() < end, 'not seen within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

test('a thread that dies rejects what was in flight, is started again and answers', async () => {
  const { thread, restarted } = await start();
  assert.equal(await thread.remote().echo('a'), 'a');
  const inFlight = assert.rejects(thread.remote().never(), /thread data died: told to die/);
  await thread.remote().die();
  await inFlight;
  await until(() => restarted.length === 1);
  assert.deepEqual([restarted[0], thread.restarts(), thread.alive()], ['told to die', 1, true]);
  assert.equal(await thread.remote().echo('b'), 'b');
  await thread.stop(1000);
  assert.equal(thread.alive(), false);
});

test('a thread that does not stop in time is ended', async () => {
  const { thread, restarted } = await start();
  await thread.stop(1000);
  assert.equal(thread.alive(), false);
  assert.equal(restarted.length, 0);
});
