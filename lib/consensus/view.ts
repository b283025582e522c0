import type { ClusterWords, LinkWords, MemberWords } from '#lib/events/world.ts';
import type { NodeId, NodeState, Protocol } from '#lib/model/node.ts';
import type { Reading } from '#lib/model/reading.ts';
import { compareTerm } from '#lib/model/term.ts';
import type { Term } from '#lib/model/term.ts';
import type { Ms } from '#lib/model/time.ts';

import { resolveLeader } from './claims.ts';
import type { Leadership } from './claims.ts';
import { headingsOf } from './headings.ts';
import type { Headings } from './headings.ts';
import { createLinkMemory } from './links.ts';
import { quorumOf } from './quorum.ts';
import { membershipOf, rosterOf, toStatement } from './statement.ts';
import type { Roster, Statement } from './statement.ts';
import { judge } from './verdict.ts';

export interface ViewOptions {
  readonly id: string;
  readonly name: string;
  readonly system: string;
  readonly protocol: Protocol;
  readonly termKind: Term['kind'];
  readonly electionTimeoutMs: Ms;
  /** A statement older than this says nothing of now: the read's timeout and one poll. */
  readonly staleMs: Ms;
  readonly members: readonly { readonly node: NodeId; readonly zone: string | null }[];
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
  readonly commit: {
    readonly index: string | null;
    readonly advancing: boolean | null;
    readonly advancedAt: Ms | null;
  } | null;
  readonly stalled: boolean;
  readonly members: readonly MemberIndexes[];
  readonly peers: readonly PeerSight[];
  readonly headings: Headings;
}

/** The view of one group: statements in, one picture out. Knows no clock. */
export interface ClusterView {
  read(reading: Reading): void;
  /** How many voters' fresh statements hear a node, of how many that said anything of it. */
  peersHear(node: NodeId, now: Ms): { readonly hearing: number; readonly majority: boolean };
  evaluate(now: Ms, sight: (node: NodeId) => NodeSight): ClusterPicture;
}

/** An answer that took this long was given by a process that slept in between: it says nothing of now. */
const THAWED_MS = 1000;
const LAG_LIMIT = 1000;
const MONITOR = 'monitor';

const largest = (values: readonly (string | null)[]): string | null =>
  values.reduce(
    (best, value) => (value !== null && (best === null || BigInt(value) > BigInt(best)) ? value : best),
    null,
  );

const lastKnownIndex = (said: Statement | undefined): string | null =>
  said?.appliedIndex ?? said?.commitIndex ?? said?.lastIndex ?? null;

const sameTerm = (a: Term | null, b: Term | null): boolean =>
  a !== null && b !== null && compareTerm(a, b) === 0;

