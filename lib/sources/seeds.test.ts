import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { ADAPTERS } from '#lib/consensus/adapters/registry.ts';
import { OPEN_ACCESS } from '#lib/model/access.ts';

import { askByProbe, askSeed } from './seeds.ts';

const clock = { wall: () => Date.now(), mono: () => performance.now() };
const askOf = async (t: TestContext, listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return askSeed({ origin, adapters: ADAPTERS, ask: askByProbe(origin, OPEN_ACCESS, clock) });
};
/** Answers by path, 404 for every other. */
const pages =
  (bodies: Readonly<Record<string, string>>): RequestListener =>
  (request, response) => {
    const body = bodies[request.url ?? ''];
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body);
  };

void test('whatever answers is recognised by what it answers', async (t) => {
  const etcd = await askOf(
    t,
    pages({
      '/v3/maintenance/status': '{"header":{"member_id":"14416085628150859872"},"raftTerm":"2"}',
      '/v3/cluster/member/list':
        '{"members":[{"ID":"14416085628150859872","name":"n1","clientURLs":["http://10.0.0.1:2379"]},{"ID":"7","peerURLs":["http://10.0.0.2:2380"]}]}',
    }),
  );
  assert.ok(etcd.ok);
  assert.deepEqual([etcd.adapter.id, etcd.self], ['etcd', '14416085628150859872']);
  assert.deepEqual(
    etcd.members?.map((member) => [member.name, member.urls.length]),
    [
      ['n1', 1],
      [null, 0],
    ],
  );
  const raft = await askOf(t, pages({ '/status': '{"state":"follower","term":3}' }));
  assert.ok(raft.ok && raft.adapter.id === 'raft' && raft.members === null);
  const paxos = await askOf(t, pages({ '/status': '{"state":"leader","round":3,"ballot":"3.1"}' }));
  assert.ok(paxos.ok && paxos.adapter.id === 'paxos');
  const metrics = await askOf(
    t,
    pages({ '/metrics': 'paxos_state{state="leader"} 1\npaxos_ballot_round 4\n' }),
  );
  assert.ok(metrics.ok && metrics.adapter.id === 'paxos');
});

void test('what nobody knows is an error that says what was answered', async (t) => {
  const page = await askOf(t, (_request, response) => response.writeHead(403).end('no entry'));
  assert.ok(!page.ok);
  assert.match(page.error, /answered 403, expected 200: no entry/);
  const html = await askOf(t, (_request, response) => response.end('<html>'));
  assert.ok(!html.ok);
});
