import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';

import { z } from 'zod';

import { openJournal } from '#demo/journal.ts';
import type { Effects, Machine } from '#demo/machine.ts';
import { createMemberMetrics } from '#demo/member-metrics.ts';
import { createPaxos } from '#demo/paxos/paxos.ts';
import { createRaft } from '#demo/raft/raft.ts';
import { createTransport, parseBatch } from '#demo/transport.ts';

/** One member of a group as a process: the pure machine between a journal, a clock and a socket. */
const identity = z
  .object({
    id: z.string(),
    group: z.string(),
    protocol: z.enum(['raft', 'paxos']),
    port: z.int(),
    host: z.string(),
    dir: z.string(),
    peers: z.record(z.string(), z.int()),
    heartbeatMs: z.number(),
    electionMs: z.object({ min: z.number(), max: z.number() }),
  })
  .parse(JSON.parse(process.env.QUORATE_DEMO_MEMBER ?? 'null'));
const linksBody = z.object({
  cuts: z.array(z.object({ peer: z.string(), to: z.boolean(), from: z.boolean() })),
});
const writeBody = z.object({ value: z.string() });

const TICK_MS = 20;
const WRITE_WAIT_MS = 900;
const MAX_BODY_BYTES = 8 * 1024 * 1024;

const incarnation = randomUUID();
const startedAt = new Date().toISOString();
const journal = openJournal(identity.dir);
const metrics = createMemberMetrics(identity.protocol);
let cuts: z.infer<typeof linksBody>['cuts'] = [];
let beats = 0;
let requests = 0;
const waiting = new Map<string, (answer: Effects['answers'][number]) => void>();

const machine: Machine = (identity.protocol === 'raft' ? createRaft : createPaxos)({
  id: identity.id,
  peers: Object.keys(identity.peers),
  random: Math.random,
  heartbeatMs: identity.heartbeatMs,
  electionMs: identity.electionMs,
});
const now = (): number => performance.now();

const transport = createTransport(
  identity.id,
  Object.fromEntries(Object.entries(identity.peers).map(([id, port]) => [id, `${identity.host}:${port}`])),
  (to) => cuts.some((cut) => cut.peer === to && cut.to),
);

/** The order is the safety: on disk first, then told. */
const apply = (effects: Effects): void => {
  if (effects.records.length > 0) journal.append(effects.records);
  for (const { to, body } of effects.messages) transport.send(to, body);
  for (const answer of effects.answers) {
    waiting.get(answer.request)?.(answer);
    waiting.delete(answer.request);
  }
  for (const event of effects.events)
    appendFileSync(
      path.join(identity.dir, 'events.jsonl'),
      `${JSON.stringify({ at: Date.now(), node: identity.id, kind: event.kind, ...event.detail })}\n`,
    );
};

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = Buffer.from(part as Uint8Array); // without an encoding a request gives bytes
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`the body is longer than ${MAX_BODY_BYTES} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString();
};

const onPeer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { from, messages } = parseBatch(await bodyOf(request));
  response.writeHead(204).end();
  if (cuts.some((cut) => cut.peer === from && cut.from)) return;
  for (const message of messages) apply(machine.receive(from, message, now()));
};

const onWrite = async (key: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { value } = writeBody.parse(JSON.parse(await bodyOf(request)));
  const id = `w${(requests += 1)}`;
  const answered = new Promise<Effects['answers'][number]>((resolve) => waiting.set(id, resolve));
  const late = setTimeout(() => {
    waiting.get(id)?.({
      request: id,
      ok: false,
      value: 'no majority answered in time: the outcome is unknown',
      leader: null,
    });
    waiting.delete(id);
  }, WRITE_WAIT_MS);
  apply(machine.propose(id, { key, value }, now()));
  const answer = await answered;
  clearTimeout(late);
  json(response, answer.ok ? 200 : 409, { ok: answer.ok, value: answer.value, leader: answer.leader });
};

const onLinks = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (request.headers['x-demo-token'] !== process.env.QUORATE_DEMO_TOKEN)
    return json(response, 403, { error: 'the token is wrong' });
  ({ cuts } = linksBody.parse(JSON.parse(await bodyOf(request))));
  response.writeHead(204).end();
};

const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const at = (request.url ?? '/').split('?')[0] ?? '/';
  if (request.method === 'POST' && at === '/peer') return onPeer(request, response);
  if (request.method === 'POST' && at === '/admin/links') return onLinks(request, response);
  const key = /^\/kv\/([\w-]{1,100})$/.exec(at)?.[1];
  if (key !== undefined) {
    const client = String(request.headers['x-demo-client'] ?? '');
    if (cuts.some((cut) => cut.peer === client)) return; // never answered
    if (request.method === 'PUT') return onWrite(key, request, response);
    return json(response, 200, { key, value: machine.read(key) });
  }
  if (
    String(request.headers['user-agent'] ?? '').includes('Quorate') &&
    cuts.some((cut) => cut.peer === 'monitor')
  )
    return; // never answered: the question or the answer is lost
  if (at === '/heartbeat')
    return json(response, 200, { node: identity.id, incarnation, startedAt, seq: (beats += 1) });
  if (at === '/health') return json(response, 200, { status: 'ok', node: identity.id });
  if (at === '/status')
    return json(response, 200, {
      id: identity.id,
      group: identity.group,
      incarnation,
      startedAt,
      ...machine.status(now()),
    });
  if (at === '/metrics') {
    const text = await metrics.text(machine.status(now()));
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
    return;
  }
  json(response, 404, { error: 'not found: try /status, /heartbeat, /health, /metrics or /kv/<key>' });
};

const server = createServer((request, response) => {
  serve(request, response).catch((cause: unknown) => {
    if (!response.headersSent)
      json(response, 400, { error: cause instanceof Error ? cause.message : String(cause) });
  });
});
server.keepAliveTimeout = 600_000;

const stop = (): void => {
  transport.close();
  server.closeAllConnections();
  process.exit(0);
};
process.stdin.on('end', stop).on('error', stop).resume();
process.on('SIGTERM', stop);

machine.restore(journal.records, now());
server.listen(identity.port, identity.host, () => {
  console.log(JSON.stringify({ ready: true, port: identity.port }));
  setInterval(() => apply(machine.tick(now())), TICK_MS);
});
