import { z } from 'zod';

import { TextSchema } from './schema.ts';

/** Alerts and what was told of them: the shapes of `/api/alerts` and `/api/channels…`. */

const instant = z.string().meta({ format: 'date-time' });
const strings = z.record(z.string(), z.string());

export const AlertSchema = z.object({
  /** `<rule id>/<fingerprint of the labels>`. */
  id: z.string(),
  ruleId: z.string(),
  rule: z.string(),
  labels: strings,
  annotations: strings,
  severity: z.enum(['critical', 'warning', 'info']),
  cluster: z.string().nullable(),
  node: z.string().nullable(),
  state: z.enum(['pending', 'firing', 'suppressed', 'resolved']),
  /** Since when its expression holds. */
  since: instant,
  firedAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  value: z.number().nullable(),
  /** What the value is held against, as in `> 3`. */
  limit: z.string().nullable(),
  forMs: z.number(),
  incident: z.string().nullable(),
  explain: TextSchema,
  /** How often it began to fire in the last 24 hours. */
  fired24h: z.number(),
  notification: z
    .object({
      state: z.enum(['sent', 'failed', 'waiting']),
      receiver: z.string(),
      at: instant.nullable(),
      error: z.string().nullable(),
    })
    .nullable(),
});
export type AlertDto = z.infer<typeof AlertSchema>;

export const AlertsSchema = z.object({
  at: instant,
  counts: z.object({
    critical: z.number(),
    warning: z.number(),
    pending: z.number(),
    suppressed: z.number(),
    /** In the last 24 hours. */
    resolved: z.number(),
  }),
  /** Firing first, critical before warning, then the newest. */
  alerts: z.array(AlertSchema),
  next: z.string().nullable(),
});
export type AlertsDto = z.infer<typeof AlertsSchema>;

/** A place that notifications go to. Matchers are Alertmanager's: `severity="critical"`; none takes every alert. */
export const ChannelDraftSchema = z.object({
  name: z.string().min(1).max(200),
  kind: z.literal('webhook').default('webhook'),
  url: z.url({ protocol: /^https?$/ }),
  matchers: z.array(z.string()).default([]),
  groupBy: z.array(z.string()).default(['alertname']),
  groupWaitMs: z.number().int().min(0).default(30_000),
  groupIntervalMs: z.number().int().min(1000).default(300_000),
  repeatIntervalMs: z.number().int().min(1000).default(14_400_000),
  sendResolved: z.boolean().default(true),
});
export type ChannelDraftDto = z.infer<typeof ChannelDraftSchema>;

export const ChannelSchema = ChannelDraftSchema.extend({
  id: z.string(),
  source: z.enum(['ui', 'file']),
  version: z.number(),
  waiting: z.number(),
  last: z.object({ at: instant, ok: z.boolean(), error: z.string().nullable() }).nullable(),
});
export type ChannelDto = z.infer<typeof ChannelSchema>;

export const ChannelsSchema = z.object({ channels: z.array(ChannelSchema) });
export type ChannelsDto = z.infer<typeof ChannelsSchema>;

/** `POST /api/channels/test`, with a draft, or `POST /api/channels/<id>/test`. */
export const ChannelTestSchema = z.object({
  ok: z.boolean(),
  status: z.number().nullable(),
  error: z.string().nullable(),
  elapsedMs: z.number(),
});
export type ChannelTestDto = z.infer<typeof ChannelTestSchema>;
