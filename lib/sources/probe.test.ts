import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { OPEN_ACCESS } from '#lib/model/access.ts';

import { createProber } from './probe.ts';
import type { ProbeAnswer, Prober, ProbeTarget } from './probe.ts';

const clock = { wall: () => Date.now(), mono: () => performance.now() };
const proberOf = (target: ProbeTarget, onReset = (): void => undefined): Prober =>
  createProber(target, { clock, onReset });
const ask = (prober: Prober, fresh = false): Promise<ProbeAnswer> =>
  new Promise((resolve) => void prober.probe(fresh, resolve));
const http = (port: number): ProbeTarget => ({
  kind: 'http',
  url: `http://127.0.0.1:${port}/heartbeat`,
  status: [200],
  body: null,
  access: OPEN_ACCESS,
});

const serve = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    server,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

void test('a healthy endpoint answers ok with its body, over one held connection', async () => {
  let connections = 0;
  const { server, port, close } = await serve((_request, response) => response.end('{"seq":1}'));
  server.on('connection', () => (connections += 1));
  const prober = proberOf(http(port));
  for (let round = 0; round < 5; round += 1) {
    const answer = await ask(prober);
    assert.equal(answer.outcome, 'ok');
    assert.equal(Buffer.from(answer.body ?? []).toString(), '{"seq":1}');
  }
  assert.equal(connections, 1);
  await ask(prober, true);
  assert.equal(connections, 2, 'a fresh probe connects anew');
  prober.close();
  close();
});

void test('refused, wrong status and an answer that never comes are told apart', async () => {
  const closedPort = await serve(() => undefined);
  closedPort.close();
  await once(closedPort.server, 'close');
  const refused = proberOf(http(closedPort.port));
  const answer = await ask(refused);
  assert.equal(answer.outcome, 'refused');
  assert.match(answer.error ?? '', new RegExp(`127.0.0.1:${closedPort.port}`));
  refused.close();

  const ill = await serve((_request, response) => {
    response.statusCode = 503;
    response.end();
  });
  const status = proberOf(http(ill.port));
  assert.equal((await ask(status)).outcome, 'http-status');
  status.close();
  ill.close();

  const arrived = Promise.withResolvers<void>();
  const mute = await serve(() => arrived.resolve());
  const silent = proberOf(http(mute.port));
  const landed = Promise.withResolvers<ProbeAnswer>();
  const flight = silent.probe(false, landed.resolve);
  await arrived.promise;
  flight.expire();
  const expired = await landed.promise;
  assert.equal(expired.outcome, 'timeout');
  assert.match(expired.error ?? '', /no answer from http:.* after \d/);
  silent.close();
  mute.close();
});

void test('an answer without end, and one that is not HTTP, are answers all the same: nobody died', async () => {
  const huge = await serve((_request, response) => response.end(Buffer.alloc(3 * 1024 * 1024)));
  let resets = 0;
  const prober = proberOf(http(huge.port), () => (resets += 1));
  for (let round = 0; round < 2; round += 1) {
    const answer = await ask(prober);
    assert.equal(answer.outcome, 'http-status');
    assert.match(answer.error ?? '', /answered more than 1 MiB/);
  }
  assert.equal(resets, 0);
  prober.close();
  huge.close();

  const banner = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end("-ERR unknown command 'GET'\r\n"));
  }).listen(0, '127.0.0.1');
  await once(banner, 'listening');
  const other = proberOf(http((banner.address() as AddressInfo).port));
  const answer = await ask(other);
  assert.equal(answer.outcome, 'http-status');
  assert.match(answer.error ?? '', /Expected HTTP/);
  other.close();
  banner.close();
});

void test('a process that is killed resets the held connection at once; the next probe is refused', async () => {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { createServer } from 'node:http'; createServer((q, s) => s.end('x')).listen(0, '127.0.0.1', function () { process.send(this.address().port) })`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const [port] = (await once(child, 'message')) as [number];
  const reset = Promise.withResolvers<void>();
  const prober = proberOf(http(port), reset.resolve);
  assert.equal((await ask(prober)).outcome, 'ok');
  child.kill('SIGKILL');
  await reset.promise;
  // The kernel closes the dying process's connections before its listening socket: a connect in between is reset.
  let confirmed = await ask(prober, true);
  while (confirmed.outcome === 'reset') confirmed = await ask(prober, true);
  assert.equal(confirmed.outcome, 'refused');
  prober.close();
});

void test('TCP: a connection is a heartbeat, its end is noticed', async () => {
  const sockets = new Set<{ destroy(): void }>();
  const server = createTcpServer((socket) => void sockets.add(socket.on('error', () => undefined))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const reset = Promise.withResolvers<void>();
  const prober = proberOf({ kind: 'tcp', host: '127.0.0.1', port }, reset.resolve);
  assert.equal((await ask(prober)).outcome, 'ok');
  server.close();
  for (const socket of sockets) socket.destroy();
  await reset.promise;
  assert.equal((await ask(prober)).outcome, 'refused');
  prober.close();
});

void test('a body is posted as JSON with credentials; what the server says to a refusal is told verbatim', async () => {
  const seen: string[] = [];
  const { port, close } = await serve((request, response) => {
    seen.push(`${request.method} ${request.headers['content-type']} ${request.headers.authorization}`);
    request.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
    response.statusCode = 401;
    response.end('{"error":"etcdserver: invalid auth token"}');
  });
  const prober = proberOf({
    kind: 'http',
    url: `http://127.0.0.1:${port}/v3/maintenance/status`,
    status: [200],
    body: '{}',
    access: { authorization: 'Bearer t', tls: null },
  });
  const answer = await ask(prober);
  assert.deepEqual(seen, ['POST application/json Bearer t', '{}']);
  assert.deepEqual([answer.outcome, answer.status], ['http-status', 401]);
  assert.match(
    answer.error ?? '',
    /answered 401, expected 200: \{"error":"etcdserver: invalid auth token"\}$/,
  );
  prober.close();
  close();
});
