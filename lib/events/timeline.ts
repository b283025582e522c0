import type { Ms } from '#lib/model/time.ts';

import type { JsonObject, NewEvent } from './event.ts';
import { LANE_KINDS } from './lane.ts';
import type { Lane, LaneKind, Segment } from './lane.ts';
import { apply, livingWorld } from './reduce.ts';
import { worstLane } from './worst-lane.ts';
import type { World } from './world.ts';

export interface TimelineQuery {
  readonly from: Ms;
  readonly to: Ms;
  readonly cluster: string | null;
  readonly node: string | null;
  readonly kinds: readonly LaneKind[];
  /** One lane a kind, of the worst that stood, instead of one a subject. */
  readonly merged?: boolean;
}

const MAX_SEGMENTS = 2000;

interface Mark {
  readonly value: string;
  readonly detail: JsonObject;
}

type Marks = Map<string, Mark>;

const clusterMarks = (world: World, id: string, query: TimelineQuery): Marks => {
  const found: Marks = new Map();
  const cluster = world.clusters.get(id);
  if (cluster === undefined || (query.cluster !== null && id !== query.cluster)) return found;
  if (query.kinds.includes('level') && query.node === null)
    found.set(`level\u0000${id}`, { value: cluster.level, detail: {} });
  if (!query.kinds.includes('role') || cluster.protocol === 'none') return found;
  for (const member of cluster.members) {
    if (query.node !== null && member.node !== query.node) continue;
    found.set(`role\u0000${id}/${member.node}`, {
      value: member.role,
      detail: { cluster: id, node: member.node, term: member.term?.text ?? null, leader: member.leader },
    });
  }
  return found;
};

const nodeMarks = (world: World, id: string, query: TimelineQuery): Marks => {
  const node = world.nodes.get(id);
  if (node === undefined || !query.kinds.includes('state')) return new Map();
  if (query.node !== null && id !== query.node) return new Map();
  if (
    query.cluster !== null &&
    !world.clusters.get(query.cluster)?.members.some((member) => member.node === id)
  )
    return new Map();
  return new Map([[`state\u0000${id}`, { value: node.state, detail: { flags: [...node.flags] } }]]);
};

const alertMarks = (world: World, id: string, query: TimelineQuery): Marks => {
  const alert = world.alerts.get(id);
  if (alert === undefined || !query.kinds.includes('alert')) return new Map();
  if (query.node !== null && alert.labels.node !== query.node) return new Map();
  if (query.cluster !== null && alert.labels.cluster !== query.cluster) return new Map();
  const { rule, ruleId, severity, labels } = alert;
  return new Map([
    [`alert\u0000${id}`, { value: alert.state, detail: { rule, ruleId, severity, labels: { ...labels } } }],
  ]);
};

const laneKind = (text: string): LaneKind => LANE_KINDS.find((kind) => kind === text) ?? 'state';

const same = (a: Mark, b: Mark): boolean =>
  a.value === b.value && JSON.stringify(a.detail) === JSON.stringify(b.detail);

/** The alert that an event tells of. */
const alertIdOf = ({ detail }: NewEvent): string => {
  const { alert } = detail;
  return typeof alert === 'object' && alert !== null && 'id' in alert ? String(alert.id) : '';
};

/**
 * State lanes over a range: the world at `query.from`, then every event in it, oldest first. A lane has at most 2,000
 * segments; the oldest are cut first and `truncated` says so.
 */
export const timeline = (
  start: World,
  events: Iterable<NewEvent>,
  query: TimelineQuery,
): { lanes: Lane[]; truncated: boolean } => {
  const open = new Map<string, Mark & { from: Ms }>();
  const segments = new Map<string, Segment[]>();
  const close = (key: string, to: Ms): void => {
    const mark = open.get(key);
    if (mark === undefined || to <= mark.from) return;
    const list = segments.get(key) ?? [];
    list.push({ from: mark.from, to, value: mark.value, detail: mark.detail });
    segments.set(key, list);
  };
  /** Compares one thing before and after an event: only what it touched can have changed. */
  const observe = (before: Marks, after: Marks, at: Ms): void => {
    for (const [key, mark] of after) {
      const current = open.get(key);
      if (current !== undefined && same(current, mark)) continue;
      close(key, at);
      open.set(key, { ...mark, from: at });
    }
    for (const key of before.keys())
      if (!after.has(key)) {
        close(key, at);
        open.delete(key);
      }
  };
  const none: Marks = new Map();
  for (const id of start.clusters.keys()) observe(none, clusterMarks(start, id, query), query.from);
  for (const id of start.nodes.keys()) observe(none, nodeMarks(start, id, query), query.from);
  for (const id of start.alerts.keys()) observe(none, alertMarks(start, id, query), query.from);
  /** Nobody watched between the last sign of life and a start: what stood before ends there, and goes on after the gap. */
  const leaveGap = (event: NewEvent): void => {
    const { lastAliveAt } = event.detail;
    if (event.kind !== 'monitor.started' || typeof lastAliveAt !== 'number' || lastAliveAt >= event.at)
      return;
    for (const [key, mark] of open) {
      close(key, lastAliveAt);
      open.set(key, { ...mark, from: Math.max(query.from, event.at) });
    }
  };
  const world = livingWorld(start);
  /** All that an event can touch. */
  const marksOf = (event: NewEvent): Marks =>
    new Map([
      ...(event.cluster === null ? none : clusterMarks(world, event.cluster, query)),
      ...(event.node === null ? none : nodeMarks(world, event.node, query)),
      ...(event.kind.startsWith('alert.') ? alertMarks(world, alertIdOf(event), query) : none),
    ]);
  for (const event of events) {
    leaveGap(event);
    const before = marksOf(event);
    if (apply(world, event)) observe(before, marksOf(event), Math.max(query.from, event.at));
  }
  for (const key of open.keys()) close(key, query.to);
  const each = [...segments].map(([key, list]): Lane => {
    const [kind = '', subject = ''] = key.split('\u0000');
    return { kind: laneKind(kind), subject, segments: list };
  });
  const lanes = query.merged === true ? query.kinds.map((kind) => worstLane(kind, each)) : each;
  return {
    lanes: lanes
      .map((lane) => ({ ...lane, segments: lane.segments.slice(-MAX_SEGMENTS) }))
      .sort((a, b) => a.kind.localeCompare(b.kind) || a.subject.localeCompare(b.subject)),
    truncated: lanes.some((lane) => lane.segments.length > MAX_SEGMENTS),
  };
};
