import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

import fc from 'fast-check';

import { createDispatcher } from '#lib/notify/dispatch.ts';
import type { ToldAlert } from '#lib/notify/dispatch.ts';
import { webhookPayload } from '#lib/notify/payload.ts';
import type { WebhookPayload } from '#lib/notify/payload.ts';
import { routesFor } from '#lib/notify/route.ts';

import type { NotifyConfig } from './config.ts';
import { loadConfig } from './load.ts';

/** The block `notify` held against an installed Alertmanager: which routes an alert takes, and what receivers are told. */

const run = promisify(execFile);
const isMissing = (command: string): boolean => spawnSync(command, ['--version']).error !== undefined;
const folder = mkdtempSync(path.join(tmpdir(), 'quorate-alertmanager-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const notifyOf = (notify: object): NotifyConfig => {
  const loaded = loadConfig(JSON.stringify({ notify }), 'q.yml');
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.config.notify ?? assert.fail();
};

const RECEIVERS = ['r0', 'r1', 'r2', 'r3'];
const name = fc.constantFrom('a', 'b', 'c');
const value = fc.constantFrom('', 'x', 'y', 'xy', 'x y', 'x,y', 'x\ny', 'x"y', 'x\\y', '{x}');
const pattern = fc.constantFrom('x|y', 'x.*', '.+', '', '.*', 'x.y', '[^x]', 'x\\.y', '(?i)XY');
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
const matcher = fc.oneof(
  fc
    .tuple(name, fc.constantFrom('=', '!=', ' = '), value)
    .map(([label, op, text]) => `${label}${op}${quoted(text)}`),
  fc
    .tuple(name, fc.constantFrom('=~', '!~'), pattern)
    .map(([label, op, text]) => `${label}${op}${quoted(text)}`),
  fc
    .tuple(name, fc.constantFrom('=', '=~'), fc.constantFrom('x', 'x y', 'x.', 'x\\.y'))
    .map((parts) => parts.join('')),
  fc.tuple(name, name).map(([one, other]) => `{ ${one}="x", ${other}=~"x|y" ,}`),
);
const groupBy = fc.constantFrom([], ['a'], ['b', 'a'], ['zone'], ['...']);
const { route } = fc.letrec<{ route: object }>((tie) => ({
  route: fc.record(
    {
      receiver: fc.constantFrom(...RECEIVERS),
      matchers: fc.array(matcher, { maxLength: 2 }),
      match: fc.dictionary(name, fc.constantFrom('x', 'y'), { maxKeys: 1 }),
      match_re: fc.dictionary(name, fc.constantFrom('x|y', 'x.*'), { maxKeys: 1 }),
      group_by: groupBy,
      continue: fc.boolean(),
      routes: fc.array(tie('route'), { maxLength: 3, depthIdentifier: 'routes' }),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
}));
const root = fc.record({ group_by: groupBy, routes: fc.array(route, { minLength: 1, maxLength: 4 }) });
const labelSet = fc.dictionary(name, value, { noNullPrototype: true });

test('an alert goes to the receivers that amtool names', { skip: isMissing('amtool') }, async () => {
  const file = path.join(folder, 'routes.yml');
  await fc.assert(
    fc.asyncProperty(root, fc.array(labelSet, { minLength: 3, maxLength: 3 }), async (tree, sets) => {
      const notify = {
        route: { receiver: 'r0', ...tree },
        receivers: RECEIVERS.map((receiver) => ({ name: receiver })),
      };
      writeFileSync(file, JSON.stringify(notify));
      const ours = notifyOf(notify);
      for (const labels of sets) {
        const { stdout } = await run('amtool', [
          'config',
          'routes',
          'test',
          `--config.file=${file}`,
          ...Object.entries(labels).map(([label, text]) => `${label}=${quoted(text)}`),
        ]);
        const taken = routesFor(ours.route, labels).map((one) => one.route.receiver.replace('file:', ''));
        assert.equal(taken.join(','), stdout.trim(), JSON.stringify(labels));
      }
    }),
    { numRuns: 40 },
  );
});

interface Tree {
  readonly routes?: readonly Tree[];
}
/** Gives every route a receiver of its own: two routes with one receiver and one key would share what it knows. */
const withReceivers = (tree: Tree): { route: object; receivers: string[] } => {
  const receivers: string[] = [];
  const walk = (at: Tree): object => {
    const receiver = `r${receivers.length}`;
    receivers.push(receiver);
    return { ...at, receiver, ...(at.routes === undefined ? {} : { routes: at.routes.map(walk) }) };
  };
  return { route: walk(tree), receivers };
};

const listen = async (t: TestContext, onBody: (text: string) => void): Promise<number> => {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      onBody(text);
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const eventually = async (what: string, look: () => boolean | Promise<boolean>): Promise<void> => {
  const until = Date.now() + 60_000;
  while (!(await look())) {
    if (Date.now() > until) assert.fail(`not seen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const EXTERNAL_URL = 'http://monitor.example';

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** @returns its address */
const startAlertmanager = async (t: TestContext, config: object): Promise<string> => {
  const port = await freePort();
  const file = path.join(folder, `${port}.yml`);
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${file}`,
      `--storage.path=${path.join(folder, String(port))}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${EXTERNAL_URL}`,
      '--web.route-prefix=/',
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  t.after(() => child.kill());
  const url = `http://127.0.0.1:${port}`;
  await eventually('it is ready', () =>
    fetch(`${url}/-/ready`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  return url;
};

const byKey = (a: WebhookPayload, b: WebhookPayload): number =>
  `${a.receiver} ${a.groupKey}` < `${b.receiver} ${b.groupKey}` ? -1 : 1;

/** A message with its instants as numbers. */
const comparable = (message: WebhookPayload): object => ({
  ...message,
  alerts: message.alerts.map((alert) => ({ ...alert, startsAt: Date.parse(alert.startsAt) })),
});

const plainMatcher = fc.oneof(
  fc.tuple(name, fc.constantFrom('=', '!='), fc.constantFrom('x', 'y')).map((parts) => parts.join('')),
  fc
    .tuple(name, fc.constantFrom('=~', '!~'), fc.constantFrom('x|y', '.+'))
    .map(([a, op, b]) => `${a}${op}"${b}"`),
);
const { plain } = fc.letrec<{ plain: Tree }>((tie) => ({
  plain: fc.record(
    {
      matchers: fc.array(plainMatcher, { maxLength: 3 }),
      group_by: groupBy,
      continue: fc.boolean(),
      routes: fc.array(tie('plain'), { maxLength: 2, depthIdentifier: 'plain' }),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
}));
const alertLabels = fc
  .tuple(
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'job', 'instance'), fc.constantFrom('x', 'y', 'ü "\\'), {
      noNullPrototype: true,
    }),
    fc.constantFrom('One', 'Two'),
  )
  .map(([labels, alertname]) => ({ ...labels, alertname }));

test(
  'receivers get the messages that Alertmanager sends: keys, order, what is common, what is cut',
  { skip: isMissing('prometheus-alertmanager') },
  async (t) => {
    const trees = fc.sample(
      fc.record({ group_by: groupBy, routes: fc.array(plain, { minLength: 1, maxLength: 4 }) }),
      { numRuns: 6, seed: 7 },
    );
    const labelSets = fc.sample(
      fc.uniqueArray(alertLabels, {
        minLength: 12,
        maxLength: 12,
        selector: (labels) => JSON.stringify(Object.entries(labels).sort()),
      }),
      { numRuns: 6, seed: 7 },
    );
    const compare = async (tree: Tree, index: number): Promise<void> => {
      const received: WebhookPayload[] = [];
      const port = await listen(t, (text) => received.push(JSON.parse(text) as WebhookPayload));
      const { route: routes, receivers } = withReceivers(tree);
      const notify = {
        route: { ...routes, group_wait: '3s', group_interval: '1h' },
        receivers: receivers.map((receiver) => ({
          name: receiver,
          webhook_configs: [{ url: `http://127.0.0.1:${port}/`, max_alerts: 3 }],
        })),
      };
      const alertmanager = await startAlertmanager(t, notify);
      const startsAt = Date.now(); // it looks at once after an alert that is older than `group_wait`
      const alerts = (labelSets[index] ?? []).map((labels, i): ToldAlert => ({
        id: String(i),
        labels,
        annotations: { summary: 's', [i % 2 === 0 ? 'even' : 'odd']: 'ü' },
        startsAt,
        endsAt: null,
        changedAt: startsAt,
        generatorUrl: `http://monitor.example/${i}`,
      }));
      const ours = notifyOf(notify);
      const known = new Map(ours.receivers.map((receiver) => [receiver.id, receiver]));
      const expected = createDispatcher([ours.route], known, [], alerts, startsAt)
        .flush(startsAt + 3000)
        .notifications.map((notification) =>
          webhookPayload(notification, known.get(notification.group.receiver)?.name ?? '', EXTERNAL_URL, 3),
        );
      const posted = await fetch(`${alertmanager}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(
          alerts.map(({ labels, annotations, generatorUrl }) => ({
            labels,
            annotations,
            generatorURL: generatorUrl,
            startsAt: new Date(startsAt).toISOString(),
          })),
        ),
      });
      assert.equal(posted.status, 200, await posted.text());
      await eventually('every message', () => received.length >= expected.length);
      assert.deepEqual(
        received.sort(byKey).map(comparable),
        expected.sort(byKey).map(comparable),
        JSON.stringify(notify),
      );
    };
    await Promise.all(trees.map(compare));
  },
);
