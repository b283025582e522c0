import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { loadConfig } from '#lib/engine/config/load.ts';

import { createSeeds } from './seeds.ts';
import type { Found, Seeds } from './seeds.ts';

interface Told {
  readonly id: string;
  readonly group: string;
  /** Null: it refuses to list anybody. */
  readonly members: readonly object[] | null;
}

/** A server that answers as an etcd member does; what it tells may change. @returns its `host:port` */
const serve = async (t: TestContext, told: { now: Told | null }): Promise<string> => {
  const server = createServer((request, response) => {
    const { now } = told;
    if (now === null) {
      response.writeHead(503).end();
      return;
    }
    const header = { member_id: now.id, cluster_id: now.group };
    if (request.url === '/v3/maintenance/status')
      response.end(JSON.stringify({ header, raftTerm: '2', isLearner: true }));
    else if (request.url === '/v3/cluster/member/list' && now.members !== null)
      response.end(JSON.stringify({ header, members: now.members }));
    else response.writeHead(503).end('{"error":"etcdserver: rpc not supported for learner"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** Asks the seeds of a cluster `kv`. */
const start = (t: TestContext, addresses: readonly string[], system = 'auto') => {
  const text = `clusters:\n  - name: kv\n    system: ${system}\n    seeds: ${JSON.stringify(addresses)}\n`;
  const loaded = loadConfig(text, 'q.yml');
  assert.ok(loaded.ok);
  const strangers: string[] = [];
  const changes: (() => void)[] = [];
  const seeds = createSeeds({
    clock: { wall: () => Date.now(), mono: () => performance.now() },
    onFound: () => changes.splice(0).forEach((run) => run()),
    onStranger: (_cluster, address, error) => strangers.push(`${address} ${error}`),
  });
  t.after(seeds.close);
  const { config } = loaded;
  return { seeds, strangers, changes, begin: () => seeds.sync(config) };
};
const found = async (
  { seeds, changes, begin }: { seeds: Seeds; changes: (() => void)[]; begin: () => void },
  isIt: (found: Found) => boolean,
): Promise<Found> => {
  begin();
  for (;;) {
    const now = seeds.found('kv');
    if (now !== null && isIt(now)) return now;
    await new Promise<void>((resolve) => void changes.push(resolve));
  }
};

const member = (id: string, name: string, client: string, peer: string) => ({
  ID: id,
  name,
  clientURLs: [client],
  peerURLs: [peer],
});

test('a local seed whose cluster advertises localhost: only its own machine is asked there', async (t) => {
  const told: { now: Told | null } = { now: null };
  const address = await serve(t, told);
  const port = address.split(':')[1];
  const members = [1, 2, 3].map((i) =>
    member(`${i}`, `n${i}`, `http://localhost:${port}`, `http://10.0.0.${i}:2380`),
  );
  told.now = { id: '1', group: '9', members };
  const { members: all } = await found(start(t, [address]), (now) => now.members !== null);
  assert.deepEqual(
    all?.map((each) => each.address),
    [address, `10.0.0.2:${port}`, `10.0.0.3:${port}`],
  );
});

test('a seed that lists nobody is read as what it is, and asked again until it does', async (t) => {
  const told: { now: Told | null } = { now: { id: '4', group: '9', members: null } };
  const address = await serve(t, told);
  const asked = start(t, [address]);
  const first = await found(asked, () => true);
  assert.deepEqual([first.system, first.members], ['etcd', null]);
  told.now = { id: '4', group: '9', members: [member('4', 'n4', `http://${address}`, 'http://10.0.0.4:1')] };
  const then = await found(asked, (now) => now.members !== null);
  assert.deepEqual(
    then.members?.map((each) => [each.name, each.address]),
    [['n4', address]],
  );
});

test('a seed of another cluster is told, and lists nothing', async (t) => {
  const tellOf = (id: string, group: string): { now: Told } => ({
    now: { id, group, members: [member(id, `${group}-${id}`, 'http://10.0.0.1:1', 'http://10.0.0.1:2')] },
  });
  const foreign = await serve(t, tellOf('7', '8'));
  const own = [await serve(t, tellOf('1', '9')), await serve(t, tellOf('1', '9'))];
  const asked = start(t, [foreign, ...own]);
  const { members } = await found(asked, (now) => now.members !== null);
  assert.deepEqual(
    members?.map((each) => each.name),
    ['9-1'],
  );
  assert.deepEqual(asked.strangers, [`${foreign} it is of group 8, the others are of 9`]);
});
