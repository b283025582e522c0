import { z } from 'zod';

import type { Operation } from '../operation.ts';

const envelope = (data: z.ZodType): z.ZodType =>
  z.object({
    status: z.literal('success'),
    data,
    warnings: z.array(z.string()).optional(),
    infos: z.array(z.string()).optional(),
  });

const labels = z.record(z.string(), z.string());
const point = z.tuple([z.number(), z.string()]);
const stats = z
  .object({
    timings: z.record(z.string(), z.number()),
    samples: z.object({
      totalQueryableSamplesPerStep: z.array(z.tuple([z.number(), z.number()])).optional(),
      totalQueryableSamples: z.number(),
      peakSamples: z.number(),
    }),
  })
  .optional();
const result = z.union([
  z.object({
    stats,
    resultType: z.literal('vector'),
    result: z.array(z.object({ metric: labels, value: point })),
  }),
  z.object({
    stats,
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric: labels, values: z.array(point) })),
  }),
  z.object({ stats, resultType: z.enum(['scalar', 'string']), result: point }),
]);

const TIME = 'RFC 3339, or seconds as a float';
const SPAN = {
  start: `only what is held from then on: ${TIME}`,
  end: `only what is held until then: ${TIME}`,
};
const MATCH = { 'match[]': 'a series selector; may come several times' };
const LIMIT = { limit: 'how many at most; 0: all' };
const EVALUATION = {
  query: 'a PromQL expression',
  timeout: 'how long it may take: 5m, or seconds as a float; at most 2m',
  stats: 'whatever text: what the query cost; all: of every step too',
  lookback_delta: 'how far back a selector looks for its newest sample; absent: 5m',
  ...LIMIT,
};

const both = (operation: Omit<Operation, 'method' | 'form'>): Operation[] => [
  { ...operation, method: 'get' },
  { ...operation, method: 'post', form: true },
];

/** The query routes in the Prometheus shape. */
export const prometheusOperations: readonly Operation[] = [
  ...both({
    path: '/api/v1/query',
    summary: 'A PromQL expression at one instant',
    query: { ...EVALUATION, time: `the instant; absent: now; ${TIME}` },
    answer: envelope(result),
  }),
  ...both({
    path: '/api/v1/query_range',
    summary: 'A PromQL expression over a range',
    query: {
      ...EVALUATION,
      start: `the first instant: ${TIME}`,
      end: `the last instant: ${TIME}`,
      step: 'between two instants: 15s, or seconds as a float',
    },
    answer: envelope(result),
  }),
  ...both({
    path: '/api/v1/format_query',
    summary: 'A PromQL expression, printed anew',
    query: { query: 'a PromQL expression' },
    answer: envelope(z.string()),
  }),
  ...both({
    path: '/api/v1/parse_query',
    summary: 'A PromQL expression as a syntax tree',
    query: { query: 'a PromQL expression' },
    answer: envelope(z.record(z.string(), z.json())),
  }),
  ...both({
    path: '/api/v1/series',
    summary: 'Series that meet selectors',
    query: { ...MATCH, ...SPAN, ...LIMIT },
    answer: envelope(z.array(labels)),
  }),
  ...both({
    path: '/api/v1/labels',
    summary: 'Names of labels',
    query: { ...MATCH, ...SPAN, ...LIMIT },
    answer: envelope(z.array(z.string())),
  }),
  {
    method: 'get',
    path: '/api/v1/label/{name}/values',
    summary: 'Values of a label',
    query: { ...MATCH, ...SPAN, ...LIMIT },
    answer: envelope(z.array(z.string())),
  },
  {
    method: 'get',
    path: '/api/v1/metadata',
    summary: 'What targets say of their metrics',
    query: {
      metric: 'only of this metric',
      limit: 'how many metrics at most',
      limit_per_metric: 'how many entries of a metric at most',
    },
    answer: envelope(
      z.record(z.string(), z.array(z.object({ type: z.string(), help: z.string(), unit: z.string() }))),
    ),
  },
  {
    method: 'get',
    path: '/api/v1/status/buildinfo',
    summary: 'Which Prometheus the query routes are like',
    answer: envelope(
      z.object({
        version: z.string(),
        revision: z.string(),
        branch: z.string(),
        buildUser: z.string(),
        buildDate: z.string(),
        goVersion: z.string(),
      }),
    ),
  },
  {
    method: 'get',
    path: '/federate',
    summary: 'Newest samples, for another Prometheus to scrape',
    query: MATCH,
    answer: 'text/plain',
  },
];
