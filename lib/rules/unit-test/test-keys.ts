import { z } from 'zod';

import { durationKey, listKey, stringsKey } from '../rule-keys.ts';

/** The keys of a file of rule unit tests (Prometheus documentation, "Unit testing for rules"). Every scalar is a text. */

const flag = z
  .enum(['true', 'false', ''], 'must be true or false')
  .transform((text) => text === 'true')
  .default(false);

const NAMED: Readonly<Record<string, number>> = {
  '.nan': Number.NaN,
  nan: Number.NaN,
  '.inf': Number.POSITIVE_INFINITY,
  '+.inf': Number.POSITIVE_INFINITY,
  '-.inf': Number.NEGATIVE_INFINITY,
};
const number = z.string().transform((text, context) => {
  const value = NAMED[text.toLowerCase()] ?? (text.trim() === '' ? Number.NaN : Number(text));
  if (!Number.isNaN(value) || text.toLowerCase() in NAMED) return value;
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is no number` });
  return z.NEVER;
});

const alertTestKeys = z.strictObject({
  eval_time: durationKey.default(0),
  alertname: z.string().min(1, 'must name an alert'),
  exp_alerts: listKey(z.strictObject({ exp_labels: stringsKey, exp_annotations: stringsKey })),
});

const exprTestKeys = z.strictObject({
  expr: z.string().min(1, 'must not be empty'),
  eval_time: durationKey.default(0),
  exp_samples: listKey(z.strictObject({ labels: z.string().default('{}'), value: number.default(0) })),
});

const testKeys = z.strictObject({
  name: z.string().default(''),
  interval: durationKey.default(0),
  input_series: listKey(z.strictObject({ series: z.string(), values: z.string().default('') })),
  alert_rule_test: listKey(alertTestKeys),
  promql_expr_test: listKey(exprTestKeys),
  external_labels: stringsKey,
  external_url: z.string().default(''),
});
export type TestKeys = z.infer<typeof testKeys>;

export const testFileKeys = z.strictObject({
  rule_files: listKey(z.string()),
  evaluation_interval: durationKey.default(0),
  group_eval_order: listKey(z.string()),
  fuzzy_compare: flag,
  tests: listKey(testKeys),
});
