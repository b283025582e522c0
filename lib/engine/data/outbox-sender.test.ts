import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';

import type { Receiver } from '#lib/notify/route.ts';
import { createWebhookSender } from '#lib/send/webhook.ts';
import type { Attempt, OutboxRow } from '#lib/store/state/state-store.ts';

import { createOutboxSender } from './outbox-sender.ts';
import { createStateLog } from './state-log.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const sender = createWebhookSender();
after(() => sender.close());

/** An outbox whose messages go to a server that answers those whose key is a status with that, and takes all others. */
const start = async (t: TestContext, onRequest: (clock: { now: number }) => void = () => undefined) => {
  const clock = { now: START, wall: () => clock.now, mono: () => clock.now };
  const asked: string[] = [];
  const attempts: Attempt[] = [];
  const stopping = new AbortController();
  const server = createServer((request, response) => {
    const key = String(request.headers['idempotency-key']);
    asked.push(key);
    onRequest(clock);
    response.writeHead(Number(key) || 200, key === '429' ? { 'retry-after': '60' } : {}).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const hook = {
    url: `http://127.0.0.1:${port}/`,
    sendResolved: true,
    maxAlerts: 0,
    authorization: null,
    timeoutMs: 5000,
  };
  const receiver: Receiver = { id: 'ops', name: 'ops', webhooks: [hook] };
  const log = createStateLog({
    clock,
    boot: 'b',
    monitor: 'm',
    signal: stopping.signal,
    commit: (change) => {
      attempts.push(...(change.attempts ?? []));
      return Promise.resolve();
    },
  });
  const outbox = createOutboxSender({
    clock,
    random: () => 0,
    log,
    sender,
    receivers: () => new Map([['ops', receiver]]),
    signal: stopping.signal,
    onEnd: () => ({}),
    onStored: () => undefined,
  });
  t.after(() => {
    stopping.abort();
    server.close();
    server.closeAllConnections();
  });
  /** One message at most: they share a webhook. */
  const turn = (): Promise<void> => {
    outbox.turn();
    return outbox.idle();
  };
  return { clock, asked, attempts, log, outbox, turn };
};

const row = (key: string, at: number): OutboxRow => ({
  key,
  receiver: 'ops',
  webhook: 0,
  groupId: key,
  payload: '{}',
  alerts: [],
  state: 'waiting',
  attempts: 0,
  nextAt: at,
  createdAt: at,
  settledAt: null,
  lastError: null,
});

test('a group whose messages are refused does not hold up the others of its webhook', async (t) => {
  const { outbox, turn, asked } = await start(t, (clock) => (clock.now += 10_000));
  outbox.add(['500', 'b', 'c'].map((key) => row(key, START)));
  for (let i = 0; i < 4; i += 1) await turn();
  assert.deepEqual(asked, ['500', 'b', 'c', '500']);
});

test('a clock that went back holds up no message, and does not make one be sent without a pause', async (t) => {
  const { clock, log, outbox, turn, asked, attempts } = await start(t);
  await log.apply(() => ({ change: { outbox: [row('x', START)] }, result: undefined }));
  clock.now = START - 3_600_000;
  outbox.add([row('500', START)]);
  await turn();
  await turn();
  assert.deepEqual(asked, ['500'], 'sent at once, then it waits');
  assert.equal(attempts[0]?.nextAt, clock.now + 1000);
  clock.now += 1000;
  await turn();
  assert.deepEqual(asked, ['500', '500']);
});

test('what a receiver refuses is given up at once, what may pass is tried again', async (t) => {
  const { clock, outbox, turn, attempts } = await start(t);
  for (const status of ['400', '404', '302', '429', '503']) {
    outbox.add([row(status, START)]);
    await turn();
  }
  assert.deepEqual(
    attempts.map(({ key, state, nextAt }) => [key, state, nextAt - clock.now]),
    [
      ['400', 'failed', 0],
      ['404', 'failed', 0],
      ['302', 'failed', 0],
      ['429', 'waiting', 60_000],
      ['503', 'waiting', 1000],
    ],
  );
});
