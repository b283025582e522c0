import 'server-only';

import { worldFromJson } from '#lib/events/world.ts';
import type { LiveCluster, LiveNode, NodeDetail } from '#lib/engine/live.ts';
import type { Engine, PastNumbers } from '#lib/engine/slot.ts';
import type { LaneKind } from '#lib/events/timeline.ts';
import type { World } from '#lib/events/world.ts';
import type { Lang } from '#lib/i18n/render.ts';
import { LEVELS } from '#lib/model/node.ts';
import type { ClusterId, Level, NodeId } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import { formatDuration } from '#lib/model/time.ts';
import type { Ms } from '#lib/model/time.ts';

import {
  clusterDto,
  clusterRowDto,
  countStates,
  eventDto,
  heartbeatTargetDto,
  iso,
  nodeDto,
  nodeRowDto,
  textDto,
} from './dto.ts';
import type { StripSegment } from './dto.ts';
import { live } from './live.ts';
import { mirror } from './mirror.ts';
import { Problem } from './problem.ts';
import type {
  ClusterDto,
  ClustersDto,
  DemoDto,
  EventsDto,
  HeartbeatTargetsDto,
  NodeDto,
  NodesDto,
  StatusDto,
  TargetsDto,
  TimelineDto,
} from './schema.ts';

const SIX_HOURS_MS = 6 * 3_600_000;
const PHI_HISTORY_MS = 5 * 60_000;

/** The state of everything at one instant: now from `watch`, the past from the event log and the stored series. */
export interface Picture {
  readonly at: Ms;
  readonly nodes: ReadonlyMap<NodeId, LiveNode>;
  readonly clusters: ReadonlyMap<ClusterId, LiveCluster>;
}

const pastPicture = (world: World, numbers: PastNumbers, at: Ms): Picture => {
  const memberships = new Map<NodeId, LiveNode['clusters'][number][]>();
  for (const cluster of world.clusters.values())
    for (const member of cluster.members) {
      const list = memberships.get(member.node) ?? [];
      list.push({ id: cluster.id, membership: member.membership, role: member.role });
      memberships.set(member.node, list);
    }
  const nodes = new Map<NodeId, LiveNode>();
  for (const words of world.nodes.values())
    nodes.set(words.id, {
      words,
      clusters: memberships.get(words.id) ?? [],
      fused: numbers.phi[words.id] ?? null,
      downLimit: numbers.downLimit[words.id] ?? null,
    });
  const clusters = new Map<ClusterId, LiveCluster>();
  for (const words of world.clusters.values()) {
    const index = numbers.commitIndex[words.id];
    clusters.set(words.id, {
      words,
      observedAt: null,
      commit: index === undefined ? null : { index: String(index), advancing: null, advancedAt: null },
      headings: null,
      members: words.members.map((member) => ({
        node: member.node,
        aliases: [],
        commitIndex: null,
        appliedIndex: null,
        lastIndex: null,
        performance: null,
        lag: numbers.lag[`${words.id}/${member.node}`] ?? null,
        observedAt: null,
      })),
      peers: words.cuts.map((cut) => ({
        ...cut,
        up: false,
        rttMs: null,
        lastHeardMs: null,
        observedAt: null,
        source: 'event',
      })),
      strongest: null,
    });
  }
  return { at, nodes, clusters };
};

const parseAt = (text: string): Ms => {
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new Problem(
      'bad-request',
      `at: "${text}" is no instant; write it as 2026-01-31T12:00:00.000Z`,
      'at',
    );
  return at;
};

const picture = async (engine: Engine, at: string | null): Promise<Picture> => {
  if (at === null) return mirror(engine);
  const instant = parseAt(at);
  const [world, numbers] = await Promise.all([
    engine.data().worldAt(instant),
    engine.data().numbersAt(instant),
  ]);
  return pastPicture(worldFromJson(world), numbers, instant);
};

const RANK: Readonly<Record<Level, number>> = { lost: 0, 'at-risk': 1, degraded: 2, unknown: 3, healthy: 4 };
const isLevel = (value: string): value is Level => LEVELS.some((level) => level === value);

/** The level of each cluster over the six hours before an instant. */
const strips = async (engine: Engine, at: Ms): Promise<Map<ClusterId, StripSegment[]>> => {
  const { lanes } = await engine
    .data()
    .timeline({ from: at - SIX_HOURS_MS, to: at, cluster: null, node: null, kinds: ['level'] });
  return new Map(
    lanes.map((lane) => [
      lane.subject,
      lane.segments.flatMap(({ from, to, value }) => (isLevel(value) ? [{ from, to, level: value }] : [])),
    ]),
  );
};

export const stripsOrNone = async (engine: Engine, at: Ms): Promise<Map<ClusterId, StripSegment[]>> => {
  try {
    return await strips(engine, at);
  } catch {
    return new Map(); // the store may still be loading; the strip is history, not the verdict
  }
};

export interface ReadOptions {
  readonly lang: Lang;
  readonly at?: string | null;
}

export const readStatus = async ({ lang }: { lang: Lang }): Promise<StatusDto> =>
  statusDto(await live(), lang);

