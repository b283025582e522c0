import { createServer } from 'node:http';
import type { Server } from 'node:http';

import { expect, test } from '@playwright/test';

import type { EventsDto, NodesDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

const ROUNDS = Number(process.env.QUORATE_STALLS ?? 1);
const STALL_MS = 10_000;
const NODES = 40;

let product: Product;
const servers: Server[] = [];

test.beforeAll(async () => {
  const targets: string[] = [];
  for (let i = 0; i < NODES; i += 1) {
    const server = createServer((_request, response) => response.end('ok'));
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    targets.push(`127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    servers.push(server);
  }
  product = await startProduct({
    demo: true,
    env: { QUORATE_TEST_COMMANDS: '1' },
    config: `heartbeats:\n  - name: plain\n    interval: 1s\n    pull: { path: / }\n    static_configs:\n      - targets: [${targets.map((target) => `'${target}'`).join(', ')}]\n`,
  });
  await eventually(
    'all fifty are up',
    async () => (await product.get<NodesDto>('/api/nodes?limit=1')).counts.up === NODES + 10,
  );
});
test.afterAll(async () => {
  await product.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const settle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const eventsSince = async (from: string) =>
  (await product.get<EventsDto>(`/api/events?limit=1000&from=${from}`)).events;

/** Stalls, lets everything settle, and looks: the stall is an event, and nobody was called down. */
const provoke = async (stall: () => Promise<void>, kinds: readonly string[], thread: string | null) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const from = new Date().toISOString();
    await stall();
    const told = await eventually(
      'the stall is an event',
      async () =>
        (await eventsSince(from)).find(
          (event) => kinds.includes(event.kind) && (thread === null || event.title.params.thread === thread),
        ),
      20_000,
    );
    expect(Number(told.title.params.stallMs)).toBeGreaterThan(STALL_MS * 0.8);
    await settle(6000);
    const events = await eventsSince(from);
    expect(events.filter((event) => event.kind === 'node.down').map((event) => event.title.text)).toEqual([]);
    const { counts } = await product.get<NodesDto>('/api/nodes?limit=1');
    expect(counts.up).toBe(NODES + 10);
  }
};

test(`a busy loop of 10 s in the main thread, ${ROUNDS} times: no node is down, the stall is an event`, async () => {
  test.setTimeout(ROUNDS * 90_000);
  await provoke(
    async () => void (await fetch(`${product.url}/-/stall?thread=main&ms=${STALL_MS}`, { method: 'POST' })),
    ['monitor.stall'],
    'main',
  );
});

test(`a busy loop of 10 s in data, ${ROUNDS} times: no node is down, the stall is an event`, async () => {
  test.setTimeout(ROUNDS * 90_000);
  await provoke(
    async () => void (await fetch(`${product.url}/-/stall?thread=data&ms=${STALL_MS}`, { method: 'POST' })),
    ['monitor.stall'],
    'data',
  );
});

test(`the whole process stopped for 10 s, ${ROUNDS} times: no node is down, the suspension is an event`, async () => {
  test.setTimeout(ROUNDS * 90_000);
  await provoke(
    async () => {
      product.process.kill('SIGSTOP');
      await settle(STALL_MS);
      product.process.kill('SIGCONT');
    },
    ['monitor.suspended'],
    null,
  );
});
