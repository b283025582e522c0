import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import type { NodeState } from '#lib/model/node.ts';
import type { FieldValue, Reading } from '#lib/model/reading.ts';

import { raft } from './adapters/generic.ts';
import { evaluateAll, parseJson } from './rules.ts';
import { transitions } from './transitions.ts';
import { createClusterView } from './view.ts';
import type { NodeSight } from './view.ts';

const IDS = ['n1', 'n2', 'n3', 'n4', 'n5'];
const ZONES: Record<string, string> = { n1: 'a', n2: 'a', n3: 'b', n4: 'b', n5: 'c' };

const make = () =>
  createClusterView({
    id: 'kv',
    name: 'kv',
    system: 'raft',
    protocol: 'raft',
    termKind: 'term',
    electionTimeoutMs: 1000,
    staleMs: { status: 1500 },
    peerSilenceMs: 0,
    members: IDS.map((node) => ({ node, zone: ZONES[node] ?? null, address: null, names: [] })),
    restored: null,
  });

const reading = (node: string, at: number, fields: Record<string, FieldValue>, tookMs = 2): Reading => ({
  node,
  endpoint: 'status',
  sentAt: at - tookMs,
  observedAt: at,
  error: null,
  isDenied: false,
  fields: { voters: IDS, commitIndex: 10, appliedIndex: 10, lastIndex: 10, pending: 0, ...fields },
});
const hears =
  (deaf: readonly string[] = []) =>
  (node: string) =>
    IDS.filter((id) => id !== node).map((id) => ({
      id,
      up: !deaf.includes(id),
      lastHeardMs: 5,
      rttMs: 1,
      rtts: null,
    }));
const says = (
  node: string,
  at: number,
  leader: string | null,
  term: number,
  peers = hears()(node),
): Reading =>
  reading(node, at, {
    role: leader === node ? 'leader' : 'follower',
    term,
    termText: String(term),
    leader,
    peers,
  });

const sightOf =
  (states: Record<string, NodeState> = {}, withheld: readonly string[] = []) =>
  (node: string): NodeSight => ({ state: states[node] ?? 'up', withheld: withheld.includes(node) });

