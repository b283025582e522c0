import type { NodeId } from './node.ts';
import type { Ms } from './time.ts';

/** What one peer is to a member, in the member's own words. */
export interface PeerSeen {
  readonly id: string;
  readonly up: boolean | null;
  readonly lastHeardMs: number | null;
  readonly rttMs: number | null;
}

/** A value an adapter found. 64-bit integers stay decimal strings until somebody asks for a number. */
export type FieldValue = string | number | boolean | null | readonly PeerSeen[] | readonly string[];

/**
 * What one endpoint of one member said at one instant: the only input of the consensus views.
 * `observedAt` is the wall clock when the answer was complete; `sentAt` when the request left, so that an answer
 * given by a thawed process can be told from a fresh one.
 */
export interface Reading {
  readonly node: NodeId;
  readonly endpoint: string;
  readonly sentAt: Ms;
  readonly observedAt: Ms;
  /** Null when the endpoint was read; else the error, verbatim. */
  readonly error: string | null;
  readonly fields: Readonly<Record<string, FieldValue>>;
}
