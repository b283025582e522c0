import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import type { NodeState } from '#lib/model/node.ts';
import type { Reading } from '#lib/model/reading.ts';

import { etcd } from './adapters/etcd.ts';
import { bodyOf } from './body.ts';
import { growthOf, quantileOf } from './performance.ts';
import { evaluateAll } from './rules.ts';
import { transitions } from './transitions.ts';
import { createClusterView } from './view.ts';

const ID = { a: '14416085628150859872', b: '1023325227458274048', c: '7507853675836095262' } as const;
const HEX = { a: 'c810397fc58bc860', b: 'e3394df6058a300', c: '68314123cdd23b1e' } as const;
type Name = keyof typeof ID;
const NAMES: readonly Name[] = ['a', 'b', 'c'];

const make = () =>
  createClusterView({
    id: 'orders',
    name: 'orders',
    system: 'etcd',
    protocol: 'raft',
    termKind: 'term',
    electionTimeoutMs: 1000,
    staleMs: { status: 1500, members: 7000, metrics: 7000, health: 12_500, leaderStats: 6000 },
    peerSilenceMs: 6000,
    members: NAMES.map((node, i) => ({ node, zone: null, address: `10.0.0.${i + 1}:2379`, names: [] })),
    restored: null,
  });
type View = ReturnType<typeof make>;

const give = (view: View, node: Name, endpoint: string, at: number, text: string, tookMs = 2): void => {
  const rules = etcd.fields[endpoint] ?? assert.fail();
  const body = bodyOf(etcd.endpoints[endpoint]?.parse ?? 'json', Buffer.from(text), rules) ?? assert.fail();
  const reading: Reading = {
    node,
    endpoint,
    sentAt: at - tookMs,
    observedAt: at,
    error: null,
    isDenied: false,
    fields: evaluateAll(rules, body, node, view.known(node)),
  };
  view.read(reading);
};
const status = (
  view: View,
  node: Name,
  at: number,
  leader: Name | null,
  term: number,
  index = 10,
  tookMs = 2,
) =>
  give(
    view,
    node,
    'status',
    at,
    JSON.stringify({
      header: { member_id: ID[node] },
      ...(leader === null ? {} : { leader: ID[leader] }),
      raftTerm: String(term),
      raftIndex: String(index),
      raftAppliedIndex: String(index),
    }),
    tookMs,
  );
const memberList = (names: readonly Name[], learner: Name | null = null): string =>
  JSON.stringify({
    members: names.map((name) => ({
      ID: ID[name],
      name,
      clientURLs: [`http://10.0.0.${NAMES.indexOf(name) + 1}:2379`],
      ...(learner === name ? { isLearner: true } : {}),
    })),
  });
const metrics = (
  startedAt: number,
  changes: number,
  up: Partial<Record<Name, 0 | 1>>,
  fsync = [0, 10, 10],
): string =>
  [
    `process_start_time_seconds ${startedAt}`,
    `etcd_server_leader_changes_seen_total ${changes}`,
    'etcd_server_proposals_pending 0',
    `etcd_disk_wal_fsync_duration_seconds_bucket{le="0.001"} ${fsync[0]}`,
    `etcd_disk_wal_fsync_duration_seconds_bucket{le="0.002"} ${fsync[1]}`,
    `etcd_disk_wal_fsync_duration_seconds_bucket{le="+Inf"} ${fsync[2]}`,
    'etcd_disk_wal_fsync_duration_seconds_sum 1',
    `etcd_disk_wal_fsync_duration_seconds_count ${fsync[2]}`,
    ...Object.entries(up).flatMap(([name, value]) => [
      `etcd_network_active_peers{Local="x",Remote="${HEX[name as Name]}"} ${value}`,
      `etcd_network_peer_round_trip_time_seconds_sum{To="${HEX[name as Name]}"} 0.004`,
      `etcd_network_peer_round_trip_time_seconds_count{To="${HEX[name as Name]}"} 2`,
    ]),
    '',
  ].join('\n');

const sight =
  (states: Partial<Record<string, NodeState>> = {}, withheld: readonly string[] = []) =>
  (node: string) => ({ state: states[node] ?? ('up' as const), withheld: withheld.includes(node) });

const agreeing = (at = 1000): View => {
  const view = make();
  for (const node of NAMES) status(view, node, at, 'a', 7);
  view.evaluate(at, sight());
  return view;
};

