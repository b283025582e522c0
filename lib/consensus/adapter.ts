import type { Protocol } from '#lib/model/node.ts';
import type { Term } from '#lib/model/term.ts';
import type { Ms } from '#lib/model/time.ts';

import type { Rules } from './rules.ts';

/** How one kind of system is read: data that one interpreter evaluates. */
export interface Adapter {
  readonly id: string;
  readonly protocol: Protocol;
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** The endpoint whose answers are heartbeats. It says that the process lives, never that it is well. */
  readonly liveness: string;
  /**
   * Rules by endpoint. They fill the uniform fields that `statementOf` reads. What a member says of itself (role, leader,
   * term) is taken from the first endpoint that offers it, whole; any other field from the first that found it.
   */
  readonly fields: Readonly<Record<string, Rules>>;
  readonly term: { readonly kind: Term['kind']; readonly monotonic: boolean };
  readonly electionTimeoutMs: Ms;
  /** How long a member may go on saying that it hears a peer that is gone. */
  readonly peerSilenceMs: Ms;
}

export interface Endpoint {
  readonly path: string;
  /** Sent as JSON by POST; absent: a GET. */
  readonly body?: string;
  readonly parse: 'json' | 'metrics' | 'none';
  readonly intervalMs: Ms;
  readonly timeoutMs: Ms;
  readonly okStatus: readonly number[];
  /** Read only where that other endpoint does not exist. */
  readonly insteadOf?: string;
  /** Asked only of the member that leads; the others refuse it. */
  readonly ofLeader?: true;
}

/** The endpoint in which a member speaks of itself: the first with rules. */
export const statementEndpoint = (adapter: Adapter): string | undefined => Object.keys(adapter.fields)[0];

/** Whether members of such a system list all others. */
export const listsMembers = (adapter: Adapter): boolean =>
  Object.values(adapter.fields).some((rules) => 'members' in rules);
