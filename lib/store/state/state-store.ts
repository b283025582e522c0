import type { Event, JsonObject, NewEvent, Severity } from '#lib/events/event.ts';
import type { WorldJson } from '#lib/events/world.ts';
import type { Ms } from '#lib/model/time.ts';
import type { GroupMemory } from '#lib/notify/dispatch.ts';
import type { Alert, GroupSettings, RuleDraft, RuleGroup } from '#lib/rules/rule.ts';

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

export const VERSION_CHANGES = ['created', 'edited', 'enabled', 'disabled', 'deleted', 'restored'] as const;
export type VersionChange = (typeof VERSION_CHANGES)[number];

/** One state of a thing that people edit, with who made it so. A deleted one keeps its last draft. */
export interface Version<Draft> {
  readonly id: string;
  readonly version: number;
  readonly change: VersionChange;
  readonly draft: Draft;
  readonly at: Ms;
  readonly actor: string | null;
}

/** What a rule file said when it was good. */
export interface RuleFileDraft {
  readonly groups: readonly RuleGroup[];
}

/** A notification channel as somebody wrote it down; the shape of its kind is the engine's affair. */
export type ChannelJson = JsonObject;

export const OUTBOX_STATES = ['waiting', 'sent', 'failed'] as const;

/** A message on its way. `key` is its dedupe key: the same over all attempts, and stored once. */
export interface OutboxRow {
  readonly key: string;
  /** The receiver's id, and which of its webhooks. */
  readonly receiver: string;
  readonly webhook: number;
  /** The group that it tells of: messages of one group go out in their order. */
  readonly groupId: string;
  readonly payload: string;
  /** Ids of the alerts that it tells of. */
  readonly alerts: readonly string[];
  readonly state: (typeof OUTBOX_STATES)[number];
  readonly attempts: number;
  readonly nextAt: Ms;
  readonly createdAt: Ms;
  readonly settledAt: Ms | null;
  readonly lastError: string | null;
}

/** An attempt to send a message, and what became of the message. */
export interface Attempt {
  readonly key: string;
  readonly state: OutboxRow['state'];
  readonly attempts: number;
  readonly nextAt: Ms;
  readonly settledAt: Ms | null;
  readonly lastError: string | null;
}

interface Edits<T> {
  readonly put: readonly T[];
  /** Ids. */
  readonly remove: readonly string[];
}

/**
 * Everything that one change of state writes, in one transaction: what happened, what follows from it, and what must be
 * told of it. Applying the same change again changes nothing.
 */
export interface StateChange {
  readonly events?: readonly NewEvent[];
  readonly alerts?: Edits<Alert>;
  readonly groups?: Edits<GroupMemory>;
  /** New messages; one whose key is there already is left alone, unless it was given up: then it is tried anew. */
  readonly outbox?: readonly OutboxRow[];
  readonly attempts?: readonly Attempt[];
  readonly rules?: readonly Version<RuleDraft>[];
  /** By the group's name. */
  readonly ruleGroups?: readonly Version<GroupSettings>[];
  /** By the file's path. */
  readonly ruleFiles?: readonly Version<RuleFileDraft>[];
  readonly channels?: readonly Version<ChannelJson>[];
}

/** What is written; `store` alone holds it. Everything acknowledged is on disk. */
export interface StateWriter {
  /**
   * Stores events in their order, in one transaction, and gives each its id. An event whose key is already there is
   * not stored again; it comes back as it was stored.
   */
  appendEvents(events: readonly NewEvent[]): Promise<Event[]>;
  /** Applies a change whole or not at all. @returns its events as they are stored */
  applyChange(change: StateChange): Promise<Event[]>;
  putSetting(key: string, value: JsonObject): Promise<void>;
  putCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /** Opaque state of detector pools by class. */
  putPools(pools: Readonly<Record<string, string>>): Promise<void>;
  /** Deletes events and settled messages older than an instant; the newest checkpoint before it stays as the edge. */
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
  /**
   * The newest version of each rule that was not deleted: those made in the UI, and ready ones that were switched.
   * @param until as of that instant
   */
  rules(until?: Ms): Promise<Version<RuleDraft>[]>;
  /** The newest settings of each group of the UI. */
  ruleGroups(until?: Ms): Promise<Version<GroupSettings>[]>;
  /** The newest version of each rule file, also of those that are gone. */
  ruleFiles(until?: Ms): Promise<Version<RuleFileDraft>[]>;
  /** Every version of a rule, newest first. */
  ruleVersions(id: string): Promise<Version<RuleDraft>[]>;
  /** Every version of what a group of the UI says, newest first. */
  ruleGroupVersions(name: string): Promise<Version<GroupSettings>[]>;
  /** The newest version of each channel, also of those that are gone. */
  channels(until?: Ms): Promise<Version<ChannelJson>[]>;
  alerts(): Promise<Alert[]>;
  groups(): Promise<GroupMemory[]>;
  /** Messages in one state, oldest first. */
  outbox(state: OutboxRow['state'], limit: number): Promise<OutboxRow[]>;
  /** How many messages waited at an instant, by receiver and webhook; settled ones are kept as long as events are. */
  waitingAt(
    at: Ms,
  ): Promise<{ readonly receiver: string; readonly webhook: number; readonly count: number }[]>;
  /** The newest messages, newest first. */
  recentOutbox(limit: number): Promise<OutboxRow[]>;
  close(): Promise<void>;
}
