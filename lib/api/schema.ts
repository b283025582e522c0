import { z } from 'zod';

import { EVENT_KINDS, SEVERITIES } from '#lib/events/event.ts';
import {
  LEVELS,
  MEMBERSHIPS,
  NODE_FLAGS,
  NODE_STATES,
  PROBE_OUTCOMES,
  PROTOCOLS,
  ROLES,
} from '#lib/model/node.ts';

/**
 * The shapes that the HTTP API answers with and accepts. Browser, handlers and `openapi.json` all derive from them.
 * Instants are RFC 3339 with milliseconds, 64-bit integers are decimal strings, enum words are lower case.
 * Fields may be added, never renamed.
 */

const instant = z.string().meta({ format: 'date-time' });
const integer64 = z.string().regex(/^-?\d+$/);

export const TextSchema = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  text: z.string(),
});
export type TextDto = z.infer<typeof TextSchema>;

export const TermSchema = z.object({
  kind: z.enum(['term', 'epoch', 'ballot', 'timeline', 'view']),
  text: z.string(),
  major: z.string(),
  minor: z.string().nullable(),
});
export type TermDto = z.infer<typeof TermSchema>;

const level = z.enum(LEVELS);
const nodeState = z.enum(NODE_STATES);
const range = z.object({ optimistic: z.number(), pessimistic: z.number() });

export const StatusSchema = z.object({
  at: instant,
  ready: z.boolean(),
  waitingFor: z.object({ what: z.string(), done: z.number(), total: z.number() }).nullable(),
  threads: z.array(
    z.object({ name: z.string(), alive: z.boolean(), restarts: z.number(), loopDelayP99Ms: z.number() }),
  ),
  config: z.object({
    loadedAt: instant,
    error: TextSchema.nullable(),
    file: z.string().nullable(),
    warnings: z.array(z.string()),
  }),
  monitor: z.object({
    name: z.string(),
    degraded: z.boolean(),
    reasons: z.array(TextSchema),
    stallSeconds: z.number(),
  }),
  scrapers: z.object({ total: z.number(), late: z.number() }),
  disk: z.object({ freeBytes: z.number(), behindMs: z.number(), error: z.string().nullable() }),
  demo: z.boolean(),
  configured: z.boolean(),
  /** What a page elsewhere needs to know of us before it shows a panel. */
  embed: z.object({ allowedOrigins: z.array(z.string()), externalUrl: z.string().nullable() }),
  version: z.string(),
});
export type StatusDto = z.infer<typeof StatusSchema>;

export const ClusterRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  system: z.string(),
  protocol: z.enum(PROTOCOLS),
  at: instant,
  readingAgeMs: z.number().nullable(),
  verdict: z.object({ level, sentence: TextSchema, why: TextSchema.nullable(), since: instant }),
  leader: z
    .object({
      state: z.enum(['one', 'none', 'contested', 'unknown']),
      node: z.string().nullable(),
      term: TermSchema.nullable(),
      since: instant.nullable(),
    })
    .nullable(),
  quorum: z
    .object({
      voters: z.number(),
      needs: z.number(),
      rule: z.enum(['majority', 'weighted', 'hierarchical', 'flexible', 'min-isr']),
      alive: range,
      margin: range,
    })
    .nullable(),
  summary: z.object({
    voters: z.array(z.object({ node: z.string(), state: nodeState })),
    nodes: z.object({
      up: z.number(),
      suspect: z.number(),
      down: z.number(),
      unknown: z.number(),
      recovering: z.number(),
      maintenance: z.number(),
    }),
    strongest: z
      .object({
        node: z.string(),
        fused: z.number(),
        downLimit: z.number(),
        spark: z.array(z.number().nullable()).length(60),
      })
      .nullable(),
    /** Alerts that name the cluster or one of its members; `warning` with those of lesser severity. */
    firing: z.object({
      critical: z.number(),
      warning: z.number(),
      pending: z.number(),
      suppressed: z.number(),
    }),
    strip: z.array(z.object({ from: instant, to: instant, level })),
  }),
});
export type ClusterRowDto = z.infer<typeof ClusterRowSchema>;

