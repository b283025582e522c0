import type { Membership, NodeId, Role } from '#lib/model/node.ts';
import { ROLES } from '#lib/model/node.ts';
import type { FieldValue, PeerSeen, Reading } from '#lib/model/reading.ts';
import type { Term } from '#lib/model/term.ts';
import type { Ms } from '#lib/model/time.ts';

/** What one member says, untouched: never a fact about the group. */
export interface Statement {
  readonly node: NodeId;
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
  readonly peers: readonly PeerSeen[];
  readonly pending: number;
}

const text = (value: FieldValue | undefined): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
const integer = (value: FieldValue | undefined): string | null => {
  const written = text(value);
  return written !== null && /^\d+$/.test(written) ? written : null;
};
const isStrings = (value: FieldValue | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
const isPeers = (value: FieldValue | undefined): value is readonly PeerSeen[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'object');

/** Reads the uniform fields of a reading. */
export const toStatement = (reading: Reading, termKind: Term['kind']): Statement => {
  const { fields } = reading;
  const major = integer(fields.term);
  const termText = text(fields.termText);
  return {
    node: reading.node,
    observedAt: reading.observedAt,
    role: ROLES.find((role) => role === fields.role) ?? 'unknown',
    nativeRole: text(fields.nativeRole),
    term: major === null ? null : { kind: termKind, text: termText ?? major, major, minor: null },
    leader: text(fields.leader),
    commitIndex: integer(fields.commitIndex),
    appliedIndex: integer(fields.appliedIndex),
    lastIndex: integer(fields.lastIndex),
    voters: isStrings(fields.voters) ? fields.voters : null,
    learners: isStrings(fields.learners) ? fields.learners : null,
    peers: isPeers(fields.peers) ? fields.peers : [],
    pending: typeof fields.pending === 'number' ? fields.pending : 0,
  };
};

export interface Roster {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().every((item, i) => item === [...b].sort()[i]);

/** The membership that a majority of its own voters states; else the one known before. */
export const rosterOf = (statements: readonly Statement[], known: Roster): Roster => {
  for (const candidate of statements) {
    const { voters } = candidate;
    if (voters === null || voters.length === 0) continue;
    const backers = statements.filter(
      (each) => voters.includes(each.node) && each.voters !== null && sameList(each.voters, voters),
    );
    if (backers.length >= Math.floor(voters.length / 2) + 1)
      return { voters, learners: candidate.learners ?? [] };
  }
  return known;
};

export const membershipOf = (roster: Roster, node: NodeId): Membership =>
  roster.learners.includes(node) ? 'learner' : 'voter';