void describe('etcd adapter', () => {
  void test('members name each other in decimal and in hexadecimal; both become nodes', () => {
    const view = agreeing();
    give(view, 'a', 'metrics', 1000, metrics(5, 1, { b: 1, c: 1 }));
    const picture = view.evaluate(1000, sight());
    assert.deepEqual(
      picture.words.members.map((member) => member.leader),
      ['a', 'a', 'a'],
    );
    assert.deepEqual(
      picture.peers.map(({ from, to, up, rttMs }) => [from, to, up, rttMs]),
      [
        ['a', 'b', true, 2],
        ['a', 'c', true, 2],
      ],
    );
    assert.deepEqual(picture.members[0]?.aliases, [ID.a, HEX.a]);
  });

  void test('a dead member is known by its address in the member list, before it ever answered', () => {
    const view = make();
    for (const node of ['b', 'c'] as const) {
      status(view, node, 1000, 'a', 7);
      give(view, node, 'members', 1000, memberList(NAMES));
    }
    const { words } = view.evaluate(1000, sight({ a: 'unknown' }));
    assert.deepEqual(
      words.members.map((member) => [member.node, member.leader]),
      [
        ['a', null],
        ['b', 'a'],
        ['c', 'a'],
      ],
    );
  });

  void test('roles: leader by its own id, candidate without a leader, learner by its flag', () => {
    const role = (body: object): unknown =>
      evaluateAll(etcd.fields.status ?? {}, { kind: 'json', value: JSON.parse(JSON.stringify(body)) }, 'a')
        .role;
    assert.equal(role({ header: { member_id: ID.a }, leader: ID.a, raftTerm: '2' }), 'leader');
    assert.equal(role({ header: { member_id: ID.a }, leader: ID.b, raftTerm: '2' }), 'follower');
    assert.equal(role({ header: { member_id: ID.a }, raftTerm: '2' }), 'candidate');
    assert.equal(role({ header: { member_id: ID.a }, leader: ID.b, isLearner: true }), 'learner');
    assert.equal(role({ header: { member_id: ID.a }, leader: '0', raftTerm: '2' }), 'candidate');
    assert.equal(role({}), null);
  });

  void test('alarms are told: a cluster that takes no writes is not healthy', () => {
    const view = agreeing();
    const alarmed = (errors: readonly string[]): string =>
      JSON.stringify({ header: { member_id: ID.a }, leader: ID.a, raftTerm: '7', raftIndex: '10', errors });
    give(view, 'a', 'status', 1100, alarmed([`memberID:${ID.b} alarm:NOSPACE `, 'etcdserver: no leader']));
    const { level, why } = view.evaluate(1100, sight()).words;
    assert.deepEqual([level, why?.code, why?.params.alarms], ['degraded', 'why.alarm', 'NOSPACE']);
    give(view, 'a', 'status', 1200, alarmed([]));
    assert.equal(view.evaluate(1200, sight()).words.level, 'healthy');
  });

  void test('voters and learners are those that a majority lists', () => {
    const view = agreeing();
    for (const node of ['a', 'b'] as const) give(view, node, 'members', 1000, memberList(NAMES, 'c'));
    const { words } = view.evaluate(1000, sight());
    assert.equal(words.quorum?.voters, 2);
    assert.equal(words.members.find((member) => member.node === 'c')?.membership, 'learner');
    assert.deepEqual(
      view.listed()?.map((member) => member.name),
      ['a', 'b', 'c'],
    );
    for (const node of ['a', 'b'] as const) give(view, node, 'members', 1100, memberList(['a', 'b']));
    const after = view.evaluate(1100, sight()).words;
    assert.ok(
      transitions(words, after).some((draft) => draft.kind === 'member.removed' && draft.node === 'c'),
    );
  });

  void test('of a large body only the named families are read; no body makes the rules throw', () => {
    const whole = readFileSync(path.join(import.meta.dirname, 'testdata/etcd/whole.metrics.prom'));
    const rules = etcd.fields.metrics ?? assert.fail();
    const body = bodyOf('metrics', whole, rules);
    assert.ok(body?.kind === 'metrics' && body.samples.length < 120);
    const fields = evaluateAll(rules, body, 'etcd1');
    assert.ok(Array.isArray(fields.peers) && fields.peers.length === 2);
    assert.equal(fields.leaderChanges, 1);
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, text) => {
        for (const [endpoint, each] of Object.entries(etcd.fields)) {
          const read = bodyOf(
            etcd.endpoints[endpoint]?.parse ?? 'json',
            Buffer.from(endpoint === 'metrics' ? text : json),
            each,
          );
          if (read !== null) evaluateAll(each, read, 'a');
        }
      }),
    );
  });
});

