import { z } from 'zod';

/** Targets that are watched without a file: the shapes of `/api/targets…`. */

const instant = z.string().meta({ format: 'date-time' });

const TARGET_KINDS = ['etcd', 'raft', 'paxos', 'prometheus', 'exporter', 'heartbeat', 'tcp'] as const;

/** `POST /api/targets/look { url }`: what answers there, before anything is watched. */
export const LookRequestSchema = z.object({ url: z.string().min(1).max(2000) });
export const LookSchema = z.object({
  /** The address as it would be watched: `host:port`, with its scheme. */
  address: z.string(),
  scheme: z.enum(['http', 'https']),
  /** What it can be watched as, the best first; empty: nothing answers that we know. */
  found: z.array(
    z.object({
      kind: z.enum(TARGET_KINDS),
      path: z.string(),
      /** Facts for a person, without a language: `raft, leader, term 417`, `612 samples, 80 metrics`, `200, 3 ms`. */
      what: z.string(),
      /** Members of its cluster; of a Prometheus what it scrapes, by job. */
      members: z.array(z.object({ node: z.string(), address: z.string() })),
    }),
  ),
  /** Why nothing was found, verbatim. */
  error: z.string().nullable(),
  elapsedMs: z.number(),
});
export type LookDto = z.infer<typeof LookSchema>;

export const WatchRequestSchema = z.object({
  kind: z.enum(TARGET_KINDS),
  /** `host:port`. */
  address: z.string().min(1).max(500),
  scheme: z.enum(['http', 'https']).default('http'),
  path: z.string().startsWith('/').default('/'),
  /** The id of the cluster, or the job, that it belongs to. */
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
});
export type WatchRequestDto = z.infer<typeof WatchRequestSchema>;

export const WatchedTargetsSchema = z.object({
  targets: z.array(
    WatchRequestSchema.extend({
      id: z.string(),
      addedAt: instant,
      actor: z.string().nullable(),
      /** How many targets a Prometheus names; null: it is none, or it is not known of a past instant. */
      targetCount: z.number().nullable(),
    }),
  ),
});
export type WatchedTargetsDto = z.infer<typeof WatchedTargetsSchema>;
