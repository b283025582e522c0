/**
 * What a consensus protocol is to the process that runs it: a pure state machine. Messages, time and randomness come in, effects go out.
 * The simulator and the real processes drive the same machines.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What the caller must do after a step, in this order: make `records` durable (one fsync), then send, answer and tell. */
export interface Effects {
  /** Appended to the member's journal and fsynced before anything below leaves the process. */
  readonly records: readonly Json[];
  readonly messages: readonly { readonly to: string; readonly body: Json }[];
  /** Answers to `propose` calls of this member, by request id. */
  readonly answers: readonly {
    readonly request: string;
    readonly ok: boolean;
    readonly value: Json;
    readonly leader: string | null;
  }[];
  /** Ground truth for the member's own log: role and leadership changes. */
  readonly events: readonly { readonly kind: string; readonly detail: { readonly [key: string]: Json } }[];
}

export interface Machine {
  /** Rebuilds the durable state from the journal, oldest first; called once, before any other step. */
  restore(records: readonly Json[], nowMs: number): void;
  /** Acts on every timer that is due. Call it at least every 25 ms. */
  tick(nowMs: number): Effects;
  receive(from: string, body: Json, nowMs: number): Effects;
  /** Asks for a write. Answered later by `Effects.answers`; a member that cannot lead answers at once with its idea of the leader. */
  propose(request: string, command: { readonly key: string; readonly value: string }, nowMs: number): Effects;
  /** What `/status` says, without the process's own fields (id, group, incarnation, startedAt). */
  status(nowMs: number): { readonly [key: string]: Json };
  /** Applied state, for tests and reads. */
  read(key: string): string | null;
  readonly journalLimit?: number;
}

export interface MachineOptions {
  readonly id: string;
  readonly peers: readonly string[];
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly heartbeatMs: number;
  readonly electionMs: { readonly min: number; readonly max: number };
}
