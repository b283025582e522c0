import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadConfig } from '#lib/engine/config/load.ts';
import { createOutbox } from '#lib/engine/outbox.ts';
import { createPulses } from '#lib/engine/pulse.ts';
import { createVersions } from '#lib/engine/versions.ts';
import type { MemberSeen } from '#lib/model/reading.ts';

import { createConclusions } from './conclusions.ts';
import { createGroupLooks } from './group-looks.ts';
import { createOwnHealth } from './own-health.ts';
import { planOf } from './plan.ts';
import { createPools } from './pools.ts';
import { createSubjects } from './subjects.ts';
import { createTelling } from './telling.ts';

const CONFIG = `clusters:
  - name: kv
    system: etcd
    members:
      - { node: n1, address: "10.0.0.1:2379" }
      - { node: n2, address: "10.0.0.2:2379" }
      - { node: n3, address: "10.0.0.3:2379" }
      - { node: ff, address: "10.0.0.4:2379" }
`;

/** One cluster of three and a learner that has not begun to serve, looked at with everything real but the network. */
const looks = () => {
  const loaded = loadConfig(CONFIG, 'q.yml');
  assert.ok(loaded.ok);
  const clock = { wall: () => 1000, mono: () => 1000 };
  const outbox = createOutbox('b', 'm');
  const versions = createVersions();
  const telling = createTelling(clock, outbox);
  const health = createOwnHealth(50, clock, createPulses(), telling.tell);
  const pools = createPools(clock);
  const conclusions = createConclusions('m', telling.instant, outbox);
  const subjects = createSubjects({
    clock,
    outbox,
    versions,
    pools,
    telling,
    conclusions,
    silence: health.silence,
  });
  const plan = planOf(loaded.config, {
    discovered: new Map(),
    pushed: new Map(),
    without: new Set(),
    found: () => null,
    leader: () => null,
  });
  subjects.sync(plan, loaded.config.detection);
  const listings: (readonly MemberSeen[])[] = [];
  const groupLooks = createGroupLooks({
    clock,
    subjects,
    health,
    conclusions,
    telling,
    versions,
    onElected: () => undefined,
    onListed: (_group, members) => listings.push(members),
  });
  const told = (endpoint: string, bodyOf: (i: number) => object): void => {
    for (const probe of plan.probes)
      if (probe.reads === endpoint && probe.node !== 'ff')
        subjects.groups.get('kv')?.read(probe, {
          sentAt: 999,
          at: 1000,
          monoAt: 1000,
          outcome: 'ok',
          rttMs: 1,
          error: null,
          body: Buffer.from(JSON.stringify(bodyOf(Number(probe.node.slice(1))))),
          status: 200,
        });
    groupLooks.round(5000, true);
  };
  return {
    told,
    listings,
    pending: () => outbox.pending().events,
    write: (node: string) => conclusions.writeNode(subjects.nodes.get(node) ?? assert.fail(), 1000),
    removeAll: () =>
      subjects.sync({ nodes: new Map(), clusters: new Map(), probes: [] }, loaded.config.detection),
    ended: () => (outbox.next()?.series ?? []).flatMap(({ gone }) => gone),
  };
};

const members = (fourth: object) => ({
  members: [
    ...[1, 2, 3].map((i) => ({ ID: `${i}`, name: `n${i}`, clientURLs: [`http://10.0.0.${i}:2379`] })),
    { ID: '255', isLearner: true, peerURLs: ['http://10.0.0.4:2380'], ...fourth },
  ],
});

test('a member that is known and begins to serve is followed, though no word of the cluster changes', () => {
  const { told, listings, pending } = looks();
  told('status', (i) => ({ header: { member_id: `${i}` }, leader: '1', raftTerm: '2', raftIndex: '9' }));
  told('members', () => members({}));
  const events = pending();
  assert.deepEqual(listings.at(-1)?.at(-1)?.urls, []);
  told('members', () => members({ name: 'n4', clientURLs: ['http://10.0.0.4:2379'] }));
  assert.equal(pending(), events);
  assert.deepEqual(listings.at(-1)?.at(-1)?.urls, ['http://10.0.0.4:2379']);
});

test('series of what nobody watches any more end, so that no rule sees its last state', () => {
  const { told, write, removeAll, ended } = looks();
  told('status', (i) => ({ header: { member_id: `${i}` }, leader: '1', raftTerm: '2', raftIndex: '9' }));
  write('n1');
  assert.deepEqual(ended(), []);
  removeAll();
  const names = ended().map((labels) => `${labels.__name__} ${labels.node ?? labels.cluster}`);
  assert.ok(names.includes('quorate_node_state n1'));
  assert.ok(names.includes('quorate_cluster_has_leader kv'));
});
