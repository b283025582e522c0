import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { look, parseAddress } from './look.ts';
import type { Look } from './look.ts';

/** Looks at a real server that answers by path. */
const lookAt = async (answer: RequestListener, path = ''): Promise<Look> => {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = parseAddress(`127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  assert.ok(url);
  try {
    return await look(url, () => performance.now());
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};

const kinds = (seen: Look): string[] => seen.found.map((finding) => finding.kind);

test('a member of a Raft group is recognised by its status, with role and term', async () => {
  const seen = await lookAt((request, response) => {
    if (request.url === '/status')
      response.end(JSON.stringify({ state: 'leader', term: 417, leader: 'a', voters: ['a', 'b', 'c'] }));
    else if (request.url === '/metrics') response.end('raft_term 417\n');
    else response.writeHead(request.url === '/heartbeat' ? 200 : 404).end();
  });
  assert.deepEqual(kinds(seen), ['raft', 'exporter', 'heartbeat', 'tcp']);
  assert.equal(seen.found[0]?.what, 'raft, leader, term 417');
  assert.equal(seen.found[2]?.path, '/heartbeat');
});

test('a member of etcd is recognised by its status, with everybody it lists', async () => {
  const seen = await lookAt((request, response) => {
    if (request.method === 'POST' && request.url === '/v3/maintenance/status')
      response.end(
        JSON.stringify({
          header: { member_id: '10276657743932975437' },
          version: '3.4.23',
          leader: '10276657743932975437',
          raftTerm: '7',
          raftIndex: '41',
        }),
      );
    else if (request.method === 'POST' && request.url === '/v3/cluster/member/list')
      response.end(
        JSON.stringify({
          members: ['a', 'b', 'c'].map((name, i) => ({
            ID: String(10276657743932975437n + BigInt(i)),
            name,
            peerURLs: [`http://10.0.0.${i + 1}:2380`],
            clientURLs: [`http://10.0.0.${i + 1}:2379`],
          })),
        }),
      );
    else response.writeHead(404).end();
  });
  assert.deepEqual(kinds(seen), ['etcd', 'tcp']);
  assert.match(seen.found[0]?.what ?? '', /^etcd, leader, term 7$/);
  assert.deepEqual(
    seen.found[0]?.members.map(({ node, address }) => `${node} ${address}`),
    ['a 10.0.0.1:2379', 'b 10.0.0.2:2379', 'c 10.0.0.3:2379'],
  );
});

test('an exporter is told with its samples; an HTML page is none', async () => {
  const exporter = await lookAt((request, response) => {
    if (request.url !== '/metrics') response.writeHead(404).end();
    else
      response
        .writeHead(200, { 'content-type': 'text/plain' })
        .end('# TYPE up gauge\nup{a="1"} 1\nup{a="2"} 0\nload 3\n');
  });
  assert.deepEqual(kinds(exporter), ['exporter', 'tcp']);
  assert.equal(exporter.found[0]?.what, '3 samples, 2 metrics');
  const page = await lookAt((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  );
  assert.deepEqual(kinds(page), ['heartbeat', 'tcp']);
});

test('a given path is asked as it is; a redirect is not followed', async () => {
  const seen = await lookAt((request, response) => {
    if (request.url === '/deep/health') response.end('ok');
    else response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
  }, '/deep/health');
  assert.deepEqual(
    seen.found.map((finding) => [finding.kind, finding.path]),
    [
      ['heartbeat', '/deep/health'],
      ['tcp', '/'],
    ],
  );
});

test('nothing there, and an address that nobody may send us to, are said with the reason', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const closed = await look(new URL(`http://127.0.0.1:${port}`), () => performance.now());
  assert.match(closed.error ?? '', /ECONNREFUSED/);
  for (const address of [
    '169.254.169.254',
    '[fe80::1]',
    '[::ffff:169.254.169.254]',
    '0xa9fea9fe',
    '0.0.0.0',
  ]) {
    const url = parseAddress(`http://${address}/latest`);
    assert.ok(url, address);
    const seen = await look(url, () => performance.now());
    assert.match(seen.error ?? '', /link-local and metadata addresses are not asked/, address);
    assert.deepEqual(seen.found, []);
  }
});

test('what is no address is refused before anything is asked', () => {
  for (const text of ['', '   ', 'http://', 'http://user:secret@host/', 'two words'])
    assert.equal(parseAddress(text), null, text);
  assert.equal(parseAddress('[::1]:8080')?.host, '[::1]:8080');
});
