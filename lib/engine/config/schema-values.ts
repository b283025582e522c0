import { z } from 'zod';

import { parseDuration } from '#lib/model/time.ts';

/** A Prometheus duration, as milliseconds. */
export const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = parseDuration(String(value));
  if (ms !== null) return ms;
  context.addIssue({
    code: 'custom',
    message: `is no duration: ${String(value)}; write for example 15s, 1m30s or 500ms`,
  });
  return z.NEVER;
});
export const positive = duration.refine((ms) => ms > 0, { message: 'must be longer than 0' });