const heading = z.object({ sentence: TextSchema, value: z.number().nullable(), unit: z.string() });

export const ClusterSchema = ClusterRowSchema.extend({
  leader: ClusterRowSchema.shape.leader
    .unwrap()
    .extend({
      claims: z.array(
        z.object({ node: z.string(), term: TermSchema.nullable(), valid: z.boolean(), why: TextSchema }),
      ),
      statements: z.array(
        z.object({
          node: z.string(),
          leader: z.string().nullable(),
          term: TermSchema.nullable(),
          observedAt: instant.nullable(),
        }),
      ),
    })
    .nullable(),
  quorum: ClusterRowSchema.shape.quorum
    .unwrap()
    .extend({ zones: z.array(z.object({ zone: z.string(), losesQuorum: z.boolean() })) })
    .nullable(),
  commit: z
    .object({
      index: integer64.nullable(),
      advancing: z.boolean().nullable(),
      advancedAt: instant.nullable(),
    })
    .nullable(),
  headings: z.object({
    consistency: heading,
    faultTolerance: heading,
    scalability: heading,
    performance: heading,
  }),
  members: z.array(
    z.object({
      node: z.string(),
      aliases: z.array(z.string()),
      membership: z.enum(MEMBERSHIPS),
      role: z.enum(ROLES),
      nativeRole: z.string().nullable(),
      term: TermSchema.nullable(),
      leader: z.string().nullable(),
      agrees: z.boolean().nullable(),
      commitIndex: integer64.nullable(),
      appliedIndex: integer64.nullable(),
      lastIndex: integer64.nullable(),
      lag: z.number().nullable(),
      performance: z
        .object({
          fsyncP99Ms: z.number().nullable(),
          backendCommitP99Ms: z.number().nullable(),
          pending: z.number().nullable(),
          proposalsFailed: z.number().nullable(),
          leaderChanges: z.number().nullable(),
          health: z.string().nullable(),
        })
        .nullable(),
      observedAt: instant.nullable(),
      /** Where its log stood when it was last read, however long ago that is. */
      lastKnownIndex: integer64.nullable(),
      readError: z.string().nullable(),
      state: nodeState,
      fused: z.number().nullable(),
    }),
  ),
  peers: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      up: z.boolean().nullable(),
      rttMs: z.number().nullable(),
      lastHeardMs: z.number().nullable(),
      observedAt: instant.nullable(),
      by: z.enum(['member', 'monitor']),
      source: z.string(),
    }),
  ),
  /** Directed links that do not get through: what `from` sends does not reach `to`; `to` may be `monitor`. */
  cuts: z.array(z.object({ from: z.string(), to: z.string(), by: z.enum(['member', 'monitor']) })),
  groups: z.null(),
});
export type ClusterDto = z.infer<typeof ClusterSchema>;

export const ClustersSchema = z.object({ at: instant, clusters: z.array(ClusterRowSchema) });
export type ClustersDto = z.infer<typeof ClustersSchema>;

export const NodeRowSchema = z.object({
  id: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  clusters: z.array(z.object({ id: z.string(), membership: z.enum(MEMBERSHIPS), role: z.enum(ROLES) })),
  at: instant,
  state: nodeState,
  flags: z.array(z.enum(NODE_FLAGS)),
  since: instant,
  fused: z.number().nullable(),
  downLimit: z.number().nullable(),
  /** Its last heartbeat, while its silence stands out (φ ≥ 1); null otherwise, and where it is not known. */
  silentSince: instant.nullable(),
});
export type NodeRowDto = z.infer<typeof NodeRowSchema>;

const probe = z.object({ at: instant, outcome: z.enum(PROBE_OUTCOMES), rttMs: z.number().nullable() });

