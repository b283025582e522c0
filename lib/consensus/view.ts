import type { ClusterWords, LinkWords, MemberWords } from '#lib/events/world.ts';
import type { NodeId, NodeState, Protocol } from '#lib/model/node.ts';
import type { FieldValue, MemberSeen, Reading } from '#lib/model/reading.ts';
import { sameTerm } from '#lib/model/term.ts';
import type { Term } from '#lib/model/term.ts';
import type { Ms } from '#lib/model/time.ts';

import { createAliases } from './aliases.ts';
import { resolveLeader } from './claims.ts';
import type { Leadership } from './claims.ts';
import { headingsOf } from './headings.ts';
import type { Headings } from './headings.ts';
import { createLinkMemory } from './links.ts';
import { createGrowth } from './performance.ts';
import type { MemberPerformance } from './performance.ts';
import { createProgress } from './progress.ts';
import type { Commit } from './progress.ts';
import { quorumOf } from './quorum.ts';
import { createReadings } from './readings.ts';
import {
  integer,
  claimOf,
  isMembers,
  isPeers,
  membershipOf,
  rosterOf,
  sameSet,
  statementOf,
} from './statement.ts';
import type { Roster, Statement } from './statement.ts';
import { NO_STANDING, standingOf } from './standing.ts';
import { judge } from './verdict.ts';

export interface ViewMember {
  readonly node: NodeId;
  readonly zone: string | null;
  /** `host:port`; null: not known. */
  readonly address: string | null;
  /** What other members may call it. */
  readonly names: readonly string[];
}

export interface ViewOptions {
  readonly id: string;
  readonly name: string;
  readonly system: string;
  readonly protocol: Protocol;
  readonly termKind: Term['kind'];
  readonly electionTimeoutMs: Ms;
  /**
   * By endpoint, in the adapter's order: an answer older than this says nothing of now. The read's timeout and one poll.
   */
  readonly staleMs: Readonly<Record<string, Ms>>;
  /** How long a member may go on saying that it hears a peer that is gone. */
  readonly peerSilenceMs: Ms;
  readonly members: readonly ViewMember[];
  /** The words that stood before our own restart. */
  readonly restored: ClusterWords | null;
}

/** What the detector says of a member. */
export interface NodeSight {
  readonly state: NodeState;
  readonly withheld: boolean;
}

export interface MemberIndexes {
  readonly node: NodeId;
  readonly aliases: readonly string[];
  readonly commitIndex: string | null;
  readonly appliedIndex: string | null;
  readonly lastIndex: string | null;
  readonly lag: number | null;
  readonly performance: MemberPerformance | null;
  readonly observedAt: Ms | null;
  /** Where its log stood when it was last read, however long ago that is. */
  readonly lastKnownIndex: string | null;
}

export interface PeerSight {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly up: boolean | null;
  readonly rttMs: number | null;
  readonly lastHeardMs: number | null;
  readonly observedAt: Ms | null;
  readonly by: 'member' | 'monitor';
  readonly source: string;
}

export interface ClusterPicture {
  readonly words: ClusterWords;
  readonly observedAt: Ms | null;
  readonly commit: Commit | null;
  readonly stalled: boolean;
  readonly members: readonly MemberIndexes[];
  readonly peers: readonly PeerSight[];
  readonly headings: Headings;
}

/** The view of one group: answers of members in, one picture out. Knows no clock. */
export interface ClusterView {
  read(reading: Reading): void;
  /** What a member's endpoints last said: rules of one endpoint may need another's. */
  known(node: NodeId): Readonly<Record<string, FieldValue>>;
  /**
   * How many voters' fresh statements hear a node that we do not hear, and whether they are a majority with it. What they
   * said before it can have been gone long enough for them to notice counts for nothing.
   */
  peersHear(node: NodeId, now: Ms, silentMs: Ms): { readonly hearing: number; readonly majority: boolean };
  /** The members that a majority of them lists, by the system's own member lists; null: none does. */
  listed(): readonly MemberSeen[] | null;
  evaluate(now: Ms, sight: (node: NodeId) => NodeSight): ClusterPicture;
}

const LAG_LIMIT = 1000;
const MONITOR = 'monitor';

const lastKnownIndex = (known: Readonly<Record<string, FieldValue>>): string | null =>
  integer(known.appliedIndex) ?? integer(known.commitIndex) ?? integer(known.lastIndex);

const firstRoster = ({ restored, members }: ViewOptions): Roster => {
  const of = (membership: string): NodeId[] =>
    restored?.members.filter((member) => member.membership === membership).map((member) => member.node) ?? [];
  const voters = of('voter');
  return voters.length > 0
    ? { voters, learners: of('learner') }
    : { voters: members.map((member) => member.node), learners: [] };
};

