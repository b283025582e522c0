import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createQueryRunner, QueryStopped } from './query-runner.ts';
import { createSlices } from './slices.ts';

/** A clock on which every look is a millisecond later. */
const tickingClock = () => {
  let now = 0;
  return { mono: () => (now += 1) };
};
function* steps(count: number, each: () => void = () => undefined) {
  for (let i = 0; i < count; i += 1) {
    each();
    yield;
  }
  return count;
}
const never = new AbortController().signal;
const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('long work lets shorter work and timers pass, and work of rules goes before all queries', async () => {
  const slices = createSlices(tickingClock());
  const order: string[] = [];
  const note = (name: string) => (): void => void order.push(name);
  const long = slices.run('query', steps(500)).then(note('long'));
  const short = slices.run('query', steps(20)).then(note('short'));
  setTimeout(note('timer'), 0);
  await turnOfLoop();
  const rules = slices.run('rules', steps(100)).then(note('rules'));
  await Promise.all([long, short, rules]);
  assert.equal(order.at(-1), 'long');
  assert.ok(order.indexOf('rules') < order.indexOf('short'), order.join());
  assert.ok(order.includes('timer'), order.join());
});

test('rules that never come to their end leave a part of the time to queries', async () => {
  const slices = createSlices(tickingClock());
  let isOver = false;
  function* endless(): Generator<undefined, void> {
    while (!isOver) yield;
  }
  const rules = slices.run('rules', endless());
  assert.equal(await slices.run('query', steps(200)), 200);
  isOver = true;
  await rules;
});

test('one slice holds the thread for a few looks at the clock, however many queries run', async () => {
  const slices = createSlices(tickingClock());
  let since = 0;
  let most = 0;
  const works = Array.from({ length: 20 }, () =>
    slices.run(
      'query',
      steps(50, () => (most = Math.max(most, (since += 1)))),
    ),
  );
  let isDone = false;
  const all = Promise.all(works).then(() => (isDone = true));
  while (!isDone) {
    since = 0;
    await turnOfLoop();
  }
  await all;
  assert.ok(most <= 6, `${most} steps in one turn of the loop`);
});

test('work that fails, or may not go on, ends with the reason and closes what it held', async () => {
  const slices = createSlices(tickingClock());
  let closed = 0;
  function* holding(fails: boolean) {
    try {
      for (let i = 0; ; i += 1) {
        if (fails && i === 3) throw new Error('broken');
        yield;
      }
    } finally {
      closed += 1;
    }
  }
  await assert.rejects(slices.run('query', holding(true)), { message: 'broken' });
  let looks = 0;
  const check = (): void => {
    if ((looks += 1) > 3) throw new Error('enough');
  };
  await assert.rejects(slices.run('query', holding(false), check), { message: 'enough' });
  assert.equal(closed, 2);
});

test('a query is ended by its time, by its client, and by what all hold together', async () => {
  const clock = tickingClock();
  const runner = createQueryRunner(clock, createSlices(clock), 100);
  const stopped = (kind: string, message: string) => (cause: unknown) =>
    cause instanceof QueryStopped && cause.kind === kind && cause.message === message;
  await assert.rejects(
    runner.run({ timeoutMs: 50, signal: never }, () => steps(1e9)),
    stopped('timeout', 'query timed out in expression evaluation'),
  );
  const client = new AbortController();
  const left = runner.run({ timeoutMs: 60_000, signal: client.signal }, () => steps(1e9));
  await turnOfLoop();
  client.abort();
  await assert.rejects(left, stopped('canceled', 'query was canceled in expression evaluation'));
  const holding = (samples: number) =>
    runner.run({ timeoutMs: 60_000, signal: never }, ({ onHeld }) => steps(100, () => onHeld(samples)));
  await assert.rejects(holding(2), {
    message: 'query processing would load too many samples into memory in query execution',
  });
  assert.equal(await holding(1), 100); // what the ones before held is free again
  assert.deepEqual(runner.status(), { running: 0, waiting: 0 });
});

test('twenty queries run at once; the others wait in order, until their time is over or they are cancelled', async () => {
  const clock = tickingClock();
  const runner = createQueryRunner(clock, createSlices(clock));
  const stopping = new AbortController();
  const running = Array.from({ length: 20 }, () =>
    runner.run({ timeoutMs: 1e9, signal: stopping.signal }, () => steps(1e9)).catch(() => 'stopped'),
  );
  const client = new AbortController();
  const cancelled = runner.run({ timeoutMs: 60_000, signal: client.signal }, () => steps(1));
  const order: number[] = [];
  const waiting = Array.from({ length: 98 }, (_, i) =>
    runner.run({ timeoutMs: 60_000, signal: never }, () => steps(1)).then(() => order.push(i)),
  );
  const late = runner.run({ timeoutMs: 1, signal: never }, () => steps(1));
  assert.deepEqual(runner.status(), { running: 20, waiting: 100 });
  await assert.rejects(
    runner.run({ timeoutMs: 60_000, signal: never }, () => steps(1)),
    { kind: 'unavailable', message: 'too many queries: 20 run and 100 wait' },
  );
  client.abort();
  await assert.rejects(cancelled, { kind: 'canceled', message: 'query was canceled in query queue' });
  await assert.rejects(late, { kind: 'timeout', message: 'query timed out in query queue' });
  stopping.abort();
  await Promise.all([...running, ...waiting]);
  assert.deepEqual(
    order,
    Array.from({ length: 98 }, (_, i) => i),
  );
  assert.deepEqual(runner.status(), { running: 0, waiting: 0 });
});
