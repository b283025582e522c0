import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';

import type { StateReader } from '#lib/store/state/state-store.ts';

import { configOf, eventually, freshFolder, start, START } from '../testdata/monitor.ts';

interface Received {
  readonly key: string;
  readonly body: {
    status: string;
    groupKey: string;
    alerts: { status: string; labels: Record<string, string> }[];
  };
}
const receiver = async (answer: () => number = () => 200) => {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const status = answer();
      if (status === 200)
        received.push({
          key: String(request.headers['idempotency-key']),
          body: JSON.parse(text) as Received['body'],
        });
      response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/hook`, received, close: () => server.close() };
};

const eventKinds = async (reader: StateReader): Promise<string[]> =>
  (await reader.eventsAfter('0', 1000)).map((event) => event.kind);

const notifyOf = (url: string, more = ''): string =>
  `notify:\n  route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 5s${more} }\n  receivers: [{ name: hook, webhook_configs: [{ url: "${url}" }] }]\n`;

test('a node that is down fires within one interval, the receiver is told, and told again when it is resolved', async () => {
  const hook = await receiver();
  const monitor = await start(freshFolder(), configOf(notifyOf(hook.url)));
  monitor.down('kv-1', 1);
  await monitor.advance(5000);
  await eventually('fires', () => monitor.states().includes('NodeDown firing'));
  await eventually('told', () => hook.received.length === 1);
  const [first] = hook.received;
  assert.equal(first?.body.status, 'firing');
  assert.equal(first?.body.groupKey, '{}:{alertname="NodeDown"}');
  assert.deepEqual(first?.body.alerts[0]?.labels, {
    alertname: 'NodeDown',
    node: 'kv-1',
    severity: 'critical',
    state: 'down',
  });
  assert.equal(
    monitor.samples.select('ALERTS', (labels) => labels.alertstate === 'firing', 0, Infinity).length,
    1,
    'the alert is a series, too',
  );
  monitor.down('kv-1', 0);
  await monitor.advance(10_500);
  await eventually('resolved', () => monitor.states().length === 0);
  await eventually('told of the end', () => hook.received.length === 2);
  assert.equal(hook.received[1]?.body.status, 'resolved');
  assert.notEqual(hook.received[1]?.key, first?.key);
  await eventually(
    'every attempt is in the log',
    async () =>
      (await eventKinds(monitor.reader)).join(' ') ===
      'alert.firing notification.sent alert.resolved notification.sent',
  );
  assert.deepEqual(await monitor.reader.alerts(), [], 'nothing is left to remember');
  await monitor.stop();
  hook.close();
});

test('an alert that fires anew is not said to be told already', async () => {
  const hook = await receiver();
  const text = notifyOf(hook.url).replace('group_wait: 0s', 'group_wait: 20s');
  const monitor = await start(freshFolder(), configOf(text));
  const told = async () => (await monitor.alerting.reads.alertsNow(monitor.clock.now))[0]?.notification;
  monitor.down('kv-1', 1);
  await monitor.advance(26_000);
  await eventually('told', async () => (await told())?.state === 'sent');
  monitor.down('kv-1', 0);
  await monitor.advance(11_000);
  await eventually('told of the end', () => hook.received.length === 2);
  monitor.down('kv-1', 1);
  await monitor.advance(5000);
  await eventually('fires anew', () => monitor.states().includes('NodeDown firing'));
  assert.deepEqual(await told(), { state: 'waiting', receiver: 'hook', at: null, error: null });
  await monitor.stop();
  hook.close();
});

test('an alert that is pending anew is remembered, also once the end of its last time is told', async (t) => {
  const hook = await receiver();
  t.after(hook.close);
  const text = notifyOf(hook.url).replace('group_interval: 5s', 'group_interval: 60s');
  const monitor = await start(freshFolder(), configOf(text));
  const draft = {
    group: 'own',
    kind: 'alert',
    name: 'Slow',
    expr: 'slow > 2',
    forMs: 600_000,
    keepFiringForMs: 0,
    labels: {},
    annotations: {},
    enabled: true,
  } as const;
  const edit = { id: null, change: 'created', draft: { ...draft, forMs: 0 }, expected: null } as const;
  const [id = ''] = await monitor.alerting.reads.editRules([{ ...edit, actor: 'local' }]);
  monitor.sample('slow', 3);
  await monitor.advance(61_000);
  await eventually('told', () => hook.received.length === 1);
  await monitor.alerting.reads.editRules([{ id, change: 'edited', draft, expected: null, actor: 'local' }]);
  monitor.sample('slow', 1);
  await eventually('resolved', async () => {
    await monitor.advance(500);
    return !monitor.states().includes('Slow firing');
  });
  monitor.sample('slow', 3);
  await eventually('told of the end', async () => {
    await monitor.advance(500);
    return hook.received.length === 2;
  });
  await eventually('pending', async () => {
    await monitor.advance(500);
    return monitor.states().includes('Slow pending');
  });
  const stored = async () => (await monitor.reader.alerts()).map(({ state }) => state);
  assert.equal(hook.received[1]?.body.status, 'resolved');
  await eventually(
    'sent',
    async () =>
      (await eventKinds(monitor.reader)).filter((kind) => kind === 'notification.sent').length === 2,
  );
  assert.deepEqual(await stored(), ['pending']);
  await monitor.stop();
});

test('a restart keeps since when an alert is pending, and what the receiver knows', async () => {
  const hook = await receiver();
  const folder = freshFolder();
  const config = configOf(notifyOf(hook.url));
  const first = await start(folder, config);
  await first.alerting.reads.editRules([
    {
      id: null,
      change: 'created',
      draft: {
        group: 'own',
        kind: 'alert',
        name: 'Slow',
        expr: 'slow > 2',
        forMs: 30_000,
        keepFiringForMs: 0,
        labels: {},
        annotations: {},
        enabled: true,
      },
      expected: null,
      actor: 'local',
    },
  ]);
  const slow = (monitor: typeof first): void =>
    monitor.samples.addBatch({
      at: monitor.clock.now,
      values: [{ labels: { __name__: 'slow' }, value: 3 }],
      gone: [],
    });
  slow(first);
  await first.advance(10_000);
  await eventually('pending', () => first.states().includes('Slow pending'));
  const since = [...first.world().alerts.values()][0]?.since;
  await first.stop();

  const second = await start(folder, config, START + 15_000);
  slow(second);
  await second.advance(20_500);
  await eventually('fires', () => second.states().includes('Slow firing'));
  const fired = [...second.world().alerts.values()][0];
  assert.equal(fired?.since, since);
  assert.equal((fired?.firedAt ?? 0) - (since ?? 0), 30_000, '`for` was not begun anew');
  await eventually('told', () => hook.received.length === 1);
  await second.stop();

  const third = await start(folder, config, START + 40_000);
  slow(third);
  await third.advance(30_000);
  assert.equal(hook.received.length, 1, 'what was told is not told again');
  await third.stop();
  hook.close();
});

test('a receiver that is away is tried again with the same key, and what waits outlives a restart', async () => {
  let status = 503;
  const keys = new Set<string>();
  const hook = await receiver(() => status);
  const folder = freshFolder();
  const config = configOf(notifyOf(hook.url));
  const first = await start(folder, config);
  first.down('kv-1', 1);
  await first.advance(5000);
  await eventually('it failed', async () => (await eventKinds(first.reader)).includes('notification.failed'));
  for (const row of await first.reader.outbox('waiting', 10)) keys.add(row.key);
  const [channel] = first.alerting.reads.channels();
  assert.equal(channel?.last?.error, 'answered 503', 'the channel says so while it is tried again');
  assert.notEqual(channel?.last?.at, null);
  assert.equal(keys.size, 1);
  await first.stop();
  status = 200;
  const second = await start(folder, config, START + 10_000);
  second.down('kv-1', 1);
  await second.advance(5000);
  await eventually('told', () => hook.received.length === 1);
  assert.ok(keys.has(hook.received[0]?.key ?? ''));
  await second.stop();
  hook.close();
});

test('a receiver that refuses a message is told again at the next group interval, and what was given up is in the log', async () => {
  let status = 404;
  const hook = await receiver(() => status);
  const folder = freshFolder();
  const config = configOf(notifyOf(hook.url));
  const first = await start(folder, config);
  first.down('kv-1', 1);
  await first.advance(5000);
  const failures = async (monitor: typeof first) =>
    (await monitor.reader.eventsAfter('0', 1000)).filter(({ kind }) => kind === 'notification.failed');
  await eventually('it was refused', async () => (await failures(first)).length === 1);
  assert.equal((await failures(first))[0]?.title.code, 'notification.given-up');
  assert.deepEqual(await first.reader.outbox('waiting', 10), []);
  const [channel] = first.alerting.reads.channels();
  assert.deepEqual([channel?.last?.state, channel?.last?.error], ['failed', 'answered 404']);
  await first.stop();

  status = 200;
  const second = await start(folder, config, START + 10_000);
  second.down('kv-1', 1);
  await second.advance(6000);
  await eventually('told', () => hook.received.length === 1);
  assert.equal(hook.received[0]?.body.status, 'firing');

  status = 404;
  second.down('kv-1', 0);
  await second.advance(11_000);
  await eventually('the end was refused', async () => (await failures(second)).length > 1);
  status = 200;
  await second.advance(6000);
  await eventually('told of the end', () => hook.received.length === 2);
  assert.equal(hook.received[1]?.body.status, 'resolved');
  await eventually('nothing is left to remember', async () => (await second.reader.alerts()).length === 0);
  await second.stop();
  hook.close();
});

test('a bad rule file is told and the other counts; a rule that goes ends its alerts', async () => {
  const folder = freshFolder();
  const rulesFile = path.join(folder, 'a.rules.yml');
  writeFileSync(
    rulesFile,
    'groups:\n  - name: g\n    interval: 1s\n    rules:\n      - { alert: A, expr: one == 1 }\n',
  );
  writeFileSync(
    path.join(folder, 'b.rules.yml'),
    'groups:\n  - name: g\n    rules:\n      - { alert: B, expr: "one ==" }\n',
  );
  const text = 'rule_files: ["*.rules.yml"]\n';
  const config = configOf(text, path.join(folder, 'quorate.yml'));
  const monitor = await start(folder, config);
  const { groups, problems } = monitor.alerting.reads.rules();
  assert.deepEqual(
    groups.map((group) => [group.source, group.name]),
    [
      ['ready', 'quorate'],
      ['file', 'g'],
    ],
  );
  assert.match(problems[0] ?? '', /b\.rules\.yml:4:\d+: could not parse expression/);
  monitor.samples.addBatch({ at: START, values: [{ labels: { __name__: 'one' }, value: 1 }], gone: [] });
  await monitor.advance(2000);
  await eventually('fires', () => monitor.states().includes('A firing'));
  const rule = groups[1]?.rules[0]?.rule;
  await assert.rejects(
    monitor.alerting.reads.editRules([
      { id: rule?.id ?? '', change: 'edited', draft: rule ?? assert.fail(), expected: 1, actor: null },
    ]),
    /stands in .*a\.rules\.yml/,
  );
  writeFileSync(rulesFile, 'groups: []\n');
  await monitor.alerting.configure(config);
  assert.deepEqual(monitor.states(), []);
  await monitor.stop();
});

test('two who edit the same version: the second is told, nothing is lost', async () => {
  const monitor = await start(freshFolder(), configOf(''));
  const { editRules } = monitor.alerting.reads;
  const draft = {
    group: 'g',
    kind: 'alert' as const,
    name: 'A',
    expr: 'up == 0',
    forMs: 0,
    keepFiringForMs: 0,
    labels: {},
    annotations: {},
    enabled: true,
  };
  const [id = ''] = await editRules([{ id: null, change: 'created', draft, expected: null, actor: 'local' }]);
  const edit = (expr: string) =>
    editRules([{ id, change: 'edited', draft: { ...draft, expr }, expected: 1, actor: 'local' }]);
  const outcomes = await Promise.allSettled([edit('up == 1'), edit('up == 2')]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['fulfilled', 'rejected'],
  );
  assert.equal(outcomes[1]?.status === 'rejected' && outcomes[1].reason.code, 'version-mismatch');
  assert.deepEqual(
    (await monitor.alerting.reads.ruleVersions(id)).map(({ version, draft: { expr } }) => [version, expr]),
    [
      [2, 'up == 1'],
      [1, 'up == 0'],
    ],
  );
  await monitor.stop();
});
