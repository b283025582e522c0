import type { WorldJson } from '#lib/events/world.ts';
import type { Ms } from '#lib/model/time.ts';

import type { Delivery } from '../outbox.ts';

/** What `watch` and `data` offer each other. */

/** What `data` offers to `watch`. */
export interface DataPeer {
  ingest(delivery: Delivery): Promise<void>;
  putPools(pools: Readonly<Record<string, string>>): Promise<void>;
}

/** What is known from before this start. */
export interface Past {
  readonly world: WorldJson;
  readonly pools: Readonly<Record<string, string>>;
  /** When this monitor last wrote anything; null: never before. */
  readonly lastAliveAt: Ms | null;
}

/** What `watch` offers to `data`. */
export interface WatchPeer {
  /**
   * The world as the store knows it: what was down before our restart stays down until it is heard.
   */
  restore(past: Past): void;
}
