import type { Event, JsonObject } from '#lib/events/event.ts';
import type { Lane } from '#lib/events/lane.ts';
import type { TimelineQuery } from '#lib/events/timeline.ts';
import type { WorldJson } from '#lib/events/world.ts';
import type { ClusterId, NodeId } from '#lib/model/node.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';
import type { EventDensity } from '#lib/store/state/state-store.ts';

import type { Config, TargetGroup } from './config/config.ts';
import type { AlertingReads } from './data/alerting-reads.ts';
import type { QueryReads } from './data/queries.ts';
import type { HeartbeatTarget, LiveChanges, NodeDetail } from './live.ts';
import type { Batch, Remote } from './rpc.ts';
import type { MainEvent } from './main-event.ts';
import type { TargetCommands } from './targets/commands.ts';

/** What `watch` answers to the main thread. */
export interface WatchReads {
  /** What changed since a version of the live state; 0 asks for everything. */
  changesSince(version: number): LiveChanges;
  node(id: NodeId): NodeDetail | null;
  heartbeatTargets(): HeartbeatTarget[];
  /** A heartbeat that a node pushed; counted on arrival. */
  push(beats: readonly ArrivedHeartbeat[]): PushAnswer;
  /** Records an event of the main thread's (configuration, faults), so that one log tells everything in order. */
  record(event: MainEvent): void;
  /** The configuration from now on, with the targets of file discovery by heartbeat job. */
  configure(config: Config, found: readonly (readonly [string, readonly TargetGroup[]])[]): void;
  metrics(): Promise<string>;
}

export interface ArrivedHeartbeat {
  readonly node: string;
  readonly incarnation: string | null;
  readonly seq: number | null;
  readonly intervalMs: Ms | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly arrivedAt: Ms;
}

export interface PushAnswer {
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly message: string }[];
}

export interface EventQuery {
  readonly from: Ms | null;
  readonly to: Ms | null;
  readonly kinds: readonly string[];
  readonly cluster: string | null;
  readonly node: string | null;
  readonly limit: number;
  readonly cursor: string | null;
  readonly order: 'newest' | 'oldest';
}

/** The numbers of a past instant, from the stored series (look-back one minute). */
export interface PastNumbers {
  readonly phi: Readonly<Record<NodeId, number>>;
  readonly downLimit: Readonly<Record<NodeId, number>>;
  readonly probed: Readonly<Record<NodeId, { readonly at: Ms; readonly ok: boolean }>>;
  readonly rttSeconds: Readonly<Record<NodeId, number>>;
  readonly silentSeconds: Readonly<Record<NodeId, number>>;
  readonly timeToDownSeconds: Readonly<Record<NodeId, number>>;
  readonly commit: Readonly<Record<ClusterId, { readonly index: number; readonly advancing: boolean }>>;
  /** The slowest round trip between members. */
  readonly peerRttSeconds: Readonly<Record<ClusterId, number>>;
  /** By `cluster/node`, as what follows. */
  readonly commitIndex: Readonly<Record<string, number>>;
  readonly appliedIndex: Readonly<Record<string, number>>;
  readonly lag: Readonly<Record<string, number>>;
  /** How many peers said that they hear a member, and that they do not. */
  readonly heardBy: Readonly<Record<string, number>>;
  readonly unheardBy: Readonly<Record<string, number>>;
}

export interface ScrapeTargetStatus {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly scrapeUrl: string;
  readonly globalUrl: string;
  readonly lastError: string;
  readonly lastScrapeAt: Ms | null;
  readonly lastScrapeDurationMs: number;
  readonly health: 'up' | 'down' | 'unknown';
  readonly scrapeIntervalMs: Ms;
  readonly scrapeTimeoutMs: Ms;
}

/** A scrape target as series and the log tell it of a past instant. Null: nothing tells it. */
export interface PastScrapeTarget {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapePool: string;
  readonly scrapeUrl: string | null;
  readonly health: 'up' | 'down';
  /** With what it began to fail; later errors of the same failure are not told. */
  readonly firstError: string | null;
  readonly lastScrapeAt: Ms;
  readonly lastScrapeDurationMs: number;
  /** Of the last scrape. */
  readonly samples: number | null;
  readonly scrapeIntervalMs: Ms | null;
}