export const NodeSchema = NodeRowSchema.extend({
  certainty: z.object({ kind: z.enum(['certain', 'inferred']), confidence: z.number() }),
  suspicion: z.object({
    phi: z.number().nullable(),
    fused: z.number().nullable(),
    suspectLimit: z.number(),
    downLimit: z.number(),
    silentMs: z.number().nullable(),
    timeToSuspectMs: z.number().nullable(),
    timeToDownMs: z.number().nullable(),
    downBy: z.enum(['phi', 'max-silence']),
    maxSilenceMs: z.number(),
    detector: z.string(),
    explain: TextSchema,
    /** Present while the pool has too few heartbeats to prove the down limit: how much it has. */
    limitedBy: TextSchema.nullable(),
  }),
  observers: z.array(
    z.object({ monitor: z.string(), phi: z.number().nullable(), silentMs: z.number().nullable() }),
  ),
  incarnation: z.object({ id: z.string().nullable(), startedAt: instant.nullable() }),
  lastProbe: probe.extend({ error: z.string().nullable() }).nullable(),
  recent: z.array(probe),
  /** φ of the last five minutes at full rate (past instants: from the stored series). */
  phiHistory: z.array(z.object({ at: instant, phi: z.number().nullable() })),
  detector: z.object({
    samples: z.number(),
    meanMs: z.number().nullable(),
    stdDevMs: z.number().nullable(),
    poolSamples: z.number(),
    histogram: z.array(z.object({ leMs: z.number(), count: z.number() })),
    /** Fitted tail: φ as a function of silence, for drawing beside the histogram. */
    tail: z.array(z.object({ silentMs: z.number(), phi: z.number() })),
  }),
  heardBy: z.array(
    z.object({
      node: z.string(),
      cluster: z.string(),
      up: z.boolean().nullable(),
      lastHeardMs: z.number().nullable(),
    }),
  ),
});
export type NodeDto = z.infer<typeof NodeSchema>;

export const NodesSchema = z.object({
  at: instant,
  counts: ClusterRowSchema.shape.summary.shape.nodes,
  nodes: z.array(NodeRowSchema),
  next: z.string().nullable(),
});
export type NodesDto = z.infer<typeof NodesSchema>;

export const EventSchema = z.object({
  id: z.string(),
  key: z.string(),
  at: instant,
  kind: z.enum(EVENT_KINDS),
  severity: z.enum(SEVERITIES),
  monitor: z.string(),
  actor: z.string().nullable(),
  cluster: z.string().nullable(),
  node: z.string().nullable(),
  title: TextSchema,
  detail: z.record(z.string(), z.json()),
});
export type EventDto = z.infer<typeof EventSchema>;
export const EventsSchema = z.object({ events: z.array(EventSchema), next: z.string().nullable() });
export type EventsDto = z.infer<typeof EventsSchema>;

/** How many events fell into each of the equal steps of a range. */
export const EventDensitySchema = z.object({
  from: instant,
  to: instant,
  buckets: z.array(z.object({ info: z.number(), warning: z.number(), critical: z.number() })),
});
export type EventDensityDto = z.infer<typeof EventDensitySchema>;

export const TIMELINE_KINDS = ['level', 'state', 'role', 'alert'] as const;
export const TimelineSchema = z.object({
  lanes: z.array(
    z.object({
      kind: z.enum(TIMELINE_KINDS),
      subject: z.string(),
      segments: z.array(
        z.object({ from: instant, to: instant, value: z.string(), detail: z.record(z.string(), z.json()) }),
      ),
    }),
  ),
  truncated: z.boolean(),
});
export type TimelineDto = z.infer<typeof TimelineSchema>;

export const ProblemSchema = z.object({
  code: z.string(),
  message: z.string(),
  field: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
});
export type ProblemDto = z.infer<typeof ProblemSchema>;

const heartbeatBody = {
  incarnation: z.string().max(200).optional(),
  seq: z.number().int().nonnegative().optional(),
  sentAt: instant.optional(),
  intervalMs: z.number().positive().max(86_400_000).optional(),
  labels: z.record(z.string(), z.string().max(1024)).optional(),
};
export const HeartbeatSchema = z.object(heartbeatBody);
export const HeartbeatBatchSchema = z
  .array(z.object({ node: z.string().min(1).max(200), ...heartbeatBody }))
  .max(10_000);
export type PushedHeartbeat = z.infer<typeof HeartbeatSchema>;
export const HeartbeatBatchAnswerSchema = z.object({
  accepted: z.number(),
  rejected: z.array(z.object({ index: z.number(), code: z.string(), message: z.string() })),
});

