import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { configOf, eventually, freshFolder, start } from '../testdata/monitor.ts';

type Monitor = Awaited<ReturnType<typeof start>>;

/** A receiver that answers with the status of the moment. */
const startReceiver = async (t: TestContext, status: () => number): Promise<{ readonly url: string }> => {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(status()).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/hook` };
};

const notifyOf = (url: string): string =>
  `notify:\n  route: { receiver: ops, group_wait: 0s, group_interval: 5s }\n  receivers: [{ name: ops, webhook_configs: [{ url: "${url}" }] }]\n`;

const shown = async ({ alerting }: Monitor, at: number) =>
  (await alerting.reads.channelsAt(at)).map(({ source, draft, waiting, last }) => [
    source,
    draft.name,
    waiting,
    last?.error ?? last?.state ?? null,
  ]);
const namesAt = async (monitor: Monitor, at: number): Promise<string> =>
  (await shown(monitor, at)).map(([, name]) => name).join();
const isKept = ({ reader }: Monitor, count: number): Promise<void> =>
  eventually('what the file says is kept', async () => (await reader.channels()).length === count);

test('the channels of a past instant are those in force then, with their last attempts and what waited', async (t) => {
  let status = 503;
  const hook = await startReceiver(t, () => status);
  const folder = freshFolder();
  const monitor = await start(folder, configOf(notifyOf(hook.url)));
  await isKept(monitor, 1);
  const begun = monitor.clock.now;
  assert.deepEqual(await shown(monitor, begun - 1), []);
  assert.deepEqual(await shown(monitor, begun), [['file', 'ops', 0, null]]);

  monitor.down('kv-1', 1);
  await monitor.advance(5000);
  await eventually(
    'it failed',
    async () => (await shown(monitor, monitor.clock.now))[0]?.[3] === 'answered 503',
  );
  const failing = monitor.clock.now;
  status = 200;
  await eventually('told', async () => {
    await monitor.advance(500); // how long it waits depends on how often it was tried
    return (await shown(monitor, monitor.clock.now))[0]?.[3] === 'sent';
  });
  const told = monitor.clock.now;

  await monitor.alerting.reads.editChannel({
    id: null,
    change: 'created',
    draft: {
      name: 'own',
      kind: 'webhook',
      url: hook.url,
      matchers: [],
      groupBy: [],
      groupWaitMs: 0,
      groupIntervalMs: 5000,
      repeatIntervalMs: 60_000,
      sendResolved: true,
    },
    expected: null,
    actor: 'local',
  });
  await monitor.advance(1000);
  await monitor.alerting.configure(configOf(''));
  const removed = monitor.clock.now;
  assert.equal(await namesAt(monitor, removed + 1000), 'own', 'the file names it no more');
  assert.deepEqual(await shown(monitor, told), [['file', 'ops', 0, 'sent']]);
  assert.deepEqual(await shown(monitor, failing), [['file', 'ops', 1, 'answered 503']]);
  await monitor.stop();

  const again = await start(folder, configOf(notifyOf(hook.url)), removed + 60_000);
  await eventually(
    'the file names it again',
    async () => (await namesAt(again, again.clock.now)) === 'own,ops',
  );
  assert.deepEqual(await shown(again, failing), [['file', 'ops', 1, 'answered 503']]);
  await again.stop();
});
