import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { replay } from '../testdata/etcd-replay.ts';
import type { Moment } from '../testdata/etcd-replay.ts';

/** A poll, its timeout and a look: what members said then may still be what we show. */
const BEHIND_MS = 1600;
/** The player answers with the poll that was recorded next. */
const AHEAD_MS = 100;
const FIRST_LOOK_MS = -2000;

const leaderOf = ({ cluster }: Moment): string | null => cluster.words.leader?.node ?? null;
const levelOf = ({ cluster }: Moment): string => cluster.words.level;
const stateOf = (moment: Moment, node: string): string | undefined => moment.nodes.get(node)?.words.state;
const between = (moments: readonly Moment[], from: number, to = Infinity): readonly Moment[] =>
  moments.filter(({ tMs }) => tMs >= from && tMs <= to);

/** Plays a scenario and holds what must hold in every one: who is named as leader was named by a majority of members. */
const play = (scenario: string): readonly Moment[] => {
  const { recorded, moments } = replay(scenario);
  assert.ok(moments.length > 400);
  for (const moment of between(moments, FIRST_LOOK_MS)) {
    const named = leaderOf(moment);
    assert.notEqual(moment.cluster.words.leader?.state, 'contested', `${scenario} ${moment.tMs} ms`);
    if (named === null) continue;
    const truths = [];
    for (let at = moment.tMs + AHEAD_MS; at >= moment.tMs - BEHIND_MS; at -= 50)
      truths.push(recorded.majorityAt(at));
    const early = moment.tMs < FIRST_LOOK_MS + BEHIND_MS;
    assert.ok(
      early || truths.includes(named),
      `${scenario} ${moment.tMs} ms names ${named}, members ${truths.join()}`,
    );
    const valid = moment.cluster.words.leader?.claims.filter((claim) => claim.valid) ?? [];
    assert.deepEqual(
      valid.map((claim) => claim.node),
      [named],
    );
  }
  return moments;
};