export const createClusterView = (options: ViewOptions): ClusterView => {
  const statements = new Map<NodeId, Statement>();
  const errors = new Map<NodeId, string>();
  const links = createLinkMemory();
  const configured = options.members.map((member) => member.node);
  let roster: Roster = {
    voters:
      options.restored?.members
        .filter((member) => member.membership === 'voter')
        .map((member) => member.node) ?? configured,
    learners:
      options.restored?.members
        .filter((member) => member.membership === 'learner')
        .map((member) => member.node) ?? [],
  };
  if (roster.voters.length === 0) roster = { voters: configured, learners: [] };
  const everRead = new Set<NodeId>();
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
  let commit: { readonly index: string; readonly at: Ms } | null = null;
  let waitingSince: Ms | null = null;

  const freshAt = (now: Ms, alive: (node: NodeId) => boolean): Statement[] =>
    [...statements.values()].filter(
      (statement) => now - statement.observedAt <= options.staleMs && alive(statement.node),
    );

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
    leaderlessSince ??= now;
    return { ...found, since: null };
  };

  const commitNumbers = (
    fresh: readonly Statement[],
    now: Ms,
  ): { commit: ClusterPicture['commit']; stalled: boolean } => {
    const index = largest(fresh.map((statement) => statement.commitIndex));
    const last = largest(
      fresh.filter((statement) => statement.role === 'leader').map((statement) => statement.lastIndex),
    );
    if (index !== null && (commit === null || BigInt(index) > BigInt(commit.index))) {
      commit = { index, at: now };
      waitingSince = null;
    }
    const waiting =
      fresh.some((statement) => statement.pending > 0) ||
      (index !== null && last !== null && BigInt(last) > BigInt(index));
    if (!waiting) waitingSince = null;
    else waitingSince ??= now;
    const stalled = waitingSince !== null && now - waitingSince >= 2 * options.electionTimeoutMs;
    if (commit === null) return { commit: null, stalled: false };
    const recent = now - commit.at < 2 * options.electionTimeoutMs;
    return {
      commit: {
        index: commit.index,
        advancing: stalled ? false : recent ? true : null,
        advancedAt: commit.at,
      },
      stalled,
    };
  };

  const peerSights = (fresh: readonly Statement[], ids: readonly NodeId[]): PeerSight[] =>
    fresh.flatMap((statement) =>
      statement.peers
        .filter((peer) => ids.includes(peer.id))
        .map((peer) => ({
          from: statement.node,
          to: peer.id,
          up: peer.up,
          rttMs: peer.rttMs,
          lastHeardMs: peer.lastHeardMs,
          observedAt: statement.observedAt,
          by: 'member' as const,
          source: 'status',
        })),
    );

  return {
    read: (reading) => {
      if (reading.error !== null) {
        errors.set(reading.node, reading.error);
        return;
      }
      if (reading.observedAt - reading.sentAt > THAWED_MS) return;
      const statement = toStatement(reading, options.termKind);
      statements.set(reading.node, statement);
      errors.delete(reading.node);
      everRead.add(reading.node);
      links.read(statement);
    },
    peersHear: (node, now) => {
      const voters = freshAt(now, (id) => id !== node && roster.voters.includes(id));
      const hearing = voters.filter((statement) =>
        statement.peers.some((peer) => peer.id === node && peer.up === true),
      ).length;
      return { hearing, majority: hearing + 1 >= Math.floor(roster.voters.length / 2) + 1 && hearing > 0 };
    },
    evaluate: (now, sight) => {
      const alive = (node: NodeId): boolean => sight(node).state !== 'down';
      const fresh = freshAt(now, alive);
      roster = rosterOf(fresh, roster);
      const ids = [...new Set([...roster.voters, ...roster.learners])];
      const zoneOf = (node: NodeId): string | null =>
        options.members.find((member) => member.node === node)?.zone ?? null;
      const quorum = quorumOf(
        roster.voters.map((node) => ({ node, zone: zoneOf(node), state: sight(node).state })),
      );
      const found = resolveLeader(fresh, roster.voters, quorum.needs);
      const leading = leaderWords(found, now);
      const top = largest(fresh.map((statement) => statement.commitIndex));
      const numbers = ids.map((node): MemberIndexes => {
        const said = fresh.find((statement) => statement.node === node);
        const applied = said?.appliedIndex ?? null;
        return {
          node,
          aliases: [],
          commitIndex: said?.commitIndex ?? null,
          appliedIndex: applied,
          lastIndex: said?.lastIndex ?? null,
          lag: applied === null || top === null ? null : Math.max(0, Number(BigInt(top) - BigInt(applied))),
          observedAt: statements.get(node)?.observedAt ?? null,
          lastKnownIndex: lastKnownIndex(statements.get(node)),
        };
      });
      const members = ids.map((node): MemberWords => {
        const said = fresh.find((statement) => statement.node === node);
        return {
          node,
          membership: membershipOf(roster, node),
          role: said?.role ?? 'unknown',
          nativeRole: said?.nativeRole ?? null,
          term: said?.term ?? null,
          leader: said?.leader ?? null,
          agrees:
            said === undefined || found.state !== 'one'
              ? null
              : said.leader === found.node && sameTerm(said.term, found.term),
          readError: said === undefined ? (errors.get(node) ?? null) : null,
        };
      });
      const { commit: progress, stalled } = commitNumbers(fresh, now);
      const withheld = ids.filter((node) => sight(node).withheld);
      const cuts: LinkWords[] = [
        ...links.cuts(fresh, (node) => alive(node) && ids.includes(node)),
        ...withheld.map((node): LinkWords => ({ from: node, to: MONITOR, by: 'monitor' })),
      ];
      const lagging = numbers.filter((member) => (member.lag ?? 0) > LAG_LIMIT).map((member) => member.node);
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
        lagging,
        stalled,
      });
      if (level === null || level.level !== verdict.level) level = { level: verdict.level, since: now };
      const peers = peerSights(fresh, ids);
      const lag = Math.max(0, ...numbers.map((member) => member.lag ?? 0));
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
        commit: progress,
        stalled,
        members: numbers,
        peers,
        headings: headingsOf({
          members,
          leader: found,
          margin: quorum.margin.pessimistic,
          voters: roster.voters.length,
          alive: quorum.alive.pessimistic,
          lag,
          rttsMs: peers.flatMap((peer) => (peer.rttMs === null ? [] : [peer.rttMs])),
        }),
      };
    },
  };
};
