import { createHash } from 'node:crypto';

import type { Ms } from '#lib/model/time.ts';

/** Where in its interval a target is scraped: stable over restarts, spread over targets and monitors. */
export const offsetOf = (url: string, job: string, identity: string, intervalMs: Ms): Ms =>
  createHash('sha256').update(`${url}\u0000${job}\u0000${identity}`).digest().readUInt32BE(0) % intervalMs;

/** The first tick at or after an instant: `offset + k·interval` of the wall clock's epoch. */
export const tickAfter = (at: Ms, offsetMs: Ms, intervalMs: Ms): Ms =>
  Math.ceil((at - offsetMs) / intervalMs) * intervalMs + offsetMs;

/** The timestamp that is stored: the scheduled time when the start was close to it, so that timestamps compress to nothing. */
export const stampOf = (scheduled: Ms, started: Ms, intervalMs: Ms): Ms =>
  Math.abs(started - scheduled) <= Math.min(2, intervalMs / 100) ? scheduled : started;