const UNREAD = {
  ready: false,
  waitingFor: { what: 'store', done: 0, total: 1 },
  scrapers: { total: 0, late: 0 },
  disk: { freeBytes: 0, behindMs: 0, error: null },
  lastEventId: '0',
} as const;

export const statusDto = async (engine: Engine, lang: Lang): Promise<StatusDto> => {
  const [data, now] = await Promise.all([
    engine
      .data()
      .status()
      .catch(() => UNREAD),
    mirror(engine).catch(() => null),
  ]);
  const config = engine.config();
  return {
    at: iso(now?.at ?? Date.now()),
    ready: data.ready && now !== null,
    waitingFor: data.waitingFor,
    threads: engine.threads(),
    config: {
      loadedAt: iso(config.loadedAt),
      error: config.error === null ? null : textDto(config.error, lang),
      file: config.file,
      warnings: [...config.warnings],
    },
    monitor: {
      name: engine.monitorName,
      degraded: now?.monitor.degraded ?? true,
      reasons: (now === null ? [say('monitor.watch-away')] : now.monitor.reasons).map((reason) =>
        textDto(reason, lang),
      ),
      stallSeconds: now?.monitor.stallSeconds ?? 0,
    },
    scrapers: data.scrapers,
    disk: data.disk,
    demo: engine.demo.describe() !== null,
    configured: config.configured,
    version: engine.version,
  };
};

export const readClusters = async ({ lang, at = null }: ReadOptions): Promise<ClustersDto> => {
  const engine = await live();
  const shown = await picture(engine, at);
  const history = await stripsOrNone(engine, shown.at);
  const lookup = (id: NodeId) => shown.nodes.get(id);
  return {
    at: iso(shown.at),
    clusters: sortClusters([...shown.clusters.values()]).map((cluster) =>
      clusterRowDto(cluster, lookup, history.get(cluster.words.id) ?? [], shown.at, lang),
    ),
  };
};

/** Worst first; ties by name, so that the order is stable. */
export const sortClusters = (clusters: LiveCluster[]): LiveCluster[] =>
  clusters.sort(
    (a, b) => RANK[a.words.level] - RANK[b.words.level] || a.words.name.localeCompare(b.words.name),
  );

export const readCluster = async (id: string, { lang, at = null }: ReadOptions): Promise<ClusterDto> => {
  const engine = await live();
  const shown = await picture(engine, at);
  const cluster = shown.clusters.get(id);
  if (cluster === undefined) throw new Problem('not-found', `no cluster is called "${id}"`);
  const history = await stripsOrNone(engine, shown.at);
  return clusterDto(cluster, (node) => shown.nodes.get(node), history.get(id) ?? [], shown.at, lang);
};

export interface NodeQuery extends ReadOptions {
  readonly cluster?: string | null;
  readonly state?: string | null;
  readonly zone?: string | null;
  readonly q?: string | null;
  readonly sort?: string | null;
  readonly limit?: number;
  readonly cursor?: string | null;
}

const STATE_RANK = { down: 0, suspect: 1, recovering: 2, unknown: 3, up: 4 } as const;
const SORTS: Readonly<Record<string, (a: LiveNode, b: LiveNode) => number>> = {
  worst: (a, b) => STATE_RANK[a.words.state] - STATE_RANK[b.words.state] || (b.fused ?? 0) - (a.fused ?? 0),
  name: () => 0,
  zone: (a, b) => (a.words.labels.zone ?? '').localeCompare(b.words.labels.zone ?? ''),
  suspicion: (a, b) => (b.fused ?? -1) - (a.fused ?? -1),
};

export const readNodes = async (query: NodeQuery): Promise<NodesDto> => {
  const engine = await live();
  const shown = await picture(engine, query.at ?? null);
  const compare = SORTS[query.sort ?? 'worst'];
  if (compare === undefined)
    throw new Problem(
      'bad-request',
      `sort: "${query.sort}" is not one of ${Object.keys(SORTS).join(', ')}`,
      'sort',
    );
  const word = query.q?.toLowerCase();
  const matching = [...shown.nodes.values()].filter(
    ({ words, clusters }) =>
      (query.cluster == null || clusters.some((membership) => membership.id === query.cluster)) &&
      (query.state == null || words.state === query.state) &&
      (query.zone == null || words.labels.zone === query.zone) &&
      (word == null || words.name.toLowerCase().includes(word) || words.id.toLowerCase().includes(word)),
  );
  matching.sort((a, b) => compare(a, b) || a.words.name.localeCompare(b.words.name, 'en', { numeric: true }));
  const start = Number.parseInt(query.cursor ?? '0', 10) || 0;
  const end = start + (query.limit ?? 200);
  return {
    at: iso(shown.at),
    counts: countStates(matching.map((node) => node.words)),
    nodes: matching.slice(start, end).map((node) => nodeRowDto(node, shown.at)),
    next: end < matching.length ? String(end) : null,
  };
};

