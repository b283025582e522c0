import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadConfig } from '#lib/engine/config/load.ts';
import type { ProbeAnswer } from '#lib/sources/probe.ts';

import { createGroup } from './groups.ts';
import { planOf } from './plan.ts';

const CONFIG = `clusters:
  - name: kv
    system: raft
    members:
      - { node: a, address: 10.0.0.1:1 }
      - { node: b, address: 10.0.0.2:1 }
      - { node: c, address: 10.0.0.3:1 }
`;
const loaded = loadConfig(CONFIG, 'q.yml');
assert.ok(loaded.ok);

const planWithout = (without: readonly string[]) =>
  planOf(loaded.config, {
    discovered: new Map(),
    pushed: new Map(),
    without: new Set(without),
    found: () => null,
    leader: () => null,
  });

const answer = (body: string): ProbeAnswer => ({
  sentAt: 0,
  at: 1,
  monoAt: 1,
  outcome: 'ok',
  rttMs: 1,
  error: null,
  body: Buffer.from(body),
  status: 200,
});
const metricsOf = (id: string): string =>
  `raft_state{state="leader"} ${id === 'a' ? 1 : 0}\nraft_state{state="follower"} ${id === 'a' ? 0 : 1}\nraft_term 7\nraft_leader_info{leader="a"} 1\nraft_commit_index 40\n`;

test('metrics are asked of exactly those members that have no status endpoint', () => {
  const probes = (without: readonly string[]): string[] =>
    planWithout(without)
      .probes.filter((probe) => probe.endpoint === 'metrics')
      .map((probe) => probe.key);
  assert.deepEqual(probes([]), []);
  assert.deepEqual(probes(['kv/b/status']), ['kv/b/metrics']);
});

test('a group is read by metric names alone: leader, term and quorum', () => {
  const plan = planWithout(['kv/a/status', 'kv/b/status', 'kv/c/status']);
  const cluster = plan.clusters.get('kv');
  assert.ok(cluster);
  const group = createGroup(cluster, null, 0);
  for (const probe of plan.probes)
    if (probe.endpoint === 'metrics') group.read(probe, answer(metricsOf(probe.node)));
  group.evaluate(2, () => ({ state: 'up', withheld: false }));
  const words = group.words();
  assert.equal(words?.level, 'healthy');
  assert.deepEqual(
    [words?.leader?.node, words?.leader?.term?.text, words?.quorum?.margin.pessimistic],
    ['a', '7', 1],
  );
  assert.equal(group.numbers().commit?.index, '40');
});

test('a status that is no JSON is an unreadable member, not an exception', () => {
  const plan = planWithout([]);
  const cluster = plan.clusters.get('kv');
  assert.ok(cluster);
  const group = createGroup(cluster, null, 0);
  for (const probe of plan.probes) if (probe.endpoint === 'status') group.read(probe, answer('<html>'));
  group.evaluate(2, () => ({ state: 'up', withheld: false }));
  assert.equal(group.words()?.level, 'unknown');
  assert.deepEqual(
    group.words()?.members.map((member) => member.readError),
    ['unreadable', 'unreadable', 'unreadable'],
  );
});

test('rights that do not suffice for a list are told, though the member answers', () => {
  const plan = seeded(['kv'], () => found([['1', 'n1', '10.0.0.1:2379']]));
  const cluster = plan.clusters.get('kv');
  assert.ok(cluster);
  const group = createGroup(cluster, null, 0);
  const status = '{"header":{"member_id":"1"},"leader":"1","raftTerm":"2","raftIndex":"9"}';
  const error = 'answered 400, expected 200: {"error":"etcdserver: user name is empty"}';
  for (const probe of plan.probes)
    if (probe.reads === 'status') group.read(probe, answer(status));
    else if (probe.reads === 'members')
      group.read(probe, { ...answer(''), outcome: 'http-status', error, body: null, status: 400 });
  group.evaluate(2, () => ({ state: 'up', withheld: false }));
  assert.deepEqual([group.words()?.leader?.node, group.words()?.members[0]?.readError], ['n1', error]);
});

