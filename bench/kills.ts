import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { ClusterDto, ClustersDto, EventsDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from '../e2e/product.ts';

/** Median over kills of the Raft leader: death → DOWN, and the election's end by the members' own logs → shown. */
const KILLS = Number(process.argv[2] ?? 10);
const SAMPLE_MS = 20;

interface Truth {
  readonly at: number;
  readonly node: string;
  readonly kind: string;
  readonly term?: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const spread = (values: readonly number[]): string =>
  `median ${Math.round(median(values))} ms, least ${Math.round(Math.min(...values))}, most ${Math.round(Math.max(...values))}`;

const product = await startProduct({ demo: true });
const kv = () => product.get<ClusterDto>('/api/clusters/kv');
const truthOf = async (node: string): Promise<Truth[]> =>
  (await readFile(path.join(product.dataDir, 'sample', node, 'events.jsonl'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Truth); // the members' own log, written by demo/member.ts
const NODES = ['kv-1', 'kv-2', 'kv-3', 'kv-4', 'kv-5'];

const toDown: number[] = [];
const toShown: number[] = [];
let wrong = 0;
let samples = 0;
try {
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const before = await eventually('kv is healthy', async () => {
      const cluster = await kv();
      return cluster.verdict.level === 'healthy' && cluster.leader?.state === 'one' ? cluster : null;
    });
    const old = before.leader?.node ?? '';
    const demo = await product.get<{ groups: { members: { node: string; pid: number }[] }[] }>('/api/demo');
    const pid = demo.groups.flatMap((group) => group.members).find((member) => member.node === old)?.pid ?? 0;
    const from = new Date().toISOString();
    const killedAt = Date.now();
    process.kill(pid, 'SIGKILL');
    const shown: { at: number; leader: string | null }[] = [];
    const elected = await eventually('the next leader', async () => {
      const { clusters, at } = await product.get<ClustersDto>('/api/clusters');
      const cluster = clusters.find((each) => each.id === 'kv');
      shown.push({
        at: Date.parse(at),
        leader: cluster?.leader?.state === 'one' ? cluster.leader.node : null,
      });
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
      return cluster?.leader?.state === 'one' && cluster.leader.node !== old ? cluster : null;
    });
    const { events } = await product.get<EventsDto>(`/api/events?limit=200&from=${from}`);
    const down = events.find((event) => event.kind === 'node.down' && event.node === old);
    const named = events.find((event) => event.kind === 'leader.elected' && event.cluster === 'kv');
    const truths = (await Promise.all(NODES.filter((node) => node !== old).map(truthOf)))
      .flat()
      .filter((truth) => truth.at >= killedAt);
    const became = truths
      .filter((truth) => truth.kind === 'became-leader')
      .toSorted((a, b) => a.at - b.at)
      .at(-1);
    // The election ends for the group when a majority knows its leader.
    const knows = truths
      .filter(
        (truth) =>
          (truth.kind === 'leader-known' || truth.kind === 'became-leader') && truth.term === became?.term,
      )
      .map((truth) => truth.at)
      .toSorted((a, b) => a - b);
    const majorityAt = knows[2] ?? became?.at ?? killedAt;
    // A picture that names somebody between the kill and the majority's statement must name who the majority will state.
    for (const picture of shown) {
      samples += 1;
      if (picture.leader !== null && picture.leader !== old && picture.leader !== became?.node) wrong += 1;
    }
    if (down === undefined || named === undefined || became === undefined)
      throw new Error(`kill ${kill}: the story is not complete`);
    toDown.push(Date.parse(down.at) - killedAt);
    toShown.push(Date.parse(named.at) - majorityAt);
    console.log(
      `kill ${kill}: ${old} down after ${toDown.at(-1)} ms; ${became.node} leads term ${became.term}, known to a majority ${majorityAt - killedAt} ms after the kill, shown ${toShown.at(-1)} ms later (${elected.leader?.term?.text})`,
    );
    await fetch(`${product.url}/api/demo/faults`, { method: 'DELETE' });
  }
  console.log(`\ndeath → DOWN (certain): ${spread(toDown)}`);
  console.log(`a majority knows the next leader → shown: ${spread(toShown)}`);
  console.log(`${samples} pictures in between, ${wrong} named another leader than the members' majority did`);
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  await product.stop();
}
