import 'server-only';

import type { AlertPlace } from '#lib/engine/data/alerting-reads.ts';
import type { LiveCluster, LiveNode } from '#lib/engine/live.ts';
import type { Engine, PastScrapeTarget, ScrapeTargetStatus } from '#lib/engine/slot.ts';
import type { LaneKind } from '#lib/events/lane.ts';
import type { Lang, Tense } from '#lib/i18n/lang.ts';
import { LEVELS } from '#lib/model/node.ts';
import type { ClusterId, Level, NodeId } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import { formatDuration } from '#lib/model/time.ts';
import type { Ms } from '#lib/model/time.ts';

import { firingOf, placesNow, placesOf } from './alert-places.ts';
import {
  clusterDto,
  clusterRowDto,
  countStates,
  eventDto,
  heartbeatTargetDto,
  iso,
  nodeDto,
  nodeRowDto,
  pastHeartbeatTargetDto,
  textDto,
} from './dto.ts';
import type { StripSegment } from './dto.ts';
import { live } from './live.ts';
import { mirror } from './mirror.ts';
import { parseAt, parsePast, readPast, readPastDetail, withStrongest } from './past.ts';
import type { Picture } from './past.ts';
import { Problem } from './problem.ts';
import type {
  ClusterDto,
  ClustersDto,
  DemoDto,
  EventDensityDto,
  EventsDto,
  HeartbeatTargetsDto,
  NodeDto,
  NodesDto,
  StatusDto,
  TargetsDto,
  TimelineDto,
} from './schema.ts';

type ActiveTargetDto = TargetsDto['data']['activeTargets'][number];

const SIX_HOURS_MS = 6 * 3_600_000;

/** The picture of an instant; null: now. */
const picture = async (engine: Engine, at: string | null): Promise<Picture> => {
  if (at !== null) return (await readPast(engine, parsePast(at))).picture;
  const now = await mirror(engine); // it moves on while we ask further: what is shown is of one instant
  return { at: now.at, nodes: new Map(now.nodes), clusters: new Map(now.clusters), alerts: null };
};

const placesIn = async (engine: Engine, shown: Picture): Promise<readonly AlertPlace[]> =>
  shown.alerts === null ? placesNow(engine, shown.at) : placesOf(shown.alerts);

/** Clusters as they are shown: of the past, with the numbers that have to be looked up for each. */
const completed = (
  engine: Engine,
  clusters: Iterable<LiveCluster>,
  shown: Picture,
  at: string | null,
): Promise<LiveCluster[]> =>
  Promise.all(
    [...clusters].map((cluster) => (at === null ? cluster : withStrongest(engine, cluster, shown))),
  );

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

const tenseOf = (at: string | null): Tense => (at === null ? 'present' : 'past');

/** How the monitor itself is. Of the past the log knows its own doubts and its configuration; the machinery is the present one. */
export const readStatus = async ({ lang, at = null }: ReadOptions): Promise<StatusDto> => {
  const engine = await live();
  const now = await statusDto(engine, lang);
  if (at === null) return now;
  const instant = parsePast(at);
  const { monitor } = await engine.data().worldAt(instant);
  return {
    ...now,
    at: iso(instant),
    config: {
      ...now.config,
      error: monitor.configError === null ? null : textDto(monitor.configError, lang, 'past'),
    },
    monitor: {
      ...now.monitor,
      degraded: monitor.degraded,
      reasons: monitor.reasons.map((reason) => textDto(reason, lang, 'past')),
    },
    disk: { ...now.disk, behindMs: 0, error: null },
  };
};

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
    embed: { allowedOrigins: [...config.allowedOrigins], externalUrl: config.externalUrl },
    version: engine.version,
  };
};

