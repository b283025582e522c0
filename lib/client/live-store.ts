import type {
  ClusterRowDto,
  EventDto,
  NodeRowDto,
  StatusDto,
  StreamDelta,
  StreamSnapshot,
} from '#lib/api/schema.ts';
import { NODE_FLAGS, NODE_STATES } from '#lib/model/node.ts';

/** What every page shows of one instant. A new object for every frame, so that React sees the change. */
export interface Picture {
  /** Null until the first frame. */
  readonly at: string | null;
  /** When the last frame arrived, by this browser's clock. */
  readonly receivedAt: number;
  readonly connected: boolean;
  /** How many times the stream began: events from before its newest beginning are not in `events`. */
  readonly beginnings: number;
  readonly status: StatusDto | null;
  readonly clusters: readonly ClusterRowDto[];
  readonly nodes: ReadonlyMap<string, NodeRowDto>;
  /** Newest first. */
  readonly events: readonly EventDto[];
  /** Why it cannot be had, in the server's words. */
  readonly failure: string | null;
}

export const emptyPicture: Picture = {
  at: null,
  receivedAt: 0,
  connected: false,
  beginnings: 0,
  status: null,
  clusters: [],
  nodes: new Map(),
  events: [],
  failure: null,
};

const EVENTS_KEPT = 200;

/** Rows keep their places: a new cluster comes last until the next whole picture sorts them. */
const mergeClusters = (
  before: readonly ClusterRowDto[],
  changed: readonly ClusterRowDto[],
  gone: ReadonlySet<string>,
): ClusterRowDto[] => {
  const byId = new Map(changed.map((row) => [row.id, row]));
  const kept = before.filter((row) => !gone.has(row.id)).map((row) => byId.get(row.id) ?? row);
  const known = new Set(kept.map((row) => row.id));
  return [...kept, ...changed.filter((row) => !known.has(row.id))];
};

export const applySnapshot = (before: Picture, frame: StreamSnapshot, receivedAt: number): Picture => ({
  ...before,
  at: frame.at,
  receivedAt,
  connected: true,
  beginnings: before.beginnings + 1,
  status: frame.status,
  clusters: frame.clusters,
  nodes: new Map(frame.nodes.map((node) => [node.id, node])),
});

export const applyDelta = (before: Picture, frame: StreamDelta, receivedAt: number): Picture => {
  let { nodes } = before;
  if (frame.n !== undefined || frame.nodes !== undefined || frame.gone !== undefined) {
    const next = new Map(nodes);
    for (const row of frame.nodes ?? []) next.set(row.id, row);
    for (const [id, state, fused, flags, silentSince] of frame.n ?? []) {
      const row = next.get(id);
      if (row === undefined) continue;
      const word = NODE_STATES[state] ?? 'unknown';
      next.set(id, {
        ...row,
        at: frame.at,
        state: word,
        since: word === row.state ? row.since : frame.at,
        fused,
        silentSince: silentSince === undefined ? null : new Date(silentSince).toISOString(),
        flags: NODE_FLAGS.filter((_flag, bit) => (flags & (1 << bit)) !== 0),
      });
    }
    for (const id of frame.gone ?? []) next.delete(id);
    nodes = next;
  }
  return {
    ...before,
    at: frame.at,
    receivedAt,
    connected: true,
    status: frame.status ?? before.status,
    clusters:
      frame.clusters === undefined
        ? before.clusters
        : mergeClusters(before.clusters, frame.clusters, new Set()),
    nodes,
  };
};

export const applyEvents = (before: Picture, events: readonly EventDto[], receivedAt: number): Picture => {
  const known = new Set(before.events.map((event) => event.id));
  const fresh = events.filter((event) => !known.has(event.id)).toReversed();
  return { ...before, receivedAt, events: [...fresh, ...before.events].slice(0, EVENTS_KEPT) };
};
