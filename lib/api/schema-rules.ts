import { z } from 'zod';

import { RULE_SOURCES } from '#lib/rules/rule.ts';

/** Alerting and recording rules: the shapes of `/api/rules…`. Spans are milliseconds. */

const instant = z.string().meta({ format: 'date-time' });
const strings = z.record(z.string(), z.string());

export const RuleDraftSchema = z.object({
  group: z.string().min(1).max(200),
  kind: z.enum(['alert', 'record']).default('alert'),
  name: z.string().min(1).max(200),
  expr: z.string().min(1).max(100_000),
  forMs: z.number().int().min(0).default(0),
  keepFiringForMs: z.number().int().min(0).default(0),
  labels: strings.default({}),
  annotations: strings.default({}),
  enabled: z.boolean().default(true),
  /** Unit tests in Prometheus's format, as text; empty: none. */
  tests: z.string().max(100_000).default(''),
});
export type RuleDraftDto = z.infer<typeof RuleDraftSchema>;

/** What a group says for all of its rules: `PUT /api/rules/groups/<name>`, with If-Match. */
export const GroupSettingsSchema = z.object({
  intervalMs: z.number().int().min(1000).max(86_400_000),
  /** Most alerts or series of one rule; 0: no limit. */
  limit: z.number().int().min(0).max(999_999_999).default(0),
  queryOffsetMs: z.number().int().min(0).max(86_400_000).default(0),
  labels: strings.default({}),
});
export type GroupSettingsDto = z.infer<typeof GroupSettingsSchema>;

/** `GET /api/rules/groups/<name>`: a group of the UI; version 0 while it has the defaults. */
export const RuleGroupSchema = GroupSettingsSchema.extend({ name: z.string(), version: z.number() });
export type RuleGroupDto = z.infer<typeof RuleGroupSchema>;

export const RuleSchema = RuleDraftSchema.extend({
  id: z.string(),
  source: z.enum(RULE_SOURCES),
  file: z.string().nullable(),
  version: z.number(),
  health: z.enum(['ok', 'err', 'unknown']),
  /** The last evaluation's error, verbatim. */
  error: z.string().nullable(),
  evaluatedAt: instant.nullable(),
  evaluationMs: z.number().nullable(),
  alerts: z.object({ pending: z.number(), firing: z.number() }),
  /** When and by whom it was last changed; null for rules that nobody changed here. */
  changedAt: instant.nullable(),
  actor: z.string().nullable(),
  /** What its group says for it. */
  settings: GroupSettingsSchema,
});
export type RuleDto = z.infer<typeof RuleSchema>;

export const RulesSchema = z.object({
  at: instant,
  groups: z.array(
    z.object({
      name: z.string(),
      source: z.enum(RULE_SOURCES),
      file: z.string().nullable(),
      intervalMs: z.number(),
      limit: z.number(),
      queryOffsetMs: z.number(),
      labels: strings,
      /** Of what the group says; 0 while it has the defaults. */
      version: z.number(),
      /** When all of its rules were evaluated last, how long that took, and how many of them failed; null: not known. */
      evaluation: z.object({ at: instant, durationMs: z.number(), failed: z.number() }).nullable(),
      rules: z.array(RuleSchema),
    }),
  ),
  /** Rule files that were refused, each with file, line and what to do. */
  problems: z.array(z.string()),
});
export type RulesDto = z.infer<typeof RulesSchema>;

const version = z.object({
  version: z.number(),
  at: instant,
  actor: z.string().nullable(),
  change: z.enum(['created', 'edited', 'enabled', 'disabled', 'deleted', 'restored']),
  /** The rule as a line of a rule file, or the group as a rule file without rules: byte-stable YAML. */
  yaml: z.string(),
});

/** `GET /api/rules/<id>/versions`, newest first. */
export const RuleVersionsSchema = z.object({ versions: z.array(version.extend({ rule: RuleDraftSchema })) });
export type RuleVersionsDto = z.infer<typeof RuleVersionsSchema>;

/** `GET /api/rules/groups/<name>/versions`, newest first. */
export const RuleGroupVersionsSchema = z.object({
  versions: z.array(version.extend({ settings: GroupSettingsSchema })),
});
export type RuleGroupVersionsDto = z.infer<typeof RuleGroupVersionsSchema>;

/** `GET /api/rules/<id>/yaml` and `POST /api/rules/yaml`: one group as a rule file. */
export const RuleYamlSchema = z.object({ yaml: z.string() });

/** `POST /api/rules/yaml`: the rules that were taken over. */
export const RulesImportedSchema = z.object({ rules: z.array(RuleSchema) });

/** `POST /api/rules/<id>/enabled`. */
export const RuleSwitchSchema = z.object({ enabled: z.boolean() });

/** `POST /api/rules/<id>/restore` and `POST /api/rules/groups/<name>/restore`, the latter with If-Match. */
export const RuleRestoreSchema = z.object({ version: z.number().int().min(1) });

/** `POST /api/rules/test`: a draft, and the id of the rule whose place it takes. */
export const RuleTestSchema = RuleDraftSchema.extend({ id: z.string().nullable().default(null) });

/** `POST /api/rules/test`: what a draft's unit tests came to. */
export const RuleTestsSchema = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      /** Empty: the test holds. */
      failures: z.array(
        z.object({
          what: z.enum(['alert', 'expr', 'rule']),
          subject: z.string(),
          /** Time of the test. */
          atMs: z.number(),
          expected: z.array(z.string()),
          got: z.array(z.string()),
          error: z.string().nullable(),
        }),
      ),
    }),
  ),
});
export type RuleTestsDto = z.infer<typeof RuleTestsSchema>;

export const PreviewRequestSchema = z.object({
  kind: z.enum(['alert', 'record']).default('alert'),
  name: z.string().max(200).default(''),
  expr: z.string().min(1).max(100_000),
  forMs: z.number().int().min(0).default(0),
  keepFiringForMs: z.number().int().min(0).default(0),
  labels: strings.default({}),
  from: instant,
  to: instant,
  stepMs: z.number().int().min(1000),
});
export type PreviewRequestDto = z.infer<typeof PreviewRequestSchema>;

/** What a draft says now, and what it would have said over a span. */
export const PreviewSchema = z.object({
  at: instant,
  elapsedMs: z.number(),
  seriesRead: z.number(),
  now: z.array(
    z.object({
      state: z.enum(['firing', 'pending', 'quiet', 'recorded']),
      labels: strings,
      value: z.number().nullable(),
      /** Since when it holds, over the span that was looked at. */
      since: instant.nullable(),
    }),
  ),
  /** The left side of the outermost comparison, else the expression: ≤ 12 series; null where there is no sample. */
  series: z.array(z.object({ labels: strings, points: z.array(z.tuple([instant, z.number().nullable()])) })),
  /** The number it is compared with, and how; null: it is compared with no number. */
  limit: z.object({ op: z.string(), value: z.number() }).nullable(),
  /** The first hundred series that would ever have been active, in the order of their labels. */
  bands: z.array(
    z.object({
      labels: strings,
      segments: z.array(z.object({ from: instant, to: instant, state: z.enum(['pending', 'firing']) })),
    }),
  ),
  /** How many such series there are. */
  bandCount: z.number(),
  /** How often it would have begun to fire. */
  fired: z.number(),
  warnings: z.array(z.string()),
});
export type PreviewDto = z.infer<typeof PreviewSchema>;