export const readClusters = async ({ lang, at = null }: ReadOptions): Promise<ClustersDto> => {
  const engine = await live();
  const shown = await picture(engine, at);
  const history = await stripsOrNone(engine, shown.at);
  const places = await placesIn(engine, shown);
  const lookup = (id: NodeId) => shown.nodes.get(id);
  const row = (cluster: LiveCluster) =>
    clusterRowDto(
      cluster,
      lookup,
      history.get(cluster.words.id) ?? [],
      firingOf(places, cluster.words),
      shown.at,
      lang,
      tenseOf(at),
    );
  return {
    at: iso(shown.at),
    clusters: sortClusters(await completed(engine, shown.clusters.values(), shown, at)).map(row),
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
  const found = shown.clusters.get(id);
  if (found === undefined) throw new Problem('not-found', `no cluster is called "${id}"`);
  const [cluster = found] = await completed(engine, [found], shown, at);
  const history = await stripsOrNone(engine, shown.at);
  return clusterDto(
    cluster,
    (node) => shown.nodes.get(node),
    history.get(id) ?? [],
    firingOf(await placesIn(engine, shown), cluster.words),
    shown.at,
    lang,
    tenseOf(at),
  );
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

export const readNode = async (id: string, { lang, at = null }: ReadOptions): Promise<NodeDto> => {
  const engine = await live();
  const missing = (): never => {
    throw new Problem('not-found', `no node is called "${id}"`);
  };
  if (at === null) {
    const now = await mirror(engine);
    const node = now.nodes.get(id) ?? missing();
    const detail = (await engine.watch().node(id)) ?? missing();
    return nodeDto(node, detail, now.clusters.values(), engine.monitorName, now.at, lang);
  }
  const { picture: past, numbers } = await readPast(engine, parsePast(at));
  const node = past.nodes.get(id) ?? missing();
  const detail = await readPastDetail(engine, node, numbers, past.at);
  return nodeDto(node, detail, past.clusters.values(), engine.monitorName, past.at, lang, 'past');
};

export interface EventsQuery {
  readonly from?: string | null;
  readonly to?: string | null;
  readonly kind?: string | null;
  readonly cluster?: string | null;
  readonly node?: string | null;
  readonly limit?: number;
  readonly cursor?: string | null;
  readonly order?: string | null;
  readonly lang: Lang;
}

const ORDERS = ['newest', 'oldest'] as const;

export const readEvents = async (query: EventsQuery): Promise<EventsDto> => {
  const engine = await live();
  const order = ORDERS.find((known) => known === (query.order ?? 'newest'));
  if (order === undefined)
    throw new Problem('bad-request', `order: "${query.order}" is not one of ${ORDERS.join(', ')}`, 'order');
  const { events, next } = await engine.data().readEvents({
    from: query.from == null ? null : parseAt(query.from),
    to: query.to == null ? null : parseAt(query.to),
    kinds: query.kind == null ? [] : query.kind.split(','),
    cluster: query.cluster ?? null,
    node: query.node ?? null,
    limit: query.limit ?? 100,
    cursor: query.cursor ?? null,
    order,
  });
  return { events: events.map((event) => eventDto(event, query.lang)), next };
};

export interface DensityQuery {
  readonly from: string;
  readonly to: string;
  readonly buckets: number;
}

export const readEventDensity = async (query: DensityQuery): Promise<EventDensityDto> => {
  const engine = await live();
  const from = parseAt(query.from);
  const to = parseAt(query.to);
  if (to <= from) throw new Problem('bad-request', 'to must be later than from', 'to');
  const counts = await engine.data().eventDensity(from, to, query.buckets);
  return { from: iso(from), to: iso(to), buckets: counts.map((count) => ({ ...count })) };
};

export interface TimelineRead {
  readonly from: string;
  readonly to: string;
  readonly cluster?: string | null;
  readonly node?: string | null;
  readonly kinds: readonly LaneKind[];
  /** One lane a kind, of the worst that stood. */
  readonly merged?: boolean;
}

export const readTimeline = async (query: TimelineRead): Promise<TimelineDto> => {
  const engine = await live();
  const from = parseAt(query.from);
  const to = parseAt(query.to);
  if (to <= from) throw new Problem('bad-request', 'to must be later than from', 'to');
  const { lanes, truncated } = await engine.data().timeline({
    from,
    to,
    cluster: query.cluster ?? null,
    node: query.node ?? null,
    kinds: query.kinds,
    merged: query.merged ?? false,
  });
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

const NEVER = '0001-01-01T00:00:00Z';

const activeTargetDto = (target: ScrapeTargetStatus): ActiveTargetDto => ({
  discoveredLabels: { ...target.discoveredLabels },
  labels: { ...target.labels },
  scrapePool: target.scrapePool,
  scrapeUrl: target.scrapeUrl,
  globalUrl: target.globalUrl,
  lastError: target.lastError,
  lastScrape: target.lastScrapeAt === null ? NEVER : iso(target.lastScrapeAt),
  lastScrapeDuration: target.lastScrapeDurationMs / 1000,
  health: target.health,
  scrapeInterval: formatDuration(target.scrapeIntervalMs),
  scrapeTimeout: formatDuration(target.scrapeTimeoutMs),
});

/** What nothing tells of a past target is empty. */
const pastTargetDto = (target: PastScrapeTarget): ActiveTargetDto => ({
  discoveredLabels: {},
  labels: { ...target.labels },
  scrapePool: target.scrapePool,
  scrapeUrl: target.scrapeUrl ?? '',
  globalUrl: target.scrapeUrl ?? '',
  lastError: target.firstError ?? '',
  lastScrape: iso(target.lastScrapeAt),
  lastScrapeDuration: target.lastScrapeDurationMs / 1000,
  lastScrapeSamples: target.samples,
  health: target.health,
  scrapeInterval: target.scrapeIntervalMs === null ? '' : formatDuration(target.scrapeIntervalMs),
  scrapeTimeout: '',
});

export const readTargets = async (at: string | null): Promise<TargetsDto> => {
  const data = (await live()).data();
  const activeTargets =
    at === null
      ? (await data.targets()).map(activeTargetDto)
      : (await data.targetsAt(parsePast(at))).map(pastTargetDto);
  return { status: 'success', data: { activeTargets, droppedTargets: [], droppedTargetCounts: {} } };
};

export const readHeartbeatTargets = async (at: string | null): Promise<HeartbeatTargetsDto> => {
  const engine = await live();
  if (at !== null) {
    const { picture: past, numbers } = await readPast(engine, parsePast(at));
    return {
      at: iso(past.at),
      targets: [...past.nodes.values()].map((node) => pastHeartbeatTargetDto(node, numbers)),
    };
  }
  const [targets, now] = await Promise.all([engine.watch().heartbeatTargets(), mirror(engine)]);
  return {
    at: iso(now.at),
    targets: targets.map((target) =>
      heartbeatTargetDto(target, now.nodes.get(target.node)?.words.state ?? 'unknown'),
    ),
  };
};