const FAULT_KINDS = [
  'kill',
  'stop',
  'continue',
  'restart',
  'slow',
  'partition',
  'drop',
  'skew',
  'disk-full',
] as const;
export const FaultRequestSchema = z.object({
  kind: z.enum(FAULT_KINDS),
  node: z.string(),
  /** A member, or `monitor`; absent: everybody. */
  peer: z.string().optional(),
  direction: z.enum(['both', 'to', 'from']).optional(),
  value: z.number().optional(),
});
export type FaultRequest = z.infer<typeof FaultRequestSchema>;
const FaultSchema = FaultRequestSchema.extend({ id: z.string(), at: instant });
const demoMember = z.object({
  node: z.string(),
  pid: z.number().nullable(),
  address: z.string(),
  alive: z.boolean(),
});
export const DemoSchema = z.object({
  groups: z.array(z.object({ id: z.string(), members: z.array(demoMember) })),
  services: z.array(demoMember),
  faults: z.array(FaultSchema),
});
export type DemoDto = z.infer<typeof DemoSchema>;

/** `GET /api/v1/targets`: Prometheus's own shape (Prometheus documentation, "HTTP API", Targets). */
export const TargetsSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    activeTargets: z.array(
      z.object({
        discoveredLabels: z.record(z.string(), z.string()),
        labels: z.record(z.string(), z.string()),
        scrapePool: z.string(),
        scrapeUrl: z.string(),
        globalUrl: z.string(),
        lastError: z.string(),
        lastScrape: z.string(),
        lastScrapeDuration: z.number(),
        /** Of a past instant only. */
        lastScrapeSamples: z.number().nullable().optional(),
        health: z.enum(['up', 'down', 'unknown']),
        scrapeInterval: z.string(),
        scrapeTimeout: z.string(),
      }),
    ),
    droppedTargets: z.array(z.object({ discoveredLabels: z.record(z.string(), z.string()) })),
    droppedTargetCounts: z.record(z.string(), z.number()),
  }),
});
export type TargetsDto = z.infer<typeof TargetsSchema>;

/** Heartbeat probes beside the scrape targets on Settings ▸ targets. */
export const HeartbeatTargetsSchema = z.object({
  at: instant,
  targets: z.array(
    z.object({
      node: z.string(),
      job: z.string(),
      /** Null, as the next two: of a past instant it is not known. */
      kind: z.enum(['http', 'tcp', 'push', 'status']).nullable(),
      url: z.string().nullable(),
      intervalMs: z.number().nullable(),
      state: nodeState,
      lastOutcome: z.enum(PROBE_OUTCOMES).nullable(),
      lastError: z.string().nullable(),
      lastAt: instant.nullable(),
      rttMs: z.number().nullable(),
    }),
  ),
});
export type HeartbeatTargetsDto = z.infer<typeof HeartbeatTargetsSchema>;

/**
 * Frames of `GET /api/stream`. `snapshot` opens every connection; `events` are committed ones, oldest first;
 * `delta` says only what changed since the frame before, at most four times a second.
 */
export const StreamSnapshotSchema = z.object({
  at: instant,
  status: StatusSchema,
  clusters: z.array(ClusterRowSchema),
  cluster: ClusterSchema.nullable(),
  node: NodeSchema.nullable(),
  nodes: z.array(NodeRowSchema),
});
export type StreamSnapshot = z.infer<typeof StreamSnapshotSchema>;
/** `n`: [id, state index in NODE_STATES, fused to one decimal or null, flag bits, silent since (ms) if it is] — compact, ≤ 60 B a node. */
export const StreamDeltaSchema = z.object({
  at: instant,
  status: StatusSchema.optional(),
  clusters: z.array(ClusterRowSchema).optional(),
  cluster: ClusterSchema.optional(),
  node: NodeSchema.optional(),
  n: z
    .array(z.tuple([z.string(), z.number(), z.number().nullable(), z.number(), z.number().optional()]))
    .optional(),
  /** Whole rows of nodes that are new or whose labels or memberships changed. */
  nodes: z.array(NodeRowSchema).optional(),
  gone: z.array(z.string()).optional(),
});
export type StreamDelta = z.infer<typeof StreamDeltaSchema>;
