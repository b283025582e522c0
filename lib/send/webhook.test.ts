import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, test } from 'node:test';

import { createWebhookSender } from './webhook.ts';
import type { Post } from './webhook.ts';

const sender = createWebhookSender();
after(() => sender.close());

const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/hook`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
const send = (url: string, more: Partial<Post> = {}, signal = new AbortController().signal) =>
  sender.post({ url, body: '{"a":1}', key: 'k-1', authorization: null, timeoutMs: 5000, ...more }, signal);

test('a message goes out as JSON with its key and what authorizes it', async () => {
  let seen: unknown[] = [];
  const server = await serve((request, response) => {
    const { method, headers } = request;
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen = [method, headers['content-type'], headers['idempotency-key'], headers.authorization, body];
      response.writeHead(202).end('x'.repeat(100));
    });
  });
  assert.deepEqual(await send(server.url, { authorization: 'Bearer t' }), {
    status: 202,
    error: null,
    retryAfterMs: null,
  });
  assert.deepEqual(seen, ['POST', 'application/json', 'k-1', 'Bearer t', '{"a":1}']);
  const named = server.url.replace('http://', 'http://ops:p%40ss@');
  assert.deepEqual(await send(named), { status: 202, error: null, retryAfterMs: null });
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  assert.equal(seen[3], basic('ops:p@ss'), 'an address may name its user');
  await send(named, { authorization: 'Bearer t' });
  assert.equal(seen[3], 'Bearer t');
  server.stop();
});

test('a refusal, a redirect, silence, a flood, a stop and nobody there are each told', async () => {
  let hits = 0;
  const server = await serve((request, response) => {
    hits += 1;
    if (request.url === '/hook') response.writeHead(500).end('  no\n  room ');
    else if (request.url === '/moved') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    else if (request.url === '/busy') response.writeHead(429, { 'retry-after': '30' }).end();
    else if (request.url === '/flood') response.writeHead(400).end('x'.repeat(1_000_000));
  });
  const at = (path: string): string => new URL(path, server.url).href;
  assert.deepEqual(await send(server.url), {
    status: 500,
    error: 'answered 500: no room',
    retryAfterMs: null,
  });
  assert.equal((await send(at('/busy'))).retryAfterMs, 30_000);
  assert.match((await send(at('/moved'))).error ?? '', /302, a redirect to http:\/\/169/);
  assert.equal((await send(at('/silent'), { timeoutMs: 50 })).error, 'no answer within 0.05 s');
  const flood = await send(at('/flood'));
  assert.ok(flood.error !== null && flood.error.length < 300);
  const stopping = new AbortController();
  const stopped = send(at('/silent'), {}, stopping.signal);
  stopping.abort();
  assert.notEqual((await stopped).error, null);
  assert.ok(hits >= 4);
  server.stop();
  assert.match((await send(server.url)).error ?? '', /ECONNREFUSED/);
});

test('nothing is sent to link-local and metadata addresses, however they are written', async () => {
  for (const host of [
    '169.254.169.254',
    '[fe80::1]',
    '[::ffff:169.254.169.254]',
    '2852039166',
    '0xa9.0xfe.0xa9.0xfe',
    '[fd00:ec2::254]',
  ])
    assert.match(
      (await send(`http://${host}/latest`)).error ?? '',
      /link-local and metadata addresses/,
      host,
    );
});