void describe('traps', () => {
  void test('a role claim is not a fact: a leader that no majority names does not lead', () => {
    const view = make();
    status(view, 'a', 1000, 'a', 7);
    status(view, 'b', 1000, null, 7);
    status(view, 'c', 1000, null, 7);
    const { words } = view.evaluate(1000, sight());
    assert.equal(words.leader?.state, 'none');
    assert.deepEqual(
      words.leader?.claims.map((claim) => [claim.node, claim.valid, claim.why.code]),
      [['a', false, 'claim.unbacked']],
    );
  });

  void test('status reads are not atomic: the new leader with the old term is neither contested nor a wrong leader', () => {
    const view = agreeing();
    status(view, 'b', 1100, 'b', 7);
    const torn = view.evaluate(1100, sight()).words;
    assert.deepEqual([torn.leader?.state, torn.leader?.node, torn.leader?.term?.text], ['one', 'a', '7']);
    status(view, 'c', 1150, 'b', 7);
    assert.notEqual(
      view.evaluate(1150, sight()).words.leader?.node,
      'b',
      'not in the term of another leader',
    );
    for (const node of ['b', 'c'] as const) status(view, node, 1300, 'b', 8);
    const whole = view.evaluate(1300, sight()).words;
    assert.deepEqual([whole.leader?.node, whole.leader?.term?.text], ['b', '8']);
  });

  void test('a cluster made anew, another leader in the same term, is believed when it is said twice', () => {
    const view = agreeing();
    for (const at of [2000, 2500]) for (const node of NAMES) status(view, node, at, 'b', 7);
    assert.equal(view.evaluate(2500, sight()).words.leader?.node, 'b');
  });

  void test('the liveness endpoint is not the health endpoint', () => {
    assert.notEqual(etcd.endpoints[etcd.liveness]?.path, '/health');
    assert.ok(
      (etcd.endpoints.health?.intervalMs ?? 0) >= 1000,
      'asked seldom: it is a read of the whole cluster',
    );
    const view = agreeing();
    for (const node of NAMES) give(view, node, 'health', 1000, '{"health":"false"}');
    assert.equal(view.evaluate(1000, sight()).words.level, 'healthy');
  });

  void test('requests answered on thaw are old', () => {
    const view = make();
    for (const node of ['b', 'c'] as const) status(view, node, 9000, 'b', 8);
    status(view, 'a', 9000, 'a', 7, 10, 2500);
    const { words } = view.evaluate(9000, sight());
    assert.equal(words.leader?.node, 'b');
    assert.equal(
      words.leader?.claims.some((claim) => claim.node === 'a'),
      false,
    );
    assert.equal(words.members.find((member) => member.node === 'a')?.term, null);
  });

  void test('answers of nobody are not the want of a leader', () => {
    const view = agreeing();
    assert.equal(view.evaluate(9000, sight()).words.sentence.code, 'verdict.unread');
    const { level, sentence } = view.evaluate(20_000, sight()).words;
    assert.deepEqual([level, sentence.code], ['degraded', 'verdict.unread']);
  });

  void test('what peers say proves nothing before they can have noticed', () => {
    const view = agreeing();
    const hears = (at: number): void => {
      for (const node of ['b', 'c'] as const) give(view, node, 'metrics', at, metrics(5, 1, { a: 1 }));
    };
    hears(6500);
    for (const node of ['b', 'c'] as const) status(view, node, 6500, null, 7);
    assert.equal(
      view.peersHear('a', 6500, 5500).majority,
      false,
      'they hold a dead connection for five seconds',
    );
    hears(7500);
    assert.equal(view.peersHear('a', 7500, 6500).majority, true);
    const followers = agreeing();
    for (const node of ['b', 'c'] as const) status(followers, node, 3500, 'a', 7);
    assert.equal(
      followers.peersHear('a', 3500, 2400).majority,
      true,
      'who still follows after two elections hears',
    );
    assert.equal(followers.peersHear('a', 3500, 1000).majority, false);
  });

  void test('counters are reset invisibly: only the start of the process tells', () => {
    const view = agreeing();
    give(view, 'a', 'metrics', 1000, metrics(5, 1, {}));
    give(view, 'a', 'metrics', 1000, metrics(900, 1, {}, [9, 10, 10]));
    const member = view.evaluate(1000, sight()).members[0];
    assert.equal(member?.performance?.leaderChanges, 1, 'one more, though the value is the same');
    assert.ok((member?.performance?.fsyncP99Ms ?? 9) < 2, 'of the new process alone');
  });

  void test('terms are not monotonic: one that went back is told', () => {
    const view = agreeing();
    const before = view.evaluate(1000, sight()).words;
    for (const node of NAMES) status(view, node, 1500, 'a', 5);
    const drafts = transitions(before, view.evaluate(1500, sight()).words);
    assert.ok(drafts.some((draft) => draft.kind === 'term.regressed'));
  });

  void test('an index that went back, as a restored cluster has, is shown after a while', () => {
    const view = agreeing();
    for (let at = 1500; at <= 20_000; at += 500) {
      for (const node of NAMES) status(view, node, at, 'a', 7, 4);
      view.evaluate(at, sight());
    }
    assert.equal(view.evaluate(20_000, sight()).commit?.index, '4');
  });

  void test('a member of another cluster is no voice in this one, and is not counted as alive', () => {
    const of = (cluster: string, own: Name, leader: Name): string =>
      JSON.stringify({
        header: { cluster_id: cluster, member_id: ID[own] },
        leader: ID[leader],
        raftTerm: '7',
        raftIndex: '10',
        raftAppliedIndex: '10',
      });
    const view = make();
    give(view, 'c', 'status', 1000, of('999', 'c', 'a'));
    give(view, 'b', 'status', 1000, of('1', 'b', 'a'));
    give(view, 'a', 'status', 1000, of('1', 'a', 'a'));
    const { words } = view.evaluate(1000, sight());
    assert.deepEqual([words.leader?.node, words.leader?.claims[0]?.why.params.backers], ['a', 2]);
    assert.equal(words.quorum?.margin.pessimistic, 0);
    assert.equal(words.members[2]?.readError, 'it is of group 999, the others are of 1');
    give(view, 'c', 'status', 1500, of('1', 'c', 'a'));
    for (const node of ['a', 'b'] as const) give(view, node, 'status', 1500, of('1', node, 'a'));
    assert.equal(view.evaluate(1500, sight()).words.level, 'healthy');
  });

  void test('one member behind two addresses is one voice', () => {
    const view = make();
    const own = (at: number): string =>
      JSON.stringify({ header: { member_id: ID.a }, leader: ID.a, raftTerm: '7', raftIndex: String(at) });
    for (const at of [1000, 1500])
      for (const node of ['a', 'b'] as const) give(view, node, 'status', at, own(at));
    const { words } = view.evaluate(1500, sight());
    assert.equal(words.leader?.state, 'unknown', 'one of three is no majority');
    assert.match(words.members[1]?.readError ?? '', /asked at another address already/);
  });

  void test('an address behind which members take turns silences none of them', () => {
    const view = make();
    let words = view.evaluate(0, sight()).words;
    for (let at = 1000; at < 5000; at += 500) {
      const turn = (at / 500) % 2 === 0 ? 'b' : 'c';
      give(
        view,
        'a',
        'status',
        at,
        JSON.stringify({ header: { member_id: ID[turn] }, leader: ID.b, raftTerm: '7', raftIndex: '9' }),
      );
      for (const node of ['b', 'c'] as const) status(view, node, at + 10, 'b', 7);
      const next = view.evaluate(at + 10, sight()).words;
      if (at > 2000) assert.deepEqual(transitions(words, next), []);
      words = next;
    }
    assert.deepEqual(
      words.members.map(({ node, readError }) => [node, readError === null]),
      [
        ['a', false],
        ['b', true],
        ['c', true],
      ],
    );
    assert.equal(words.leader?.node, 'b');
  });

  void test('members speak at different instants: what was committed later is no lag', () => {
    const view = make();
    status(view, 'b', 1000, 'a', 7, 1000);
    status(view, 'c', 1200, 'a', 7, 3000);
    status(view, 'a', 1400, 'a', 7, 6000);
    assert.deepEqual(
      view.evaluate(1400, sight()).members.map((member) => member.lag),
      [0, 0, 0],
    );
    status(view, 'b', 1600, 'a', 7, 1000);
    assert.equal(view.evaluate(1600, sight()).members[1]?.lag, 5000);
  });

  void test('one snapshot of waiting proposals is no stall', () => {
    const view = agreeing();
    const waiting = metrics(5, 1, {}).replace('pending 0', 'pending 3');
    give(view, 'a', 'metrics', 1100, waiting);
    for (const node of NAMES) status(view, node, 6000, 'a', 7);
    assert.equal(view.evaluate(6000, sight()).stalled, false);
    give(view, 'a', 'metrics', 6100, waiting);
    for (const node of NAMES) status(view, node, 6100, 'a', 7);
    assert.equal(view.evaluate(6100, sight()).stalled, true);
  });
});

void test('quantiles of a growth lie within what grew', () => {
  const counts = fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 });
  const histogram = (list: readonly number[]) => {
    let total = 0;
    const buckets = list.map((count, i) => ({ le: i === 3 ? Infinity : 2 ** i, count: (total += count) }));
    return { sum: total, count: total, buckets };
  };
  fc.assert(
    fc.property(counts, counts, fc.double({ min: 0.01, max: 1, noNaN: true }), (first, more, q) => {
      const before = histogram(first);
      const after = histogram(first.map((count, i) => count + (more[i] ?? 0)));
      const grown = growthOf(before, after);
      assert.equal(
        grown.count,
        more.reduce((sum, count) => sum + count, 0),
      );
      const value = quantileOf(grown, q);
      assert.ok(grown.count === 0 ? value === null : value !== null && value >= 0 && value <= 4);
    }),
  );
});
