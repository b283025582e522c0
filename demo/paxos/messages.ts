import { z } from 'zod';

import type { Json } from '#demo/machine.ts';

/** A ballot number: ordered by round, then by node, so that no two members ever share one. */
const ballot = z.object({ round: z.int().nonnegative(), node: z.string() });
export type Ballot = z.infer<typeof ballot>;

/** What a slot holds. `key: null` is a no-op, which a new leader puts into the gaps it finds. */
const command = z.object({ key: z.string().nullable(), value: z.string() });
export type Command = z.infer<typeof command>;

const slot = z.int().nonnegative();
const accepted = z.object({ slot, ballot, command });
const decided = z.object({ slot, command });

/** Everything applied up to and including `index`. */
const snapshot = z.object({ index: slot, state: z.array(z.tuple([z.string(), z.string()])) });
export type Snapshot = z.infer<typeof snapshot>;

/** Decided slots that another member lacks; the snapshot stands for those that are no longer in the log. */
const decisions = z.object({ snapshot: snapshot.nullable(), entries: z.array(decided) });
export type Decisions = z.infer<typeof decisions>;

const message = z.discriminatedUnion('k', [
  z.object({ k: z.literal('ping'), n: z.int() }),
  z.object({ k: z.literal('pong'), n: z.int() }),
  /** Phase 1a, for every slot from `from` on. */
  z.object({ k: z.literal('prepare'), ballot, from: slot }),
  /** Phase 1b: what was accepted from `from` on, and what is known to be decided. */
  z.object({ k: z.literal('promise'), ballot, accepted: z.array(accepted), decisions }),
  /** Phase 2a. `commit` tells how far the leader has decided. */
  z.object({ k: z.literal('accept'), ballot, slot, command, commit: slot }),
  /** Phase 2b. */
  z.object({ k: z.literal('accepted'), ballot, slot }),
  z.object({ k: z.literal('heartbeat'), ballot, commit: slot }),
  z.object({ k: z.literal('heartbeat-ok'), ballot }),
  /** A ballot was refused because `promised` is higher, or because the leader of `promised` is alive. */
  z.object({ k: z.literal('refuse'), ballot, promised: ballot }),
  /** Asks the leader for the decided slots from `from` on. */
  z.object({ k: z.literal('learn'), from: slot }),
  z.object({ k: z.literal('decided'), decisions }),
]);
export type Message = z.infer<typeof message>;

const record = z.discriminatedUnion('t', [
  z.object({ t: z.literal('promise'), ballot }),
  /** The promise to the ballot is a record of its own, before. `commit` saves a restarted member from forgetting what it had decided. */
  z.object({ t: z.literal('accept'), ballot, slot, command, commit: slot }),
  z.object({ t: z.literal('decide'), slot, command }),
  /** Replaces every record before it. */
  z.object({ t: z.literal('snapshot'), promised: ballot, snapshot, log: z.array(accepted) }),
]);
export type JournalRecord = z.infer<typeof record>;

export const parseMessage = (body: Json): Message => message.parse(body);
export const parseRecord = (body: Json): JournalRecord => record.parse(body);

export const NO_BALLOT: Ballot = { round: 0, node: '' };

/** Negative when `a` is lower, 0 when equal, positive when higher. */
export const compareBallots = (a: Ballot, b: Ballot): number =>
  a.round - b.round || (a.node < b.node ? -1 : a.node > b.node ? 1 : 0);

export const ballotText = (ballot: Ballot): string => `${ballot.round}.${ballot.node}`;