void describe('cluster view', () => {
  void test('five members that agree: one leader, survives two', () => {
    const view = make();
    for (const node of IDS) view.read(says(node, 1000, 'n1', 7));
    const { words } = view.evaluate(1100, sightOf());
    assert.equal(words.level, 'healthy');
    assert.equal(words.leader?.node, 'n1');
    assert.equal(words.leader?.term?.text, '7');
    assert.deepEqual(words.quorum?.margin, { optimistic: 2, pessimistic: 2 });
    assert.ok(words.members.every((member) => member.agrees === true));
  });

  void test('a killed leader is nobody at once; the next one needs a majority of statements', () => {
    const view = make();
    for (const node of IDS) view.read(says(node, 1000, 'n1', 7));
    view.evaluate(1000, sightOf());
    const gone = view.evaluate(1200, sightOf({ n1: 'down' })).words;
    assert.equal(gone.leader?.state, 'none');
    assert.deepEqual(gone.quorum?.margin, { optimistic: 1, pessimistic: 1 });
    view.read(says('n2', 1300, 'n2', 8));
    view.read(says('n3', 1300, 'n2', 8));
    assert.equal(
      view.evaluate(1300, sightOf({ n1: 'down' })).words.leader?.state,
      'none',
      'two of five are no majority',
    );
    view.read(says('n4', 1350, 'n2', 8));
    const elected = view.evaluate(1350, sightOf({ n1: 'down' })).words;
    assert.equal(elected.leader?.node, 'n2');
    assert.equal(elected.leader?.since, 1350);
    assert.deepEqual(
      transitions(gone, elected)
        .map((draft) => draft.kind)
        .filter((kind) => kind.startsWith('leader')),
      ['leader.elected'],
    );
  });

  void test('an old leader on the small side of a cut still claims, and is called overtaken', () => {
    const view = make();
    view.read(says('n1', 1000, 'n1', 7));
    view.read(says('n2', 1000, 'n1', 7));
    for (const node of ['n3', 'n4', 'n5']) view.read(says(node, 1000, 'n3', 8));
    const { words } = view.evaluate(1000, sightOf());
    assert.equal(words.leader?.node, 'n3');
    assert.deepEqual(
      words.leader?.claims.map((claim) => [claim.node, claim.valid, claim.why.code]),
      [
        ['n1', false, 'claim.old'],
        ['n3', true, 'claim.backed'],
      ],
    );
    assert.equal(words.members.find((member) => member.node === 'n2')?.agrees, false);
    assert.equal(words.level, 'degraded');
  });

  void test('old statements and those of a thawed process say nothing of now', () => {
    const view = make();
    for (const node of IDS) view.read(says(node, 1000, 'n1', 7));
    assert.equal(view.evaluate(3000, sightOf()).words.leader?.state, 'unknown');
    for (const node of IDS) view.read({ ...says(node, 9000, 'n1', 7), sentAt: 2000 });
    assert.equal(view.evaluate(9000, sightOf()).words.leader?.state, 'unknown');
  });

  void test('quorum lost, then restored, is told; it comes before every other sentence', () => {
    const view = make();
    for (const node of IDS) view.read(says(node, 1000, 'n1', 7));
    const well = view.evaluate(1000, sightOf()).words;
    const lost = view.evaluate(1100, sightOf({ n1: 'down', n2: 'down', n3: 'down' })).words;
    assert.equal(lost.level, 'lost');
    assert.equal(lost.sentence.code, 'verdict.quorum-lost');
    assert.ok(transitions(well, lost).some((draft) => draft.kind === 'quorum.lost'));
    assert.ok(transitions(lost, well).some((draft) => draft.kind === 'quorum.restored'));
    assert.equal(transitions(well, lost).at(-1)?.kind, 'cluster.level');
    assert.ok(transitions(well, lost).at(-1)?.detail.words !== undefined);
  });

  void test('no leader for two election timeouts is lost, without a word of quorum', () => {
    const view = make();
    for (const at of [1000, 2000, 3100])
      for (const node of IDS)
        view.read(reading(node, at, { role: 'follower', term: 7, leader: null, peers: null }));
    assert.equal(view.evaluate(1000, sightOf()).words.sentence.code, 'verdict.electing');
    const lost = view.evaluate(3100, sightOf()).words;
    assert.equal(lost.level, 'lost');
    assert.equal(lost.sentence.code, 'verdict.no-leader');
  });

  void test('a one-way cut is a directed link, after two statements', () => {
    const view = make();
    const round = (at: number): void => {
      for (const node of IDS) view.read(says(node, at, 'n1', 7, hears(node === 'n4' ? ['n2'] : [])(node)));
    };
    round(1000);
    assert.deepEqual(view.evaluate(1000, sightOf()).words.cuts, []);
    round(1500);
    assert.deepEqual(view.evaluate(1500, sightOf()).words.cuts, [{ from: 'n2', to: 'n4', by: 'member' }]);
    assert.deepEqual(view.evaluate(1500, sightOf({ n2: 'down' })).words.cuts, [], 'a dead node is no cut');
  });

  void test('a member that its peers hear and we do not is alive optimistically, and the path is named', () => {
    const view = make();
    for (const node of IDS.slice(0, 4)) view.read(says(node, 1000, 'n1', 7));
    assert.equal(view.peersHear('n5', 1000, 900).majority, true);
    const { words } = view.evaluate(1000, sightOf({ n5: 'suspect' }, ['n5']));
    assert.equal(words.why?.code, 'why.withheld');
    assert.deepEqual(words.quorum?.margin, { optimistic: 2, pessimistic: 1 });
    assert.deepEqual(words.cuts, [{ from: 'n5', to: 'monitor', by: 'monitor' }]);
  });

  void test('never heard: unknown until a majority was read', () => {
    const view = make();
    view.read(says('n1', 1000, null, 1));
    const states = Object.fromEntries(IDS.map((id) => [id, id === 'n1' ? 'up' : 'unknown'])) as Record<
      string,
      NodeState
    >;
    assert.equal(view.evaluate(1000, sightOf(states)).words.level, 'unknown');
  });

  void test('whatever members say, a named leader has a majority behind it, and is alive', () => {
    const said = fc.record({
      node: fc.constantFrom(...IDS),
      leader: fc.option(fc.constantFrom(...IDS)),
      term: fc.nat(3),
      claim: fc.boolean(),
      at: fc.nat(4000),
    });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 30 }), fc.subarray(IDS), (all, dead) => {
        const view = make();
        const latest = new Map<string, (typeof all)[number]>();
        for (const each of all) {
          view.read(
            reading(each.node, each.at, {
              role: each.claim ? 'leader' : 'follower',
              term: each.term,
              leader: each.leader,
              peers: null,
            }),
          );
          latest.set(each.node, each);
        }
        const { words } = view.evaluate(
          4000,
          sightOf(Object.fromEntries(dead.map((id) => [id, 'down' as const]))),
        );
        if (words.leader?.state !== 'one') return;
        const { node, term } = words.leader;
        assert.ok(node !== null && !dead.includes(node));
        const backers = [...latest.values()].filter(
          (each) =>
            each.leader === node &&
            String(each.term) === term?.text &&
            4000 - each.at <= 1500 &&
            !dead.includes(each.node),
        );
        assert.ok(backers.length >= 3);
      }),
      { numRuns: 500 },
    );
  });
});

void describe('adapter rules', () => {
  void test('status JSON and metrics give the same fields', () => {
    const json = evaluateAll(
      raft.fields.status ?? {},
      {
        kind: 'json',
        value: parseJson(
          '{"state":"pre-candidate","term":12,"leader":"","commitIndex":18446744073709551000,"voters":["a","b"],"peers":[{"id":"b","up":false,"lastHeardMs":900,"rttMs":null}]}',
        ),
      },
      'a',
    );
    assert.equal(json.role, 'candidate');
    assert.equal(json.leader, null);
    assert.equal(json.commitIndex, null, 'near 2^64 means unset');
    assert.deepEqual(json.voters, ['a', 'b']);
    assert.deepEqual(json.peers, [{ id: 'b', up: false, lastHeardMs: 900, rttMs: null, rtts: null }]);
    const sample = (name: string, value: number, labels: Record<string, string> = {}) => ({
      labels: { __name__: name, ...labels },
      value,
    });
    const metrics = evaluateAll(
      raft.fields.metrics ?? {},
      {
        kind: 'metrics',
        samples: [
          sample('raft_state', 0, { state: 'leader' }),
          sample('raft_state', 1, { state: 'follower' }),
          sample('raft_term', 4),
          sample('raft_leader_info', 1, { leader: 'b' }),
          sample('raft_peer_up', 1, { peer: 'b' }),
          sample('raft_peer_rtt_seconds', 0.002, { peer: 'b' }),
        ],
      },
      'a',
    );
    assert.equal(metrics.role, 'follower');
    assert.equal(metrics.leader, 'b');
    assert.deepEqual(metrics.peers, [{ id: 'b', up: true, lastHeardMs: null, rttMs: 2, rtts: null }]);
  });

  void test('no body makes them throw', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        evaluateAll(raft.fields.status ?? {}, { kind: 'json', value: parseJson(text) }, 'a');
      }),
    );
  });
});