test('seeds that found members: nodes by their names, unless another host has a node of that name', () => {
  const two = loadConfig(
    'clusters:\n  - name: one\n    system: etcd\n    seeds: ["10.0.0.1:2379"]\n  - name: two\n    system: etcd\n    seeds: ["10.0.1.1:2379"]\n  - name: open\n    seeds: ["10.0.2.1:2379"]\n',
    'q.yml',
  );
  assert.ok(two.ok);
  const member = (address: string | null) => ({
    id: '255',
    otherId: 'ff',
    name: address === null ? null : 'n1',
    address,
  });
  const plan = planOf(two.config, {
    discovered: new Map(),
    pushed: new Map(),
    without: new Set(['one/n1/metrics', 'one/n1/status']),
    found: (cluster) =>
      cluster === 'open'
        ? { system: null, members: null, errors: { '10.0.2.1:2379': 'answered 401' } }
        : {
            system: 'etcd',
            members: [
              member(cluster === 'one' ? '10.0.0.1:2379' : '10.0.1.1:2379'),
              ...(cluster === 'one' ? [member(null)] : []),
            ],
            errors: {},
          },
    leader: (cluster) => (cluster === 'one' ? 'n1' : null),
  });
  assert.deepEqual([...plan.nodes.keys()], ['n1', 'ff', 'two.n1', '10.0.2.1:2379']);
  assert.equal(plan.nodes.get('ff')?.liveness, null, 'it serves nobody yet');
  const asked = (node: string): string[] =>
    plan.probes.filter((probe) => probe.node === node).map((probe) => probe.reads ?? 'connect');
  assert.deepEqual(
    asked('n1'),
    ['status', 'members', 'health', 'leaderStats'],
    'what is absent is not asked again',
  );
  assert.deepEqual(asked('two.n1'), ['status', 'members', 'metrics', 'health']);
  assert.deepEqual(asked('10.0.2.1:2379'), ['connect'], 'nobody knows yet what it is');
  assert.equal(plan.clusters.get('open')?.members[0]?.readError, 'answered 401');
});

const found = (members: readonly (readonly [string, string | null, string | null])[]) => ({
  system: 'etcd',
  members: members.map(([id, name, address]) => ({ id, otherId: null, name, address })),
  errors: {},
});
const seeded = (names: readonly string[], of: (cluster: string) => ReturnType<typeof found>) => {
  const text = names
    .map((name) => `  - name: ${name}\n    system: etcd\n    seeds: ["10.0.0.1:1"]\n`)
    .join('');
  const config = loadConfig(`clusters:\n${text}`, 'q.yml');
  assert.ok(config.ok);
  return planOf(config.config, {
    discovered: new Map(),
    pushed: new Map(),
    without: new Set(),
    found: of,
    leader: () => null,
  });
};

test('members that bear one name are as many nodes, each asked at its own address', () => {
  const plan = seeded(['kv'], () =>
    found([
      ['1', 'default', '10.0.0.1:2379'],
      ['2', 'default', '10.0.0.2:2379'],
      ['3', 'n3', '10.0.0.3:2379'],
    ]),
  );
  assert.deepEqual([...plan.nodes.keys()], ['10.0.0.1:2379', '10.0.0.2:2379', 'n3']);
  assert.equal(new Set(plan.probes.map((probe) => probe.key)).size, plan.probes.length);
  assert.deepEqual(plan.clusters.get('kv')?.members[0]?.names, ['1'], 'a name of two means neither');
});

test('processes of two clusters on one host are two nodes, whatever they are called', () => {
  const plan = seeded(['kv', 'events'], (cluster) =>
    found([['1', 'n1', cluster === 'kv' ? '10.0.0.1:2379' : '10.0.0.1:2381']]),
  );
  assert.deepEqual([...plan.nodes.keys()], ['n1', 'events.n1']);
});
