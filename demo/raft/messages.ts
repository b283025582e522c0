import { z } from 'zod';

import type { Json } from '#demo/machine.ts';

const index = z.int().nonnegative();
const command = z.object({ key: z.string().nullable(), value: z.string() });
const entry = z.object({ term: index, command });
const state = z.array(z.tuple([z.string(), z.string()]));

/** One write; `key` is null in the entry by which a new leader commits what its predecessors left. */
export type Command = z.infer<typeof command>;
export type Entry = z.infer<typeof entry>;

const message = z.discriminatedUnion('k', [
  z.object({ k: z.literal('ping'), n: index }),
  z.object({ k: z.literal('pong'), n: index }),
  z.object({ k: z.enum(['prevote', 'vote']), term: index, last: index, lastTerm: index }),
  z.object({ k: z.enum(['prevote-answer', 'vote-answer']), term: index, asked: index, granted: z.boolean() }),
  z.object({
    k: z.literal('append'),
    term: index,
    prev: index,
    prevTerm: index,
    entries: z.array(entry),
    commit: index,
  }),
  z.object({ k: z.literal('append-answer'), term: index, ok: z.boolean(), match: index }),
  z.object({ k: z.literal('snapshot'), term: index, index, lastTerm: index, state }),
]);
export type Message = z.infer<typeof message>;

/** What a member keeps on disk. A snapshot stands for everything before it. */
const record = z.discriminatedUnion('t', [
  z.object({ t: z.literal('vote'), term: index, votedFor: z.string().nullable() }),
  z.object({ t: z.literal('append'), from: index, entries: z.array(entry) }),
  z.object({
    t: z.literal('snapshot'),
    term: index,
    votedFor: z.string().nullable(),
    index,
    lastTerm: index,
    state,
    entries: z.array(entry),
  }),
]);
export type JournalRecord = z.infer<typeof record>;

/** @throws ZodError when a peer sent something else */
export const parseMessage = (body: Json): Message => message.parse(body);
/** @throws ZodError when the journal holds something else */
export const parseRecord = (body: Json): JournalRecord => record.parse(body);
