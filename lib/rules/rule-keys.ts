import { z } from 'zod';

import { parseDuration } from '#lib/model/time.ts';

/** The keys of a rule file as they stand there: every scalar is a text (Prometheus documentation, "Recording rules"). */

const isNothing = (value: unknown): boolean => value === '' || value === '~' || value === 'null';

const duration = z.string().transform((text, context) => {
  const ms = isNothing(text) ? 0 : parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue({
    code: 'custom',
    message: `not a valid duration string: "${text}"; write for example 15s, 1m30s or 500ms`,
  });
  return z.NEVER;
});
const strings = z.preprocess(
  (value) => (isNothing(value) ? {} : value),
  z.record(z.string(), z.string(), 'must be a mapping of names to texts').default({}),
);
const count = z
  .string()
  .regex(/^(?:|\d{1,9})$/, 'must be a whole number, 0 or more')
  .transform(Number)
  .default(0);
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (isNothing(value) ? [] : value), z.array(item, 'must be a list').default([]));

const ruleKeys = z.strictObject({
  record: z.string().default(''),
  alert: z.string().default(''),
  expr: z.string().default(''),
  for: duration.default(0),
  keep_firing_for: duration.default(0),
  labels: strings,
  annotations: strings,
});
export type RuleKeys = z.infer<typeof ruleKeys>;

const groupKeys = z.strictObject({
  name: z.string().default(''),
  interval: duration.optional(),
  query_offset: duration.default(0),
  limit: count,
  labels: strings,
  rules: listOf(ruleKeys),
});
export type GroupKeys = z.infer<typeof groupKeys>;

export const fileKeys = z.strictObject({ groups: listOf(groupKeys) });
