import type { Membership, NodeId, Role } from '#lib/model/node.ts';
import { ROLES } from '#lib/model/node.ts';
import type { FieldValue, MemberSeen, PeerSeen, Reading } from '#lib/model/reading.ts';
import type { Term } from '#lib/model/term.ts';
import type { Ms } from '#lib/model/time.ts';

/** A peer as a member sees it, its id that of a node. */
export interface StatedPeer extends PeerSeen {
  /** What the member calls it. */
  readonly as: string;
  readonly observedAt: Ms;
  readonly source: string;
}

/** What one member says, untouched: never a fact about the group. */
export interface Statement {
  readonly node: NodeId;
  /** Who answers, in the system's own names. */
  readonly memberId: string | null;
  /** The id of the whole group, where the system has one. */
  readonly groupId: string | null;
  readonly observedAt: Ms;
  readonly role: Role;
  readonly nativeRole: string | null;
  readonly term: Term | null;
  readonly leader: string | null;
  readonly commitIndex: string | null;
  readonly appliedIndex: string | null;
  readonly lastIndex: string | null;
  readonly voters: readonly string[] | null;
  readonly learners: readonly string[] | null;
  readonly peers: readonly StatedPeer[];
  readonly pending: { readonly count: number; readonly at: Ms };
  /** What the system itself calls an alarm. */
  readonly alarms: readonly string[];
  /** It names another leader in a term whose leader we know, and said so only once: the parts of its answer are of different terms. */
  readonly isTorn: boolean;
  /** It said the same of leader and term in the answer before. */
  readonly isRepeated: boolean;
}

const text = (value: FieldValue | undefined): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
/** A 64-bit integer as a decimal string; null: it is none. */
export const integer = (value: FieldValue | undefined): string | null => {
  const written = text(value);
  return written !== null && /^\d+$/.test(written) ? written : null;
};
const isStrings = (value: FieldValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
export const isPeers = (value: FieldValue | undefined): value is readonly PeerSeen[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'object' && 'rttMs' in item);
export const isMembers = (value: FieldValue | undefined): value is readonly MemberSeen[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'object' && 'urls' in item);

/** What a member says of its leader and its term, in one answer. */
export const claimOf = (
  { fields }: Reading,
  termKind: Term['kind'],
): { readonly leader: string | null; readonly term: Term | null } => {
  const major = integer(fields.term);
  return {
    leader: text(fields.leader),
    term:
      major === null ? null : { kind: termKind, text: text(fields.termText) ?? major, major, minor: null },
  };
};

const peersOf = (readings: readonly Reading[], resolve: (id: string) => NodeId): Statement['peers'] => {
  const peers = new Map<NodeId, Statement['peers'][number]>();
  for (const { fields, observedAt, endpoint } of readings)
    for (const peer of isPeers(fields.peers) ? fields.peers : []) {
      const id = resolve(peer.id);
      const before = peers.get(id);
      peers.set(id, {
        id,
        as: before?.as ?? peer.id,
        source: before?.source ?? endpoint,
        up: before?.up ?? peer.up,
        lastHeardMs: before?.lastHeardMs ?? peer.lastHeardMs,
        rttMs: before?.rttMs ?? peer.rttMs,
        rtts: before?.rtts ?? peer.rtts,
        observedAt: before?.observedAt ?? observedAt,
      });
    }
  return [...peers.values()];
};

/**
 * What a member states, from the answers of its endpoints. Role, leader and term come from one answer; the rest from the
 * first that offers it. Null: nothing of it is fresh, or no answer in which it speaks of itself is.
 * @param resolve the node that a member's own name for somebody means
 */
export const statementOf = (
  readings: readonly Reading[],
  termKind: Term['kind'],
  resolve: (id: string) => NodeId,
): Omit<Statement, 'isTorn' | 'isRepeated'> | null => {
  const own = readings.find(({ fields }) => fields.role != null || fields.term != null);
  if (own === undefined) return null;
  const first = (name: string): FieldValue | undefined =>
    readings.find(({ fields }) => fields[name] != null)?.fields[name];
  const { leader, term } = claimOf(own, termKind);
  const members = first('members');
  const voters = first('voters');
  const learners = first('learners');
  const waiting = readings.find(({ fields }) => typeof fields.pending === 'number');
  const named = (isLearner: boolean, list: FieldValue | undefined): NodeId[] | null =>
    isMembers(members)
      ? members.filter((member) => member.isLearner === isLearner).map((member) => resolve(member.id))
      : isStrings(list)
        ? list.map(resolve)
        : null;
  const { memberId, groupId, alarms } = own.fields;
  return {
    node: own.node,
    memberId: text(memberId),
    groupId: text(groupId),
    alarms: isStrings(alarms) ? alarms : [],
    observedAt: own.observedAt,
    role: ROLES.find((role) => role === own.fields.role) ?? 'unknown',
    nativeRole: text(own.fields.nativeRole),
    term,
    leader: leader === null ? null : resolve(leader),
    commitIndex: integer(first('commitIndex')),
    appliedIndex: integer(first('appliedIndex')),
    lastIndex: integer(first('lastIndex')),
    voters: named(false, voters),
    learners: named(true, learners),
    peers: peersOf(readings, resolve),
    pending: {
      count: typeof waiting?.fields.pending === 'number' ? waiting.fields.pending : 0,
      at: waiting?.observedAt ?? 0,
    },
  };
};

export interface Roster {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
}

export const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().every((item, i) => item === [...b].sort()[i]);

/** The membership that a majority of its own voters states; else the one known before. */
export const rosterOf = (statements: readonly Statement[], known: Roster): Roster => {
  for (const candidate of statements) {
    const { voters } = candidate;
    if (voters === null || voters.length === 0) continue;
    const backers = statements.filter(
      (each) => voters.includes(each.node) && each.voters !== null && sameSet(each.voters, voters),
    );
    if (backers.length >= Math.floor(voters.length / 2) + 1)
      return { voters, learners: candidate.learners ?? [] };
  }
  return known;
};

export const membershipOf = (roster: Roster, node: NodeId): Membership =>
  roster.learners.includes(node) ? 'learner' : 'voter';
