import { createServer } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import type { AlertsDto } from '#lib/api/schema-alerts.ts';
import type { EventsDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';
import { startReceiver } from './receiver.ts';
import type { ReceivedMessage } from './receiver.ts';

const KILLS = Number(process.env.QUORATE_KILLS ?? 4);

const RULES = `groups:
  - name: durability
    interval: 1s
    rules:
      - { alert: Toggle, expr: toggle == 1, labels: { severity: critical } }
      - { alert: Held, expr: held == 1, for: 1h }
      - { alert: HeldShort, expr: held == 1, for: 20s }
`;

const configOf = (
  target: number,
  hook: string,
): string => `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: toggles
    static_configs: [{ targets: ['127.0.0.1:${target}'] }]
rule_files: ['durability.rules.yml']
notify:
  route: { receiver: hook, group_by: [alertname, round], group_wait: 0s, group_interval: 1s }
  receivers: [{ name: hook, webhook_configs: [{ url: '${hook}' }] }]
`;

/** Exposes gauges that the test sets. */
const startTarget = async () => {
  const toggles = new Map<number, number>();
  const server = createServer((_request, response) => {
    const lines = [...toggles].map(([round, value]) => `toggle{round="${round}"} ${value}`);
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(`${['held 1', ...lines].join('\n')}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    toggles,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const sinceOf = async (product: Product, rule: string): Promise<string | undefined> =>
  (await product.get<AlertsDto>('/api/alerts')).alerts.find((alert) => alert.rule === rule)?.since;

/** Messages about one round and one end of it. */
const about = (received: readonly ReceivedMessage[], round: number, status: string): ReceivedMessage[] =>
  received.filter(({ body }) => body.status === status && body.groupLabels.round === String(round));

test(`kill -9 ${KILLS} times around state changes: no notification is lost, at most one for each kill comes twice and by the same key, for is not begun anew`, async () => {
  test.setTimeout(60_000 + KILLS * 30_000);
  const receiver = await startReceiver();
  const target = await startTarget();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'quorate-notify-'));
  await writeFile(path.join(dataDir, 'durability.rules.yml'), RULES);
  const config = configOf(target.port, receiver.url);

  let product = await startProduct({ dataDir, config });
  const port = Number(new URL(product.url).port);
  const since = await eventually('the held alert is pending', () => sinceOf(product, 'Held'));
  for (let kill = 0; kill < KILLS; kill += 1) {
    // Two ends of each round are killed around: where the alert begins, and where it is resolved.
    const round = Math.floor(kill / 2);
    target.toggles.set(round, kill % 2 === 0 ? 1 : 0);
    if (kill % 4 < 2) await new Promise((resolve) => setTimeout(resolve, Math.random() * 2500));
    else {
      // The worst instant: the receiver has the message, and we do not know it yet.
      receiver.hold(true);
      const before = receiver.received.length;
      await eventually('a message is on its way', () => receiver.received.length > before);
    }
    await product.stop('SIGKILL');
    receiver.hold(false);
    product = await startProduct({ dataDir, config, port });
    const status = kill % 2 === 0 ? 'firing' : 'resolved';
    await eventually(
      `round ${round} is told to be ${status}`,
      () => about(receiver.received, round, status).length > 0,
    );
    expect(await eventually('the held alert is still known', () => sinceOf(product, 'Held'))).toBe(since);
  }
  const fired = await eventually('what was held across the kills fires', async () =>
    (await product.get<AlertsDto>('/api/alerts?state=firing')).alerts.find(
      (alert) => alert.rule === 'HeldShort',
    ),
  );
  expect(fired.since).toBe(since);
  await eventually('every message is settled', async () => {
    const { events } = await product.get<EventsDto>('/api/events?kind=notification.sent&limit=1000');
    const settled = new Set(events.map((event) => event.detail.key));
    return receiver.received.every(({ key }) => settled.has(key));
  });

  const keys = Map.groupBy(receiver.received, (message) => message.key);
  const repeated = receiver.received.length - keys.size;
  console.log(`${KILLS} kills, ${keys.size} notifications, ${repeated} came twice, none was lost`);
  expect(repeated).toBeLessThanOrEqual(KILLS);
  expect(repeated, 'the kills at the worst instant').toBeGreaterThan(0);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const status = kill % 2 === 0 ? 'firing' : 'resolved';
    const messages = about(receiver.received, Math.floor(kill / 2), status);
    expect(new Set(messages.map(({ key }) => key)).size, `one key for one change, kill ${kill}`).toBe(1);
  }
  await product.stop();
  await receiver.stop();
  target.stop();
  await rm(dataDir, { recursive: true, force: true });
});
