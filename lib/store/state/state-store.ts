import type { Event, JsonObject, NewEvent, Severity } from '#lib/events/event.ts';
import type { WorldJson } from '#lib/events/world.ts';
import type { Ms } from '#lib/model/time.ts';

export interface EventFilter {
  readonly from: Ms | null;
  readonly to: Ms | null;
  readonly kinds: readonly string[];
  readonly cluster: string | null;
  readonly node: string | null;
}

/** How many events fell into each step of a range, by severity. */
export type EventDensity = readonly Readonly<Record<Severity, number>>[];

export interface Checkpoint {
  /** The id of the last event that the world contains. */
  readonly eventId: string;
  readonly at: Ms;
  readonly world: WorldJson;
}

/** What is written; `store` alone holds it. Everything acknowledged is on disk. */
export interface StateWriter {
  /**
   * Stores events in their order, in one transaction, and gives each its id. An event whose key is already there is
   * not stored again; it comes back as it was stored.
   */
  appendEvents(events: readonly NewEvent[]): Promise<Event[]>;
  putSetting(key: string, value: JsonObject): Promise<void>;
  putCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /** Opaque state of detector pools by class. */
  putPools(pools: Readonly<Record<string, string>>): Promise<void>;
  /** Deletes events older than an instant; the newest checkpoint before it stays as the edge. */
  retain(before: Ms): Promise<void>;
  close(): Promise<void>;
}

/** What is read, by any thread. */
export interface StateReader {
  /** Newest first, or oldest first; `cursor` is the id of the last one read. */
  readEvents(
    filter: EventFilter,
    limit: number,
    cursor: string | null,
    order?: 'newest' | 'oldest',
  ): Promise<{ events: Event[]; next: string | null }>;
  /** How many events a range holds in each of its equal steps; `to` is outside. */
  eventDensity(from: Ms, to: Ms, steps: number): Promise<EventDensity>;
  /** Oldest first, ids above `id`. */
  eventsAfter(id: string, limit: number): Promise<Event[]>;
  /** Oldest first, ids above `id`, instants up to and with `to`. */
  eventsUntil(id: string, to: Ms): Promise<Event[]>;
  lastEventId(): Promise<string>;
  /** The newest checkpoint at or before an instant. */
  checkpointBefore(at: Ms): Promise<Checkpoint | null>;
  setting(key: string): Promise<JsonObject | null>;
  pools(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}