export interface DataStatus {
  readonly ready: boolean;
  readonly waitingFor: { readonly what: string; readonly done: number; readonly total: number } | null;
  readonly scrapers: { readonly total: number; readonly late: number };
  readonly disk: { readonly freeBytes: number; readonly behindMs: number; readonly error: string | null };
  readonly lastEventId: string;
}

/** What `data` answers to the main thread. */
export interface DataReads extends AlertingReads, QueryReads {
  status(): DataStatus;
  readEvents(query: EventQuery): Promise<{ events: Event[]; next: string | null }>;
  eventDensity(from: Ms, to: Ms, steps: number): Promise<EventDensity>;
  /** Committed events after an id, oldest first: how a live stream resumes. */
  eventsAfter(id: string, limit: number): Promise<Event[]>;
  worldAt(at: Ms): Promise<WorldJson>;
  numbersAt(at: Ms): PastNumbers;
  phiHistory(node: NodeId, from: Ms, to: Ms): { at: Ms; phi: number | null }[];
  timeline(query: TimelineQuery): Promise<{ lanes: Lane[]; truncated: boolean }>;
  targets(): ScrapeTargetStatus[];
  /** The targets of a past instant. */
  targetsAt(at: Ms): Promise<PastScrapeTarget[]>;
  putSetting(key: string, value: JsonObject): Promise<void>;
  committed(emit: (batch: Batch<Event>) => void): () => void;
  /** The configuration from now on, with the targets of file discovery by job. */
  configure(config: Config, found: readonly (readonly [string, readonly TargetGroup[]])[]): void;
  metrics(): Promise<string>;
}

export interface ThreadStatus {
  readonly name: string;
  readonly alive: boolean;
  readonly restarts: number;
  readonly loopDelayP99Ms: number;
}

export interface ConfigStatus {
  readonly loadedAt: Ms;
  readonly error: Text | null;
  readonly file: string | null;
  readonly warnings: readonly string[];
  /** False while there is nothing to watch: the first start. */
  readonly configured: boolean;
  readonly externalUrl: string | null;
  readonly allowedOrigins: readonly string[];
}

export interface FaultCommand {
  readonly kind: string;
  readonly node: string;
  readonly peer?: string | undefined;
  readonly direction?: 'both' | 'to' | 'from' | undefined;
  readonly value?: number | undefined;
}

/** The sample cluster, as the main thread runs it. */
export interface DemoControl {
  describe(): DemoDescription | null;
  start(): Promise<void>;
  inject(command: FaultCommand): Promise<string>;
  heal(id: string): Promise<void>;
  healAll(): Promise<void>;
}

export interface DemoMember {
  readonly node: string;
  readonly pid: number | null;
  readonly address: string;
  readonly alive: boolean;
}
export interface DemoDescription {
  readonly groups: readonly { readonly id: string; readonly members: readonly DemoMember[] }[];
  readonly services: readonly DemoMember[];
  readonly faults: readonly (FaultCommand & { readonly id: string; readonly at: Ms })[];
}

/** Everything the API layer may ask of the running product. */
export interface Engine {
  readonly watch: () => Remote<WatchReads>;
  readonly data: () => Remote<DataReads>;
  readonly threads: () => ThreadStatus[];
  readonly config: () => ConfigStatus;
  readonly reload: () => Promise<void>;
  readonly demo: DemoControl;
  readonly targets: TargetCommands;
  readonly monitorName: string;
  readonly version: string;
  readonly metrics: () => Promise<string>;
  /** Aborted when the process begins to stop: streams end on it. */
  readonly stopping: AbortSignal;
  /** Blocks a thread's loop: present under QUORATE_TEST_COMMANDS=1 only. */
  readonly stall?: (thread: string, ms: number) => Promise<void>;
}

const KEY = Symbol.for('quorate.engine');
type Slot = { [KEY]?: Engine };
const slot = globalThis as typeof globalThis & Slot; // one per process, whatever the bundler copies

/** The running engine, or null before `boot` and during a build. Modules are instantiated more than once by the bundler; `globalThis` is one. */
export const engineOrNull = (): Engine | null => slot[KEY] ?? null;

export const setEngine = (engine: Engine): void => {
  slot[KEY] = engine;
};
