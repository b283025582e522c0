import { loadavg } from 'node:os';

import type { ClusterDto } from '#lib/api/schema.ts';

import { noEtcd, startEtcd } from '../e2e/etcd-cluster.ts';
import type { EtcdCluster, OwnWord } from '../e2e/etcd-cluster.ts';
import { eventually, startProduct } from '../e2e/product.ts';
import type { Product } from '../e2e/product.ts';

/** Kills and freezes of a real etcd's leader: what we show against what the members themselves state, sampled side by side. */
const KILLS = Number(process.argv[2] ?? 20);
const STOPS = Number(process.argv[3] ?? 5);
const TRUTH_MS = 50;
const SAMPLE_MS = 20;
const WRITE_MS = 50;
/** How often the product asks a member. */
const POLL_MS = 500;

interface Known {
  readonly at: number;
  readonly leader: string | null;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const spread = (values: readonly number[]): string =>
  `median ${Math.round(median(values))} ms, least ${Math.round(Math.min(...values))}, most ${Math.round(Math.max(...values))}`;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whom a majority of the members names in one term, by what each said last; changes only. */
const followMembers = (etcd: EtcdCluster, signal: AbortSignal) => {
  const words = new Map<string, OwnWord | null>();
  const known: Known[] = [];
  const settle = (): void => {
    const said = [...words.values()].flatMap((word) =>
      word?.leader == null ? [] : `${word.leader} ${word.term}`,
    );
    const best = said.find((each) => said.filter((other) => other === each).length >= 2);
    const leader = best?.split(' ')[0] ?? null;
    if (known.at(-1)?.leader !== leader) known.push({ at: Date.now(), leader });
  };
  for (const member of etcd.members)
    void (async () => {
      while (!signal.aborted) {
        const next = pause(TRUTH_MS);
        words.set(member.name, await etcd.word(member));
        settle();
        await next;
      }
    })();
  return {
    known,
    leader: () => known.at(-1)?.leader ?? null,
    /** Everybody whom a majority named at some instant between two. */
    namedBetween: (from: number, to: number): Set<string | null> =>
      new Set(
        known
          .filter((each, i) => each.at <= to && (known[i + 1]?.at ?? Infinity) >= from)
          .map((each) => each.leader),
      ),
    areAllWell: () =>
      [...words.values()].filter((word) => word?.leader === known.at(-1)?.leader).length === 3,
  };
};

const followProduct = (product: Product, signal: AbortSignal) => {
  const samples: Known[] = [];
  void (async () => {
    while (!signal.aborted) {
      const cluster = await product.get<ClusterDto>('/api/clusters/orders').catch(() => null);
      if (cluster !== null)
        samples.push({
          at: Date.parse(cluster.at),
          leader: cluster.leader?.state === 'one' ? cluster.leader.node : null,
        });
      await pause(SAMPLE_MS);
    }
  })();
  return samples;
};

const writeLightly = (etcd: EtcdCluster, signal: AbortSignal): void => {
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    const member = etcd.members[count % 3];
    const text = Buffer.from(`k${count % 100}`).toString('base64');
    if (member !== undefined) void etcd.post(member, '/v3/kv/put', { key: text, value: text });
  }, WRITE_MS);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
};

if (noEtcd !== null) {
  console.error(noEtcd);
  process.exit(2);
}
const etcd = await startEtcd();
const stopping = new AbortController();
const members = followMembers(etcd, stopping.signal);
await eventually('a first leader', () => members.areAllWell());
const product = await startProduct({
  config: `clusters:\n  - name: orders\n    system: etcd\n    seeds: ["${etcd.members[0]?.address}"]\n`,
});
const samples = followProduct(product, stopping.signal);
writeLightly(etcd, stopping.signal);
const isWell = async (): Promise<boolean> => {
  const cluster = await product.get<ClusterDto>('/api/clusters/orders');
  return (
    members.areAllWell() && cluster.verdict.level === 'healthy' && cluster.leader?.node === members.leader()
  );
};

const windows: { readonly from: number; readonly to: number; readonly old: string; readonly next: string }[] =
  [];
const delays = {
  kill: { fault: [] as number[], known: [] as number[] },
  stop: { fault: [] as number[], known: [] as number[] },
};
let unasked = 0;
try {
  for (let i = 1; i <= KILLS + STOPS; i += 1) {
    const kind = i <= KILLS ? 'kill' : 'stop';
    await eventually('all is well', isWell, 60_000);
    const old = members.leader() ?? '';
    const from = Date.now();
    etcd[kind === 'kill' ? 'kill' : 'freeze'](old);
    const known = await eventually('a majority states the next leader', () => {
      const last = members.known.at(-1);
      return last !== undefined && last.leader !== null && last.leader !== old ? last : null;
    });
    const next = known.leader ?? '';
    const shown = await eventually('the next leader is shown', () =>
      samples.find((sample) => sample.at >= from && sample.leader === next),
    );
    windows.push({ from, to: known.at + POLL_MS, old, next });
    delays[kind].fault.push(shown.at - from);
    delays[kind].known.push(shown.at - known.at);
    console.log(
      `${kind} ${i}: ${old}; a majority states ${next} after ${known.at - from} ms, shown after ${shown.at - from} ms (${shown.at - known.at} ms later)`,
    );
    etcd[kind === 'kill' ? 'restart' : 'thaw'](old);
  }
  await eventually('all is well at the end', isWell, 60_000);

  let wrong = 0;
  let inside = 0;
  let blind = 0;
  for (const { at, leader } of samples) {
    const window = windows.find(({ from, to }) => at >= from && at <= to);
    if (window !== undefined) {
      inside += 1;
      if (leader !== null && leader !== window.old && leader !== window.next) wrong += 1;
      continue;
    }
    if (leader === null) blind += 1;
    else if (!members.namedBetween(at - POLL_MS, at).has(leader)) {
      wrong += 1;
      console.log(`WRONG at ${new Date(at).toISOString()}: ${leader} is shown`);
    }
  }
  unasked =
    members.known.filter(
      ({ at, leader }) => leader !== null && !windows.some(({ from, to }) => at >= from && at <= to),
    ).length - 1;
  console.log(`\n${KILLS} kills: fault → shown ${spread(delays.kill.fault)}`);
  console.log(`${KILLS} kills: a majority states it → shown ${spread(delays.kill.known)}`);
  console.log(`${STOPS} freezes: fault → shown ${spread(delays.stop.fault)}`);
  console.log(`${STOPS} freezes: a majority states it → shown ${spread(delays.stop.known)}`);
  console.log(
    `${samples.length} pictures, ${inside} of them between a fault and a majority's statement + one poll; ${blind} others named nobody; ${Math.max(0, unasked)} elections without a fault`,
  );
  console.log(`${wrong} pictures named another leader than the members' majority did`);
  console.log(
    `load of the machine ${loadavg()
      .map((value) => value.toFixed(1))
      .join(' ')}`,
  );
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  stopping.abort();
  await product.stop();
  await etcd.stop();
}
