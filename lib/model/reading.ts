import type { NodeId } from './node.ts';
import type { Ms } from './time.ts';

/** What one peer is to a member, in the member's own words. */
export interface PeerSeen {
  readonly id: string;
  readonly up: boolean | null;
  readonly lastHeardMs: number | null;
  readonly rttMs: number | null;
  /** Round trips as a growing histogram of seconds, where the system keeps one. */
  readonly rtts: Histogram | null;
}

/** One member in a member list, in the system's own names. */
export interface MemberSeen {
  readonly id: string;
  /** Another way to write the id. */
  readonly otherId: string | null;
  readonly name: string | null;
  readonly isLearner: boolean;
  /** Where it says that it serves clients. */
  readonly urls: readonly string[];
  readonly peerUrls: readonly string[];
}

/** A histogram as it stands: counts of values up to each bound, growing since the process began. */
export interface Histogram {
  readonly sum: number;
  readonly count: number;
  /** Ascending bounds; the last one is infinite. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/** A value an adapter found. 64-bit integers stay decimal strings until somebody asks for a number. */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | Histogram
  | readonly PeerSeen[]
  | readonly MemberSeen[]
  | readonly string[];

export const asHistogram = (value: FieldValue | undefined): Histogram | null =>
  typeof value === 'object' && value !== null && 'buckets' in value ? value : null;

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
  /** The member answers, but not us: our rights or our certificates do not suffice. */
  readonly isDenied: boolean;
  readonly fields: Readonly<Record<string, FieldValue>>;
}
