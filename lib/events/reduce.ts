import { z } from 'zod';

import { LEVELS, MEMBERSHIPS, NODE_FLAGS, NODE_STATES, PROTOCOLS, ROLES } from '#lib/model/node.ts';

import type { NewEvent } from './event.ts';
import { ALERT_STATES, emptyWorld } from './world.ts';
import type { AlertWords, NodeWords, World } from './world.ts';

const text = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
const term = z.object({
  kind: z.enum(['term', 'epoch', 'ballot', 'timeline', 'view']),
  text: z.string(),
  major: z.string(),
  minor: z.string().nullable(),
});
const range = z.object({ optimistic: z.number(), pessimistic: z.number() });
const clusterWords = z.object({
  id: z.string(),
  name: z.string(),
  system: z.string(),
  protocol: z.enum(PROTOCOLS),
  level: z.enum(LEVELS),
  sentence: text,
  why: text.nullable(),
  since: z.number(),
  leader: z
    .object({
      state: z.enum(['one', 'none', 'contested', 'unknown']),
      node: z.string().nullable(),
      term: term.nullable(),
      since: z.number().nullable(),
      claims: z.array(z.object({ node: z.string(), term: term.nullable(), valid: z.boolean(), why: text })),
    })
    .nullable(),
  quorum: z
    .object({
      voters: z.number(),
      needs: z.number(),
      rule: z.enum(['majority', 'weighted', 'hierarchical', 'flexible', 'min-isr']),
      alive: range,
      margin: range,
      zones: z.array(z.object({ zone: z.string(), losesQuorum: z.boolean() })),
    })
    .nullable(),
  members: z.array(
    z.object({
      node: z.string(),
      membership: z.enum(MEMBERSHIPS),
      role: z.enum(ROLES),
      nativeRole: z.string().nullable(),
      term: term.nullable(),
      leader: z.string().nullable(),
      agrees: z.boolean().nullable(),
      readError: z.string().nullable(),
    }),
  ),
  cuts: z.array(z.object({ from: z.string(), to: z.string(), by: z.enum(['member', 'monitor']) })),
});
const alertWords = z.object({
  id: z.string(),
  ruleId: z.string(),
  rule: z.string(),
  state: z.enum(ALERT_STATES),
  severity: z.enum(['critical', 'warning', 'info']),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  since: z.number(),
  firedAt: z.number().nullable(),
  value: z.number().nullable(),
  limit: z.string().nullable(),
  forMs: z.number(),
  expr: z.string().optional(),
  keptSince: z.number().nullable().optional(),
});
const incarnation = z.object({ id: z.string().nullable(), startedAt: z.number().nullable() });
/** The parts of an event's detail that change words. Everything else in it is for the reader. */
const detail = z.object({
  /** The cluster's words after the event; null: the cluster is no longer watched. */
  words: clusterWords.nullable().optional(),
  name: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  state: z.enum(NODE_STATES).optional(),
  flags: z.array(z.enum(NODE_FLAGS)).optional(),
  certainty: z.object({ kind: z.enum(['certain', 'inferred']), confidence: z.number() }).optional(),
  incarnation: incarnation.optional(),
  degraded: z.boolean().optional(),
  reasons: z.array(text).optional(),
  error: text.nullable().optional(),
  /** The alert's words after the event; with `resolved` it is gone. */
  alert: alertWords.optional(),
});
type Detail = z.infer<typeof detail>;

/** The alert's words that an event carries; null: none. */
export const alertOf = (event: NewEvent): AlertWords | null =>
  event.kind.startsWith('alert.') ? (alertWords.safeParse(event.detail.alert).data ?? null) : null;

const changedNode = (before: NodeWords | undefined, event: NewEvent, change: Detail): NodeWords => {
  const id = event.node ?? '';
  const state = change.state ?? before?.state ?? 'unknown';
  return {
    id,
    name: change.name ?? before?.name ?? id,
    labels: change.labels ?? before?.labels ?? {},
    state,
    flags: change.flags ?? before?.flags ?? [],
    since: before === undefined || state !== before.state ? event.at : before.since,
    certainty: change.certainty ?? before?.certainty ?? { kind: 'inferred', confidence: 1 },
    incarnation: change.incarnation ?? before?.incarnation ?? { id: null, startedAt: null },
  };
};

/**
 * The world after an event: the one function that makes live state and rebuilt state alike, so that a past instant is
 * told in the words that stood there. Pure; an event whose detail it cannot read changes nothing.
 */
export const reduce = (world: World, event: NewEvent): World => {
  const parsed = detail.safeParse(event.detail);
  if (!parsed.success) return world;
  const change = parsed.data;
  let { nodes, clusters, alerts, monitor } = world;
  if (event.kind === 'node.removed' && event.node !== null) {
    const rest = new Map(nodes);
    rest.delete(event.node);
    nodes = rest;
  } else if (event.node !== null && event.kind.startsWith('node.')) {
    const before = nodes.get(event.node);
    if (before !== undefined || event.kind === 'node.added')
      nodes = new Map(nodes).set(event.node, changedNode(before, event, change));
  }
  if (event.cluster !== null && change.words !== undefined) {
    const next = new Map(clusters);
    if (change.words === null) next.delete(event.cluster);
    else next.set(event.cluster, change.words);
    clusters = next;
  }
  if (change.alert !== undefined && event.kind.startsWith('alert.')) {
    const next = new Map(alerts);
    if (event.kind === 'alert.resolved') next.delete(change.alert.id);
    else next.set(change.alert.id, change.alert);
    alerts = next;
  }
  if (event.kind === 'monitor.degraded')
    monitor = { ...monitor, degraded: change.degraded ?? monitor.degraded, reasons: change.reasons ?? [] };
  if (event.kind === 'config.rejected' && change.error !== undefined)
    monitor = { ...monitor, configError: change.error };
  if (event.kind === 'config.loaded') monitor = { ...monitor, configError: null };
  return nodes === world.nodes &&
    clusters === world.clusters &&
    alerts === world.alerts &&
    monitor === world.monitor
    ? world
    : { nodes, clusters, alerts, monitor };
};

/** The world after a list of events, oldest first. Copies once, not once per event. */
export const reduceAll = (events: Iterable<NewEvent>, from: World = emptyWorld): World => {
  let world = from;
  for (const event of events) world = reduce(world, event);
  return world;
};
