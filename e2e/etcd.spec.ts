import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import type { ClusterDto, EventsDto, NodesDto } from '#lib/api/schema.ts';

import { makeCertificates, noEtcd, startEtcd } from './etcd-cluster.ts';
import type { EtcdCluster } from './etcd-cluster.ts';
import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

test.skip(noEtcd !== null, noEtcd ?? '');

const orders = (product: Product) => product.get<ClusterDto>('/api/clusters/orders');
const healthy = (product: Product) =>
  eventually('orders is healthy with three members up', async () => {
    const cluster = await orders(product);
    return (
      cluster.verdict.level === 'healthy' &&
      cluster.members.length === 3 &&
      cluster.members.every((member) => member.state === 'up') &&
      cluster
    );
  });
const leaderIs = (product: Product, isIt: (node: string) => boolean) =>
  eventually('the leader', async () => {
    const { leader } = await orders(product);
    return leader?.state === 'one' && leader.node !== null && isIt(leader.node) ? leader.node : null;
  });
/** What the members say themselves. */
const truth = (etcd: EtcdCluster) =>
  eventually('a leader by the members', async () => {
    const words = await Promise.all(etcd.members.map((member) => etcd.word(member)));
    const [first] = words;
    return first?.leader != null && words.every((word) => word?.leader === first.leader) ? first : null;
  });

test('from one seed: three members with roles, indexes, peers; leader killed, frozen, healed', async ({
  page,
}) => {
  const etcd = await startEtcd();
  const seed = etcd.members[0]?.address ?? '';
  await truth(etcd);
  const product = await startProduct({
    config: `clusters:\n  - name: orders\n    seeds: ["${seed}"]\n`,
  });
  try {
    const cluster = await healthy(product);
    const said = await truth(etcd);
    expect(cluster.system).toBe('etcd');
    expect(cluster.leader?.node).toBe(said.leader);
    expect(cluster.leader?.term?.text).toBe(String(said.term));
    expect(cluster.members.map((member) => member.node).toSorted()).toEqual(['n1', 'n2', 'n3']);
    expect(cluster.members.filter((member) => member.role === 'leader')).toHaveLength(1);
    const full = await eventually('peers, round trips and fsync', async () => {
      const now = await orders(product);
      return (
        now.peers.length === 6 &&
        now.peers.every((peer) => peer.up === true) &&
        now.members.every((member) => member.performance?.fsyncP99Ms != null && member.lag !== null) &&
        now
      );
    });
    expect(full.members.every((member) => member.aliases.length === 2 && member.commitIndex !== null)).toBe(
      true,
    );
    expect(full.headings.performance.unit).toBe('ms');

    await page.goto(product.url);
    await expect(page.getByTestId('leader-orders')).toContainText(`${said.leader}`);

    const from = new Date().toISOString();
    const old = said.leader ?? '';
    etcd.kill(old);
    const next = await leaderIs(product, (node) => node !== old);
    await expect(page.getByTestId('leader-orders')).toContainText(next);
    expect(
      (
        await eventually('down', async () =>
          (await orders(product)).members.find((each) => each.state === 'down'),
        )
      )?.node,
    ).toBe(old);
    etcd.restart(old);
    await healthy(product);
    const kinds = await eventually('the story', async () => {
      const { events } = await product.get<EventsDto>(`/api/events?limit=500&from=${from}`);
      const told = events.map((event) => event.kind);
      return told.includes('node.restarted') && told.includes('leader.elected') ? told : null;
    });
    for (const kind of ['node.down', 'leader.lost', 'leader.elected', 'margin.changed'] as const)
      expect(kinds).toContain(kind);

    etcd.freeze(next);
    const third = await leaderIs(product, (node) => node !== next);
    await eventually('the frozen one is suspect', async () =>
      (await orders(product)).members.some((each) => each.node === next && each.state === 'suspect'),
    );
    etcd.thaw(next);
    const healed = await healthy(product);
    expect(healed.leader?.node).toBe((await truth(etcd)).leader);
    expect(third).not.toBe(next);

    const { nodes } = await product.get<NodesDto>('/api/nodes');
    expect(nodes.map((node) => node.id).toSorted(), 'the seed is its member, no node of its own').toEqual([
      'n1',
      'n2',
      'n3',
    ]);

    // The membership follows the members: one is removed, and one is added that never began.
    const [keeper] = etcd.members.filter((member) => member.name === healed.leader?.node);
    const leaver = healed.members.find((member) => member.node !== healed.leader?.node);
    if (keeper === undefined || leaver === undefined) throw new Error('no member to ask');
    const id = leaver.aliases.find((alias) => /^\d{10,}$/.test(alias));
    // It refuses until its members have been connected for five seconds.
    await eventually('a member is removed', () => etcd.post(keeper, '/v3/cluster/member/remove', { ID: id }));
    await eventually('two members', async () => {
      const now = await orders(product);
      return now.members.length === 2 && now.quorum?.voters === 2;
    });
    await eventually('the removed one is no node any more', async () => {
      const now = await product.get<NodesDto>('/api/nodes');
      return now.nodes.every((node) => node.id !== leaver.node);
    });
    await eventually('a member is added', () =>
      etcd.post(keeper, '/v3/cluster/member/add', { peerURLs: ['http://127.0.0.1:19999'] }),
    );
    const added = await eventually('three voters, one never heard', async () => {
      const now = await orders(product);
      return now.quorum?.voters === 3 && now.members.length === 3 && now;
    });
    expect(added.members.filter((member) => member.state === 'unknown')).toHaveLength(1);
    expect(added.leader?.node).toBe(healed.leader?.node);
    // The log is behind the live picture by less than a second.
    await eventually('both changes in the log', async () => {
      const { events } = await product.get<EventsDto>(`/api/events?limit=500&from=${from}`);
      const kinds = new Set(events.map((event) => event.kind));
      return kinds.has('member.removed') && kinds.has('member.added');
    });
  } finally {
    await product.stop();
    await etcd.stop();
  }
});

