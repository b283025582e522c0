import { z } from 'zod';

import type { ClusterId, NodeId } from '#lib/model/node.ts';
import { LEVELS, MEMBERSHIPS, NODE_FLAGS, NODE_STATES, PROTOCOLS, ROLES } from '#lib/model/node.ts';

import type { NewEvent } from './event.ts';
import { ALERT_STATES, emptyWorld } from './world.ts';
import type { AlertWords, ClusterWords, MonitorWords, NodeWords, World } from './world.ts';

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
  /** The cluster's words after the event, without `members` if they are as before; null: the cluster is no longer watched. */
  words: clusterWords.partial({ members: true }).nullable().optional(),
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

/** A world that events change in place: whoever holds it sees it go on. */
export interface LivingWorld extends World {
  readonly nodes: Map<NodeId, NodeWords>;
  readonly clusters: Map<ClusterId, ClusterWords>;
  readonly alerts: Map<string, AlertWords>;
  monitor: MonitorWords;
}

/** A world of its own that begins as another one is. */
export const livingWorld = (from: World = emptyWorld): LivingWorld => ({
  nodes: new Map(from.nodes),
  clusters: new Map(from.clusters),
  alerts: new Map(from.alerts),
  monitor: from.monitor,
});

const changeMonitor = (world: LivingWorld, kind: NewEvent['kind'], change: Detail): boolean => {
  const { monitor } = world;
  if (kind === 'monitor.degraded')
    world.monitor = {
      ...monitor,
      degraded: change.degraded ?? monitor.degraded,
      reasons: change.reasons ?? [],
    };
  if (kind === 'config.rejected' && change.error !== undefined)
    world.monitor = { ...monitor, configError: change.error };
  if (kind === 'config.loaded') world.monitor = { ...monitor, configError: null };
  return world.monitor !== monitor;
};

const changeNodes = ({ nodes }: LivingWorld, event: NewEvent, change: Detail): boolean => {
  if (event.node === null || !event.kind.startsWith('node.')) return false;
  if (event.kind === 'node.removed') return nodes.delete(event.node);
  const before = nodes.get(event.node);
  if (before === undefined && event.kind !== 'node.added') return false;
  nodes.set(event.node, changedNode(before, event, change));
  return true;
};

/**
 * Lets an event happen to a world: the one function that makes live state and rebuilt state alike, so that a past instant
 * is told in the words that stood there. An event whose detail it cannot read changes nothing.
 * @returns whether anything may have changed
 */
export const apply = (world: LivingWorld, event: NewEvent): boolean => {
  const parsed = detail.safeParse(event.detail);
  if (!parsed.success) return false;
  const change = parsed.data;
  let changed = changeNodes(world, event, change);
  if (event.cluster !== null && change.words !== undefined) {
    const { words } = change;
    if (words === null) world.clusters.delete(event.cluster);
    else {
      const members = words.members ?? world.clusters.get(event.cluster)?.members ?? [];
      world.clusters.set(event.cluster, { ...words, members });
    }
    changed = true;
  }
  if (change.alert !== undefined && event.kind.startsWith('alert.')) {
    if (event.kind === 'alert.resolved') world.alerts.delete(change.alert.id);
    else world.alerts.set(change.alert.id, change.alert);
    changed = true;
  }
  return changeMonitor(world, event.kind, change) || changed;
};

/** The world after a list of events, oldest first; the one it begins from stays as it is. */
export const reduceAll = (events: Iterable<NewEvent>, from: World = emptyWorld): LivingWorld => {
  const world = livingWorld(from);
  for (const event of events) apply(world, event);
  return world;
};
