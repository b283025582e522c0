import type { Selectable } from 'kysely';
import { z } from 'zod';

import { EVENT_KINDS, SEVERITIES } from '#lib/events/event.ts';
import type { Event, JsonObject, NewEvent, Severity } from '#lib/events/event.ts';

import type { Schema } from './schema.ts';

const kinds = z.enum(EVENT_KINDS);
const severities = z.enum(SEVERITIES);

export const severityOf = (text: string): Severity => severities.parse(text);

export const rowToEvent = (row: Selectable<Schema['event']>): Event => ({
  id: String(row.id),
  key: row.key,
  at: row.at,
  kind: kinds.parse(row.kind),
  severity: severityOf(row.severity),
  monitor: row.monitor,
  actor: row.actor,
  cluster: row.cluster,
  node: row.node,
  title: JSON.parse(row.title) as Event['title'], // written by eventToRow below
  detail: JSON.parse(row.detail) as JsonObject,
});

export const eventToRow = (event: NewEvent) => ({
  key: event.key,
  at: event.at,
  kind: event.kind,
  severity: event.severity,
  monitor: event.monitor,
  actor: event.actor,
  cluster: event.cluster,
  node: event.node,
  title: JSON.stringify(event.title),
  detail: JSON.stringify(event.detail),
});