const pastDetail = (at: Ms, node: LiveNode, history: NodeDetail['phiHistory']): NodeDetail => ({
  at,
  phi: node.fused,
  suspectLimit: 3,
  downLimit: node.downLimit ?? 0,
  silentMs: null,
  timeToSuspectMs: null,
  timeToDownMs: null,
  downBy: 'phi',
  maxSilenceMs: 0,
  detector: 'series',
  explain: say('node.past', { node: node.words.name }),
  limitedBy: null,
  recent: [],
  phiHistory: history,
  samples: 0,
  meanMs: null,
  stdDevMs: null,
  poolSamples: 0,
  histogram: [],
  tail: [],
});

export const readNode = async (id: string, { lang, at = null }: ReadOptions): Promise<NodeDto> => {
  const engine = await live();
  const shown = await picture(engine, at);
  const node = shown.nodes.get(id);
  const detail =
    node === undefined
      ? null
      : at === null
        ? await engine.watch().node(id)
        : pastDetail(shown.at, node, await engine.data().phiHistory(id, shown.at - PHI_HISTORY_MS, shown.at));
  if (node === undefined || detail === null) throw new Problem('not-found', `no node is called "${id}"`);
  return nodeDto(node, detail, shown.clusters.values(), engine.monitorName, shown.at, lang);
};

export interface EventsQuery {
  readonly from?: string | null;
  readonly to?: string | null;
  readonly kind?: string | null;
  readonly cluster?: string | null;
  readonly node?: string | null;
  readonly limit?: number;
  readonly cursor?: string | null;
  readonly lang: Lang;
}

export const readEvents = async (query: EventsQuery): Promise<EventsDto> => {
  const engine = await live();
  const { events, next } = await engine.data().readEvents({
    from: query.from == null ? null : parseAt(query.from),
    to: query.to == null ? null : parseAt(query.to),
    kinds: query.kind == null ? [] : query.kind.split(','),
    cluster: query.cluster ?? null,
    node: query.node ?? null,
    limit: query.limit ?? 100,
    cursor: query.cursor ?? null,
  });
  return { events: events.map((event) => eventDto(event, query.lang)), next };
};

export interface TimelineRead {
  readonly from: string;
  readonly to: string;
  readonly cluster?: string | null;
  readonly node?: string | null;
  readonly kinds: readonly LaneKind[];
}

export const readTimeline = async (query: TimelineRead): Promise<TimelineDto> => {
  const engine = await live();
  const from = parseAt(query.from);
  const to = parseAt(query.to);
  if (to <= from) throw new Problem('bad-request', 'to must be later than from', 'to');
  const { lanes, truncated } = await engine
    .data()
    .timeline({ from, to, cluster: query.cluster ?? null, node: query.node ?? null, kinds: query.kinds });
  return {
    truncated,
    lanes: lanes.map((lane) => ({
      kind: lane.kind,
      subject: lane.subject,
      segments: lane.segments.map((segment) => ({
        from: iso(segment.from),
        to: iso(segment.to),
        value: segment.value,
        detail: structuredClone(segment.detail) as TimelineDto['lanes'][number]['segments'][number]['detail'], // readonly JSON to plain JSON
      })),
    })),
  };
};

export const readDemo = async (): Promise<DemoDto | null> => {
  const demo = (await live()).demo.describe();
  if (demo === null) return null;
  return {
    groups: demo.groups.map((group) => ({
      id: group.id,
      members: group.members.map((member) => ({ ...member })),
    })),
    services: demo.services.map((service) => ({ ...service })),
    faults: demo.faults.map(({ id, at, kind, node, peer, direction, value }) => ({
      id,
      at: iso(at),
      kind: kind as DemoDto['faults'][number]['kind'], // only kinds that the request schema let in are kept
      node,
      ...(peer === undefined ? {} : { peer }),
      ...(direction === undefined ? {} : { direction }),
      ...(value === undefined ? {} : { value }),
    })),
  };
};

export const readTargets = async (): Promise<TargetsDto> => {
  const targets = await (await live()).data().targets();
  return {
    status: 'success',
    data: {
      activeTargets: targets.map((target) => ({
        discoveredLabels: { ...target.discoveredLabels },
        labels: { ...target.labels },
        scrapePool: target.scrapePool,
        scrapeUrl: target.scrapeUrl,
        globalUrl: target.globalUrl,
        lastError: target.lastError,
        lastScrape: target.lastScrapeAt === null ? '0001-01-01T00:00:00Z' : iso(target.lastScrapeAt),
        lastScrapeDuration: target.lastScrapeDurationMs / 1000,
        health: target.health,
        scrapeInterval: formatDuration(target.scrapeIntervalMs),
        scrapeTimeout: formatDuration(target.scrapeTimeoutMs),
      })),
      droppedTargets: [],
      droppedTargetCounts: {},
    },
  };
};

export const readHeartbeatTargets = async (_options: { lang: Lang }): Promise<HeartbeatTargetsDto> => {
  const engine = await live();
  const [targets, now] = await Promise.all([engine.watch().heartbeatTargets(), mirror(engine)]);
  return {
    at: iso(now.at),
    targets: targets.map((target) =>
      heartbeatTargetDto(target, now.nodes.get(target.node)?.words.state ?? 'unknown'),
    ),
  };
};
