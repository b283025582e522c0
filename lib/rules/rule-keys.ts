import { z } from 'zod';

import { parseDuration } from '#lib/model/time.ts';

import type { YamlPath } from './yaml-place.ts';

/** The keys of a rule file as they stand there: every scalar is a text (Prometheus documentation, "Recording rules"). */

const isNothing = (value: unknown): boolean => value === '' || value === '~' || value === 'null';

/** A duration of Prometheus in milliseconds. */
export const durationKey = z.string().transform((text, context) => {
  const ms = isNothing(text) ? 0 : parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue({
    code: 'custom',
    message: `not a valid duration string: "${text}"; write for example 15s, 1m30s or 500ms`,
  });
  return z.NEVER;
});
/** A mapping of names to texts; nothing is an empty one. */
export const stringsKey = z.preprocess(
  (value) => (isNothing(value) ? {} : value),
  z.record(z.string(), z.string(), 'must be a mapping of names to texts').default({}),
);
const count = z
  .string()
  .regex(/^(?:|\d{1,9})$/, 'must be a whole number, 0 or more')
  .transform(Number)
  .default(0);
/** A list; nothing is an empty one. */
export const listKey = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (isNothing(value) ? [] : value), z.array(item, 'must be a list').default([]));

const ruleKeys = z.strictObject({
  record: z.string().default(''),
  alert: z.string().default(''),
  expr: z.string().default(''),
  for: durationKey.default(0),
  keep_firing_for: durationKey.default(0),
  labels: stringsKey,
  annotations: stringsKey,
});
export type RuleKeys = z.infer<typeof ruleKeys>;

const groupKeys = z.strictObject({
  name: z.string().default(''),
  interval: durationKey.optional(),
  query_offset: durationKey.default(0),
  limit: count,
  labels: stringsKey,
  rules: listKey(ruleKeys),
});
export type GroupKeys = z.infer<typeof groupKeys>;

export const fileKeys = z.strictObject({ groups: listKey(groupKeys) });

/** Takes what is wrong and where. */
export type Report = (path: YamlPath, message: string) => void;

/** Tells what keys and shapes are wrong, each at its place. */
export const shapeProblems = (issue: z.core.$ZodIssue, report: Report): void => {
  if (issue.code !== 'unrecognized_keys') {
    report(issue.path, `${String(issue.path.at(-1) ?? 'the file')}: ${issue.message}`);
    return;
  }
  for (const key of issue.keys)
    report([...issue.path, key], `unknown key ${key}; remove it or mend its spelling`);
};