export const createClusterView = (options: ViewOptions): ClusterView => {
  const readings = createReadings(options.staleMs);
  const aliases = createAliases(options.members);
  const growth = createGrowth();
  const links = createLinkMemory();
  const progress = createProgress(options.electionTimeoutMs);
  let roster = firstRoster(options);
  let listed: readonly MemberSeen[] | null = null;
  const everRead = new Set<NodeId>();
  let standing = NO_STANDING;
  /** What each member last said of leader and term, and whether it had said the same before. */
  const said = new Map<NodeId, { leader: string | null; term: Term | null; isRepeated: boolean; at: Ms }>();
  let leader: { readonly node: NodeId; readonly term: Term | null; readonly since: Ms } | null =
    options.restored?.leader?.node == null
      ? null
      : {
          node: options.restored.leader.node,
          term: options.restored.leader.term,
          since: options.restored.leader.since ?? 0,
        };
  let leaderlessSince: Ms | null = null;
  let level: { readonly level: ClusterWords['level']; readonly since: Ms } | null =
    options.restored === null ? null : { level: options.restored.level, since: options.restored.since };

  const statementAt = (node: NodeId, now: Ms): Statement | null => {
    const stated = statementOf(readings.fresh(node, now), options.termKind, aliases.resolve);
    if (stated === null) return null;
    const isRepeated = said.get(node)?.isRepeated ?? false;
    const isOther = leader !== null && stated.leader !== null && stated.leader !== leader.node;
    const isTorn = !isRepeated && isOther && sameTerm(leader?.term ?? null, stated.term);
    return { ...stated, isRepeated, isTorn };
  };
  const freshAt = (now: Ms, counts: (node: NodeId) => boolean): Statement[] => {
    standing = standingOf(
      readings.nodes().flatMap((node) => statementAt(node, now) ?? []),
      standing,
    );
    return standing.counted.filter(({ node }) => counts(node));
  };

  const remember = (reading: Reading): void => {
    const { node, fields } = reading;
    if (!standing.refused.has(node)) {
      aliases.learn(
        node,
        [fields.memberId, fields.otherId].filter((id) => typeof id === 'string'),
      );
      if (isMembers(fields.members)) aliases.meet(fields.members);
    }
    if (fields.role == null && fields.term == null) return;
    const claim = claimOf(reading, options.termKind);
    const before = said.get(node);
    const isRepeated =
      before !== undefined && before.leader === claim.leader && sameTerm(before.term, claim.term);
    said.set(node, { ...claim, isRepeated, at: reading.observedAt });
    everRead.add(node);
  };

  const leaderWords = (found: Leadership, now: Ms): NonNullable<ClusterWords['leader']> => {
    if (found.state === 'one' && found.node !== null) {
      const same =
        leader !== null &&
        leader.node === found.node &&
        (leader.term === null || sameTerm(leader.term, found.term));
      if (!same || leader === null) leader = { node: found.node, term: found.term, since: now };
      leaderlessSince = null;
      return { ...found, since: leader.since };
    }
    // Too few answers to know is our blindness, not their want of a leader.
    if (found.state === 'unknown') leaderlessSince = null;
    else leaderlessSince ??= now;
    return { ...found, since: null };
  };

  const peerSights = (fresh: readonly Statement[], ids: readonly NodeId[]): PeerSight[] =>
    fresh.flatMap((statement) =>
      statement.peers
        .filter((peer) => ids.includes(peer.id))
        .map((peer) => ({
          from: statement.node,
          to: peer.id,
          up: peer.up,
          rttMs: growth.rttMs(statement.node, peer.as) ?? peer.rttMs,
          lastHeardMs: peer.lastHeardMs,
          observedAt: peer.observedAt,
          by: 'member' as const,
          source: peer.source,
        })),
    );

  const numbersOf = (node: NodeId, stated: Statement | undefined): MemberIndexes => ({
    node,
    aliases: aliases.of(node),
    commitIndex: stated?.commitIndex ?? null,
    appliedIndex: stated?.appliedIndex ?? null,
    lastIndex: stated?.lastIndex ?? null,
    lag: stated === undefined ? null : progress.lag(stated),
    performance: stated === undefined ? null : growth.performance(node, readings.known(node)),
    observedAt: stated?.observedAt ?? said.get(node)?.at ?? null,
    lastKnownIndex: lastKnownIndex(readings.known(node)),
  });

  const memberWords = (node: NodeId, stated: Statement | undefined, found: Leadership): MemberWords => ({
    node,
    membership: membershipOf(roster, node),
    role: stated?.role ?? 'unknown',
    nativeRole: stated?.nativeRole ?? null,
    term: stated?.term ?? null,
    leader: stated?.leader ?? null,
    agrees:
      stated === undefined || found.state !== 'one'
        ? null
        : stated.leader === found.node && sameTerm(stated.term, found.term),
    readError:
      stated === undefined ? (standing.refused.get(node) ?? readings.error(node)) : readings.denial(node),
  });

  const takeRoster = (fresh: readonly Statement[]): void => {
    const next = rosterOf(fresh, roster);
    if (next === roster && listed !== null) return;
    roster = next;
    listed =
      fresh
        .filter(({ voters }) => voters !== null && sameSet(voters, next.voters))
        .flatMap(({ node }) => {
          const { members } = readings.known(node);
          return isMembers(members) ? [members] : [];
        })
        .at(-1) ?? listed;
  };

  return {
    known: readings.known,
    listed: () => listed,
    read: (reading) => {
      if (!readings.take(reading)) return;
      remember(reading);
      growth.take(reading);
      const { peers } = reading.fields;
      if (isPeers(peers))
        links.read(
          reading.node,
          peers.map((peer) => ({ ...peer, id: aliases.resolve(peer.id) })),
        );
    },
    peersHear: (node, now, silentMs) => {
      const heardAt = now - silentMs;
      const voters = freshAt(now, (id) => id !== node && roster.voters.includes(id));
      const hearing = voters.filter(
        (statement) =>
          statement.peers.some(
            (peer) =>
              peer.id === node && peer.up === true && peer.observedAt >= heardAt + options.peerSilenceMs,
          ) ||
          (statement.leader === node && statement.observedAt >= heardAt + 2 * options.electionTimeoutMs),
      ).length;
      return { hearing, majority: hearing + 1 >= Math.floor(roster.voters.length / 2) + 1 && hearing > 0 };
    },
    evaluate: (now, sight) => {
      const alive = (node: NodeId): boolean => sight(node).state !== 'down';
      const fresh = freshAt(now, alive);
      takeRoster(fresh);
      const ids = [...new Set([...roster.voters, ...roster.learners])];
      const statedBy = new Map(fresh.map((statement) => [statement.node, statement]));
      const zoneOf = (node: NodeId): string | null =>
        options.members.find((member) => member.node === node)?.zone ?? null;
      const quorum = quorumOf(
        roster.voters.map((node) => ({
          node,
          zone: zoneOf(node),
          state: standing.refused.has(node) ? 'unknown' : sight(node).state,
        })),
      );
      const found = resolveLeader(fresh, roster.voters, quorum.needs, alive);
      const leading = leaderWords(found, now);
      const { commit, stalled } = progress.take(fresh, now);
      const numbers = ids.map((node) => numbersOf(node, statedBy.get(node)));
      const members = ids.map((node) => memberWords(node, statedBy.get(node), found));
      const withheld = ids.filter((node) => sight(node).withheld);
      const cuts: LinkWords[] = [
        ...links.cuts(fresh, (node) => alive(node) && ids.includes(node)),
        ...withheld.map((node): LinkWords => ({ from: node, to: MONITOR, by: 'monitor' })),
      ];
      const verdict = judge({
        name: options.name,
        leader: found,
        quorum,
        members: members.map((member) => ({
          ...member,
          state: sight(member.node).state,
          withheld: withheld.includes(member.node),
        })),
        everRead: roster.voters.filter((node) => everRead.has(node)).length,
        leaderless: leaderlessSince !== null && now - leaderlessSince >= 2 * options.electionTimeoutMs,
        lagging: numbers.filter((member) => (member.lag ?? 0) > LAG_LIMIT).map((member) => member.node),
        stalled,
        alarms: [...new Set(fresh.flatMap((statement) => statement.alarms))].sort(),
      });
      if (level === null || level.level !== verdict.level) level = { level: verdict.level, since: now };
      const peers = peerSights(fresh, ids);
      return {
        words: {
          id: options.id,
          name: options.name,
          system: options.system,
          protocol: options.protocol,
          level: verdict.level,
          sentence: verdict.sentence,
          why: verdict.why,
          since: level.since,
          leader: leading,
          quorum,
          members,
          cuts,
        },
        observedAt: fresh.reduce<Ms | null>(
          (newest, statement) => Math.max(newest ?? 0, statement.observedAt),
          null,
        ),
        commit,
        stalled,
        members: numbers,
        peers,
        headings: headingsOf({
          members,
          leader: found,
          margin: quorum.margin.pessimistic,
          voters: roster.voters.length,
          alive: quorum.alive.pessimistic,
          lag: Math.max(0, ...numbers.map((member) => member.lag ?? 0)),
          rttsMs: peers.flatMap((peer) => peer.rttMs ?? []),
          fsyncsMs: numbers.flatMap((member) => member.performance?.fsyncP99Ms ?? []),
        }),
      };
    },
  };
};
