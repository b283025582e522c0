import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import type { ClusterRowDto, ClustersDto, EventDto, EventsDto, TimelineDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

const KILLS = Number(process.env.QUORATE_KILLS ?? 4);

/** Everything said in words: numbers live in series and are read with their own age. */
const wordsOf = (clusters: readonly ClusterRowDto[]) =>
  clusters
    .map((cluster) => ({
      id: cluster.id,
      // The sentence is told in the past tense afterwards; its code and parameters are the words.
      verdict: {
        ...cluster.verdict,
        sentence: { ...cluster.verdict.sentence, text: '' },
        why: cluster.verdict.why === null ? null : { ...cluster.verdict.why, text: '' },
      },
      leader: cluster.leader,
      quorum: cluster.quorum,
      voters: cluster.summary.voters,
      nodes: cluster.summary.nodes,
    }))
    .toSorted((a, b) => a.id.localeCompare(b.id));

const eventsOf = async (product: Product): Promise<EventDto[]> =>
  (await product.get<EventsDto>('/api/events?limit=1000')).events;

test(`kill -9 ${KILLS} times under load: every event a client saw is there, ids grow, and past pictures are told in the same words`, async () => {
  test.setTimeout(60_000 + KILLS * 25_000);
  const dataDir = await mkdtemp(path.join(tmpdir(), 'quorate-kill-'));
  const seen = new Map<string, EventDto>();
  const pictures: { at: string; words: ReturnType<typeof wordsOf> }[] = [];
  let last = 0n;
  for (let round = 0; round < KILLS; round += 1) {
    const product = await startProduct({ demo: true, dataDir });
    for (const event of await eventsOf(product)) {
      const before = seen.get(event.key);
      if (before !== undefined) expect(event).toEqual(before);
    }
    const known = new Set((await eventsOf(product)).map((event) => event.key));
    for (const event of [...seen.values()].slice(-400))
      expect(known.has(event.key) || seen.size > 800).toBe(true);
    const until = performance.now() + 4000 + Math.random() * 4000;
    const victims = ['kv-1', 'kv-2', 'px-1', 'kv-3'];
    let faults = 0;
    let picture: (typeof pictures)[number] | null = null;
    while (performance.now() < until) {
      if (faults < 3 && Math.random() < 0.2) {
        faults += 1;
        await fetch(`${product.url}/api/demo/faults`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ kind: 'kill', node: victims[faults] }),
        });
      }
      if (performance.now() < until - 2000) {
        const clusters = await product.get<ClustersDto>('/api/clusters');
        picture = { at: clusters.at, words: wordsOf(clusters.clusters) };
      }
      for (const event of await eventsOf(product)) {
        if (!seen.has(event.key)) {
          expect(BigInt(event.id) > 0n).toBe(true);
          seen.set(event.key, event);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const ids = [...seen.values()].map((event) => BigInt(event.id));
    expect(new Set(ids).size).toBe(ids.length);
    const highest = ids.reduce((most, id) => (id > most ? id : most), 0n);
    expect(highest >= last).toBe(true);
    last = highest;
    if (picture !== null) pictures.push(picture);
    await product.stop('SIGKILL');
  }
  const product = await startProduct({ demo: true, dataDir });
  for (const { at, words } of pictures)
    expect(wordsOf((await product.get<ClustersDto>(`/api/clusters?at=${at}`)).clusters), at).toEqual(words);
  const lanes = await product.get<TimelineDto>(
    `/api/timeline?from=${pictures[0]?.at ?? ''}&to=${new Date().toISOString()}&kinds=level`,
  );
  expect(lanes.lanes.map((lane) => lane.subject)).toContain('kv');
  await product.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test('killed while three of five members are dead, it still says quorum lost after its restart', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'quorate-lost-'));
  const members = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((id) => startMember(id)));
  const config = `clusters:\n  - name: own\n    system: raft\n    members:\n${members.map((member) => `      - { node: ${member.id}, address: '127.0.0.1:${member.port}', host: h1 }`).join('\n')}\n`;
  const first = await startProduct({ dataDir, config });
  const level = async (product: Product) =>
    (await product.get<ClustersDto>('/api/clusters')).clusters[0]?.verdict.level;
  await eventually('healthy', async () => (await level(first)) === 'healthy');
  for (const member of members.slice(0, 3)) await member.stop();
  await eventually('lost', async () => (await level(first)) === 'lost');
  await eventually('the loss is committed', async () =>
    (await eventsOf(first)).some((event) => event.kind === 'quorum.lost'),
  );
  await first.stop('SIGKILL');
  const second = await startProduct({ dataDir, config, port: Number(new URL(first.url).port) });
  const levels = new Set<string | undefined>();
  const until = performance.now() + 6000;
  while (performance.now() < until) {
    levels.add(await level(second));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect([...levels].filter((each) => each !== undefined)).toEqual(['lost']);
  await second.stop();
  for (const member of members.slice(3)) await member.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** A member that answers as a healthy Raft group of five led by `e` would. */
const startMember = async (id: string) => {
  const { createServer } = await import('node:http');
  const voters = ['a', 'b', 'c', 'd', 'e'];
  let beats = 0;
  const server = createServer((request, response) => {
    beats += 1;
    const body =
      request.url === '/status'
        ? {
            state: id === 'e' ? 'leader' : 'follower',
            term: 4,
            leader: 'e',
            commitIndex: beats,
            appliedIndex: beats,
            lastIndex: beats,
            voters,
            learners: [],
            pendingProposals: 0,
            peers: voters
              .filter((peer) => peer !== id)
              .map((peer) => ({ id: peer, up: true, lastHeardMs: 1, rttMs: 1 })),
          }
        : { incarnation: id };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    id,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
