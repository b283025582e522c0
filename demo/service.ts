import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { Counter, Histogram, Registry } from 'prom-client';
import { z } from 'zod';

/** A stateless service of the sample cluster: writes steadily to both groups, follows their leaders and tells how it went. */
const identity = z
  .object({
    id: z.string(),
    port: z.int(),
    host: z.string(),
    zone: z.string(),
    hostLabel: z.string(),
    writesPerSecond: z.number().positive(),
    /** Members by group, `host:port` by member. */
    targets: z.record(z.string(), z.record(z.string(), z.string())),
  })
  .parse(JSON.parse(process.env.QUORATE_DEMO_SERVICE ?? 'null'));
const linksBody = z.object({
  cuts: z.array(z.object({ peer: z.string(), to: z.boolean(), from: z.boolean() })),
});
const writeAnswer = z.object({ ok: z.boolean().optional(), leader: z.string().nullish() });

const WRITE_TIMEOUT_MS = 1000;
const KEYS = 50;

const incarnation = randomUUID();
const startedAt = new Date().toISOString();
const stopping = new AbortController();
let cuts: z.infer<typeof linksBody>['cuts'] = [];
let beats = 0;

const registry = new Registry();
const requests = new Counter({
  name: 'service_requests_total',
  help: 'Writes to a group, by outcome.',
  labelNames: ['target', 'outcome'],
  registers: [registry],
});
const durations = new Histogram({
  name: 'service_request_duration_seconds',
  help: 'Time until a write was answered, redirects included.',
  labelNames: ['target'],
  registers: [registry],
});

const isCut = (peer: string): boolean => cuts.some((cut) => cut.peer === peer && (cut.to || cut.from));

type Outcome = 'ok' | 'refused' | 'error' | 'timeout';
interface Answer {
  readonly outcome: Outcome;
  readonly leader: string | null;
}

const ask = async (
  member: string,
  address: string,
  key: string,
  value: string,
  signal: AbortSignal,
): Promise<Answer> => {
  if (isCut(member)) {
    await sleep(WRITE_TIMEOUT_MS, undefined, { signal }).catch(() => undefined); // a lost message is silence
    return { outcome: 'timeout', leader: null };
  }
  try {
    const response = await fetch(`http://${address}/kv/${key}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-demo-client': identity.id },
      body: JSON.stringify({ value }),
      redirect: 'manual',
      signal,
    });
    const answer = writeAnswer.safeParse(await response.json().catch(() => null));
    const leader = answer.success ? (answer.data.leader ?? null) : null;
    return { outcome: response.ok && answer.data?.ok !== false ? 'ok' : 'refused', leader };
  } catch (error) {
    return {
      outcome: error instanceof Error && /Timeout|Abort/.test(error.name) ? 'timeout' : 'error',
      leader: null,
    };
  }
};

/** Writes to one group at a steady pace; a new write starts on time even while an earlier one waits. */
const writeSteadily = async (target: string, members: Readonly<Record<string, string>>): Promise<void> => {
  const names = Object.keys(members);
  let leader = names[0] ?? '';
  let count = 0;
  const write = async (): Promise<void> => {
    count += 1;
    const stop = durations.startTimer({ target });
    const signal = AbortSignal.any([AbortSignal.timeout(WRITE_TIMEOUT_MS), stopping.signal]);
    let outcome: Outcome = 'error';
    for (let redirects = 0; redirects < 3 && !signal.aborted; redirects++) {
      const asked = leader;
      const answer = await ask(
        asked,
        members[asked] ?? '',
        `${identity.id}-${count % KEYS}`,
        String(count),
        signal,
      );
      outcome = answer.outcome;
      if (outcome === 'ok') break;
      const known = answer.leader !== null && answer.leader in members && answer.leader !== asked;
      leader = known ? (answer.leader ?? asked) : (names[(names.indexOf(asked) + 1) % names.length] ?? asked);
    }
    if (stopping.signal.aborted) return;
    stop();
    requests.inc({ target, outcome });
  };
  while (!stopping.signal.aborted) {
    void write();
    await sleep(1000 / identity.writesPerSecond, undefined, { signal: stopping.signal }).catch(
      () => undefined,
    );
  }
};

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 65_536) throw new Error('the body is longer than 64 KiB');
  }
  return JSON.parse(text);
};

const setLinks = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (request.headers['x-demo-token'] !== process.env.QUORATE_DEMO_TOKEN)
    return json(response, 403, { error: 'the token is wrong' });
  try {
    cuts = linksBody.parse(await bodyOf(request)).cuts;
    response.writeHead(204).end();
  } catch (error) {
    json(response, 400, { error: String(error) });
  }
};

const server = createServer((request, response) => {
  const path = (request.url ?? '/').split('?')[0];
  if (request.method === 'POST' && path === '/admin/links') return void setLinks(request, response);
  if (isCut('monitor')) return; // never answered: the question or the answer is lost
  if (path === '/heartbeat')
    return json(response, 200, { node: identity.id, incarnation, startedAt, seq: (beats += 1) });
  if (path === '/health') return json(response, 200, { status: 'ok', node: identity.id });
  if (path === '/metrics')
    return void registry
      .metrics()
      .then((text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text));
  json(response, 404, { error: 'not found: try /heartbeat, /health or /metrics' });
});

const stop = (): void => {
  stopping.abort();
  server.close();
  server.closeAllConnections();
  process.exit(0);
};

process.stdin.on('end', stop).on('error', stop).resume();
process.on('SIGTERM', stop);
server.listen(identity.port, identity.host, () => {
  console.log(JSON.stringify({ ready: true, port: identity.port }));
  for (const [target, members] of Object.entries(identity.targets)) void writeSteadily(target, members);
});