test('by TLS with client certificates; without them every member says why it cannot be read', async () => {
  const etcd = await startEtcd({ tls: true });
  const folder = await mkdtemp(path.join(tmpdir(), 'quorate-tls-'));
  const foreign = await makeCertificates(folder);
  const own = etcd.certificates ?? foreign;
  const seed = etcd.members[0]?.address ?? '';
  await truth(etcd);
  const members = etcd.members
    .map(({ name, address }) => `{ node: x-${name}, address: "${address}" }`)
    .join(', ');
  const product = await startProduct({
    config: `scrape_configs:
  - job_name: etcd
    scrape_interval: 1s
    scheme: https
    tls_config: { ca_file: ${own.ca}, cert_file: ${own.cert}, key_file: ${own.key} }
    static_configs: [{ targets: ["${seed}"] }]
  - job_name: stranger
    scrape_interval: 1s
    scheme: https
    tls_config: { ca_file: ${foreign.ca}, cert_file: ${own.cert}, key_file: ${own.key} }
    static_configs: [{ targets: ["${seed}"] }]
clusters:
  - name: orders
    system: etcd
    scheme: https
    seeds: ["${seed}"]
    tls_config: { ca_file: ${own.ca}, cert_file: ${own.cert}, key_file: ${own.key} }
  - name: unknown-ca
    system: etcd
    scheme: https
    members: [${members}]
    tls_config: { ca_file: ${foreign.ca}, cert_file: ${own.cert}, key_file: ${own.key} }
  - name: no-cert
    system: auto
    scheme: https
    seeds: ["${seed}"]
    tls_config: { ca_file: ${own.ca} }
`,
  });
  try {
    const cluster = await healthy(product);
    expect(cluster.leader?.node).toBe((await truth(etcd)).leader);
    const refused = await eventually('unreadable members', async () => {
      const now = await product.get<ClusterDto>('/api/clusters/unknown-ca');
      return now.members.every((member) => member.readError !== null) && now;
    });
    expect(refused.members[0]?.readError).toMatch(/certificate/);
    const closed = await eventually('a seed that wants a certificate', async () => {
      const now = await product.get<ClusterDto>('/api/clusters/no-cert');
      return now.members[0]?.readError != null && now;
    });
    expect(closed.members[0]?.readError).toMatch(/certificate|alert|SSL/i);
    interface Targets {
      readonly data: {
        readonly activeTargets: readonly {
          readonly scrapePool: string;
          readonly health: string;
          readonly lastError: string;
        }[];
      };
    }
    const targets = await eventually('scrapes', async () => {
      const { data } = await product.get<Targets>('/api/v1/targets');
      return data.activeTargets.every((target) => target.health !== 'unknown') && data.activeTargets;
    });
    const health = Object.fromEntries(targets.map((target) => [target.scrapePool, target.health]));
    expect(health).toEqual({ etcd: 'up', stranger: 'down' });
    expect(targets.find((target) => target.scrapePool === 'stranger')?.lastError).toMatch(/certificate/);
  } finally {
    await product.stop();
    await etcd.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test('dead seeds are shown as members of nobody knows what state; when they live, their members take their place', async () => {
  const etcd = await startEtcd();
  const seed = etcd.members[0]?.address ?? '';
  await truth(etcd);
  for (const { name } of etcd.members) etcd.kill(name);
  const product = await startProduct({
    config: `clusters:\n  - name: orders\n    system: etcd\n    seeds: ["${seed}"]\n`,
  });
  try {
    const before = await eventually('the seed', () => orders(product));
    expect(before.members.map((member) => [member.node, member.state])).toEqual([[seed, 'unknown']]);
    for (const { name } of etcd.members) etcd.restart(name);
    const after = await healthy(product);
    expect(after.leader?.node).toBe((await truth(etcd)).leader);
    await eventually('its members in the log', async () => {
      const { events } = await product.get<EventsDto>('/api/events?limit=500');
      return events.some((event) => event.kind === 'member.added' && event.node === 'n1');
    });
  } finally {
    await product.stop();
    await etcd.stop();
  }
});

test('a member that joins as a learner, begins to serve, is promoted and removed while it is watched', async () => {
  const etcd = await startEtcd();
  const [first] = etcd.members;
  if (first === undefined) throw new Error('no member');
  await truth(etcd);
  const product = await startProduct({
    config: `clusters:\n  - name: orders\n    seeds: ["${first.address}"]\n`,
  });
  const memberIs = (what: string, isIt: (cluster: ClusterDto) => boolean) =>
    eventually(what, async () => {
      const cluster = await orders(product);
      return isIt(cluster) && cluster;
    });
  try {
    await healthy(product);
    const joining = await eventually('the members take a learner', etcd.announce);
    const hex = BigInt(joining.id).toString(16);
    await memberIs('a learner that does not serve', ({ members }) =>
      members.some(({ node, membership }) => node === hex && membership === 'learner'),
    );
    joining.begin();
    await memberIs('n4 is up, a learner', ({ members }) =>
      members.some(
        ({ node, membership, state, role }) =>
          node === 'n4' && membership === 'learner' && state === 'up' && role === 'learner',
      ),
    );
    await eventually('n4 is promoted', () =>
      etcd.post(first, '/v3/cluster/member/promote', { ID: joining.id }),
    );
    await memberIs('four voters', ({ members, quorum }) => quorum?.voters === 4 && members.length === 4);
    await etcd.post(first, '/v3/cluster/member/remove', { ID: joining.id });
    await memberIs(
      'three voters, all well',
      ({ members, quorum, verdict }) =>
        quorum?.voters === 3 && members.length === 3 && verdict.level === 'healthy',
    );
    await eventually('n4 is watched no more', async () => {
      const { nodes } = await product.get<NodesDto>('/api/nodes');
      return (
        nodes
          .map((node) => node.id)
          .toSorted()
          .join() === 'n1,n2,n3'
      );
    });
  } finally {
    await product.stop();
    await etcd.stop();
  }
});
