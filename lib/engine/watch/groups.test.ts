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
  const group = createGroup(cluster, null);
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
  const group = createGroup(cluster, null);
  for (const probe of plan.probes) if (probe.endpoint === 'status') group.read(probe, answer('<html>'));
  group.evaluate(2, () => ({ state: 'up', withheld: false }));
  assert.equal(group.words()?.level, 'unknown');
  assert.deepEqual(
    group.words()?.members.map((member) => member.readError),
    ['unreadable', 'unreadable', 'unreadable'],
  );
});
