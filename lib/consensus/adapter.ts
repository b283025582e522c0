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
   * Rules by endpoint. They fill the uniform fields that `toStatement` reads.
   * A field takes the first that found it, in this order of endpoints.
   */
  readonly fields: Readonly<Record<string, Rules>>;
  readonly term: { readonly kind: Term['kind']; readonly monotonic: boolean };
  readonly electionTimeoutMs: Ms;
}

export interface Endpoint {
  readonly path: string;
  readonly parse: 'json' | 'metrics' | 'none';
  readonly intervalMs: Ms;
  readonly timeoutMs: Ms;
  readonly okStatus: readonly number[];
  /** Read only where that other endpoint does not exist. */
  readonly insteadOf?: string;
}
