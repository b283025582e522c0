import { z } from 'zod';

import { AlertSchema, AlertsSchema } from './schema-alerts.ts';
import {
  ClusterRowSchema,
  ClusterSchema,
  NodeRowSchema,
  NodesSchema,
  NodeSchema,
  TimelineSchema,
} from './schema.ts';

/** What `GET /embed/<panel>/data` answers: each panel gets what it draws and nothing more. */

export const EMBED_PANELS = [
  'overview',
  'cluster',
  'topology',
  'suspicion',
  'leader',
  'alerts',
  'chart',
] as const;
export type EmbedPanelName = (typeof EMBED_PANELS)[number];

const instant = z.string().meta({ format: 'date-time' });
const lanes = TimelineSchema.shape.lanes;

const frame = {
  /** The instant shown. */
  at: instant,
  /** Whether it was asked for, or is now. */
  past: z.boolean(),
  /** How far back history goes, from `at`. */
  rangeMs: z.number(),
};

export const EmbedSchema = z.discriminatedUnion('panel', [
  z.object({
    panel: z.literal('overview'),
    ...frame,
    counts: NodesSchema.shape.counts,
    clusters: z.array(ClusterRowSchema),
  }),
  z.object({ panel: z.literal('cluster'), ...frame, cluster: ClusterRowSchema }),
  z.object({
    panel: z.literal('topology'),
    ...frame,
    cluster: ClusterSchema,
    nodes: z.array(NodeRowSchema),
  }),
  z.object({
    panel: z.literal('suspicion'),
    ...frame,
    counts: NodesSchema.shape.counts,
    /** Strongest first. */
    nodes: z.array(NodeRowSchema),
    /** The one node that was asked for. */
    node: z
      .object({
        suspicion: NodeSchema.shape.suspicion,
        certainty: NodeSchema.shape.certainty,
        history: z.array(z.object({ at: instant, phi: z.number().nullable() })),
      })
      .nullable(),
  }),
  z.object({ panel: z.literal('leader'), ...frame, cluster: ClusterSchema, lanes }),
  z.object({
    panel: z.literal('alerts'),
    ...frame,
    counts: AlertsSchema.shape.counts.omit({ resolved: true }),
    alerts: z.array(
      AlertSchema.pick({
        id: true,
        rule: true,
        labels: true,
        severity: true,
        state: true,
        since: true,
        value: true,
        limit: true,
      }),
    ),
    lanes,
  }),
  z.object({
    panel: z.literal('chart'),
    ...frame,
    query: z.string(),
    stepMs: z.number(),
    /** Instants of the points, and per series one value for each; null: no sample. */
    instants: z.array(instant),
    series: z.array(
      z.object({ labels: z.record(z.string(), z.string()), values: z.array(z.number().nullable()) }),
    ),
    /** How many series the expression has; at most 12 are drawn. */
    total: z.number(),
    warnings: z.array(z.string()),
  }),
]);
export type EmbedDto = z.infer<typeof EmbedSchema>;
export type EmbedOf<Name extends EmbedPanelName> = Extract<EmbedDto, { panel: Name }>;