void describe('recorded etcd, played to the watch', () => {
  void test('healthy: one leader, every member agrees, indexes, peers and fsync are told', () => {
    const moments = play('healthy');
    assert.ok(between(moments, FIRST_LOOK_MS).every((moment) => levelOf(moment) === 'healthy'));
    const { cluster } = moments.at(-1) ?? assert.fail();
    assert.equal(cluster.words.leader?.node, 'etcd3');
    assert.equal(cluster.words.quorum?.voters, 3);
    assert.deepEqual(
      cluster.members.map((member) => member.aliases.length),
      [2, 2, 2],
    );
    assert.ok(cluster.members.every((member) => Number(member.commitIndex) > 100 && (member.lag ?? 99) < 20));
    assert.ok(cluster.members.every((member) => (member.performance?.fsyncP99Ms ?? 0) > 0));
    assert.ok(cluster.members.every((member) => member.performance?.health === 'up'));
    assert.equal(cluster.peers.length, 6);
    assert.ok(cluster.peers.every((peer) => peer.up === true && peer.rttMs !== null && peer.rttMs < 100));
    assert.equal(cluster.headings?.performance.sentence.code, 'heading.fsync');
  });

  void test('leader-kill: down for certain, nobody leads, then etcd2; back after the restart', () => {
    const moments = play('leader-kill');
    assert.ok(between(moments, 500, 1200).every((moment) => leaderOf(moment) === null));
    assert.ok(between(moments, 500, 11_000).every((moment) => stateOf(moment, 'etcd3') === 'down'));
    assert.ok(between(moments, 1214 + 600).every((moment) => leaderOf(moment) === 'etcd2'));
    assert.ok(between(moments, 1900, 11_000).every((moment) => levelOf(moment) === 'at-risk'));
    assert.equal(levelOf(moments.at(-1) ?? assert.fail()), 'healthy');
    assert.ok(moments.at(-1)?.nodes.get('etcd3')?.words.flags.includes('restarted'));
  });

  void test('leader-stop: the frozen leader is suspect, the next one is shown, the thawed one leads nobody', () => {
    const moments = play('leader-stop');
    assert.ok(between(moments, 1496 + 600).every((moment) => leaderOf(moment) === 'etcd1'));
    assert.ok(between(moments, 4000, 14_000).every((moment) => stateOf(moment, 'etcd2') === 'suspect'));
    assert.ok(
      between(moments, 4000, 14_000).every(
        (moment) => !(moment.nodes.get('etcd2')?.words.flags.includes('withheld') ?? false),
      ),
      'what peers said before they could notice is no proof that they hear it',
    );
    assert.equal(levelOf(moments.at(-1) ?? assert.fail()), 'healthy');
  });

  void test('partition: no leader while none is elected, then that of the majority; the cut one names nobody', () => {
    const moments = play('partition');
    assert.ok(between(moments, 2500, 5400).every((moment) => leaderOf(moment) === null));
    const after = between(moments, 5473 + 600, 12_000);
    assert.ok(after.every((moment) => leaderOf(moment) === 'etcd3'));
    assert.ok(after.every(({ cluster }) => cluster.words.members.some((member) => member.agrees === false)));
    assert.ok(moments.every((moment) => stateOf(moment, 'etcd1') !== 'down'));
    assert.equal(leaderOf(moments.at(-1) ?? assert.fail()), 'etcd3');
  });

  void test('monitor-partition: the leader stays, and the path from this monitor is named', () => {
    const moments = play('monitor-partition');
    assert.ok(between(moments, FIRST_LOOK_MS).every((moment) => leaderOf(moment) === 'etcd2'));
    const cut = between(moments, 4000, 14_000);
    assert.ok(cut.every((moment) => moment.cluster.words.why?.code === 'why.withheld'));
    assert.ok(
      cut.every(({ cluster }) =>
        cluster.words.cuts.some((each) => each.from === 'etcd2' && each.by === 'monitor'),
      ),
    );
    assert.ok(cut.every((moment) => stateOf(moment, 'etcd2') === 'suspect'));
    assert.ok(
      cut.every(({ cluster }) => cluster.words.leader?.claims[0]?.why.code === 'claim.named'),
      'named by the others, not by itself',
    );
    assert.equal(levelOf(moments.at(-1) ?? assert.fail()), 'healthy');
  });

  void test('quorum-lost: lost from the second death until two members agree again', () => {
    const moments = play('quorum-lost');
    const lost = between(moments, 600, 19_000);
    assert.ok(lost.every((moment) => moment.cluster.words.sentence.code === 'verdict.quorum-lost'));
    assert.ok(lost.every((moment) => leaderOf(moment) === null));
    const back = between(moments, 20_223 + 600);
    assert.ok(back.every((moment) => leaderOf(moment) === 'etcd1' && levelOf(moment) !== 'lost'));
  });

  void test('packet-loss: nobody is down, nothing is lost, the leader stays', () => {
    const moments = between(play('packet-loss'), FIRST_LOOK_MS);
    assert.ok(moments.every((moment) => leaderOf(moment) === 'etcd3'));
    assert.ok(moments.every((moment) => levelOf(moment) !== 'lost'));
    assert.ok(moments.every(({ nodes }) => [...nodes.values()].every((node) => node.words.state !== 'down')));
  });

  void test('oneway-partition: the member that hears nobody disagrees; the leader stays until the members drop it', () => {
    const moments = play('oneway-partition');
    const cut = between(moments, 4000, 14_000);
    assert.ok(cut.every((moment) => leaderOf(moment) === 'etcd2'));
    assert.ok(cut.every(({ cluster }) => cluster.words.why?.code === 'why.disagrees'));
    assert.equal(levelOf(moments.at(-1) ?? assert.fail()), 'healthy');
  });

  void test('simultaneous silence of all members is our own fault: nobody is suspected or called down', () => {
    const { moments } = replay('healthy', { from: 2000, to: 3300 });
    const mute = between(moments, 2000, 9000);
    assert.ok(mute.every(({ nodes }) => [...nodes.values()].every((node) => node.words.state === 'up')));
    assert.ok(mute.every((moment) => levelOf(moment) !== 'lost'));
  });
});
