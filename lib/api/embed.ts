import 'server-only';

import type { Lang } from '#lib/i18n/lang.ts';
import { LEVELS } from '#lib/model/node.ts';
import type { ClusterId } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

import { readAlerts } from './alerts.ts';
import { iso } from './dto.ts';
import { embedOptions, embedProblem, frameOf } from './embed-options.ts';
import type { EmbedOptions } from './embed-options.ts';
import { mayReadEmbed } from './framing.ts';
import { live } from './live.ts';
import { readChart } from './embed-chart.ts';
import { problemOf } from './problem.ts';
import { readCluster, readClusters, readNode, readNodes, readTimeline } from './read.ts';
import { langOf, queryOf } from './request.ts';
import { EMBED_PANELS } from './schema-embed.ts';
import type { EmbedDto, EmbedOf, EmbedPanelName } from './schema-embed.ts';
import type { ClusterRowDto, NodeDto, TimelineDto } from './schema.ts';

const MOST_NODES = 12;
const MOST_ALERTS = 20;
const PHI_BUCKETS = 300;
/** φ is stored every 15 s while nothing happens: a bucket of 30 s is empty only where nobody measured. */
const LEAST_BUCKET_MS = 30_000;
/** So far back the node's own picture has φ at full rate. */
const FULL_RATE_MS = 5 * 60_000;

type Lanes = TimelineDto['lanes'];

const readOptions = ({ lang, at }: EmbedOptions) => ({ lang, at: at === null ? null : iso(at) });

const lanesBefore = async (
  options: EmbedOptions,
  at: string,
  kind: 'level' | 'role' | 'alert',
  cluster: ClusterId | null,
): Promise<Lanes> => {
  const from = iso(Date.parse(at) - options.rangeMs);
  return (await readTimeline({ from, to: at, cluster, kinds: [kind] })).lanes;
};

/** Gives each cluster its strip over the range that was asked for. */
const withStrips = (clusters: readonly ClusterRowDto[], lanes: Lanes): ClusterRowDto[] =>
  clusters.map((cluster) => {
    const segments = lanes.find((lane) => lane.subject === cluster.id)?.segments ?? [];
    const strip = segments.flatMap(({ from, to, value }) => {
      const level = LEVELS.find((known) => known === value);
      return level === undefined ? [] : [{ from, to, level }];
    });
    return { ...cluster, summary: { ...cluster.summary, strip } };
  });

/** The cluster that the address names; the only one there is needs no name. */
const rowOf = async (options: EmbedOptions): Promise<ClusterRowDto> => {
  const { clusters } = await readClusters(readOptions(options));
  const id = options.cluster ?? (clusters.length === 1 ? clusters[0]?.id : undefined);
  if (id === undefined) throw embedProblem('bad-request', 'name-cluster', {}, options.lang, 'cluster');
  const row = clusters.find((cluster) => cluster.id === id);
  if (row === undefined)
    throw embedProblem('not-found', 'unknown-cluster', { name: id }, options.lang, 'cluster');
  return row;
};

const clusterOf = async (options: EmbedOptions): Promise<ClusterId> => (await rowOf(options)).id;

const readOverview = async (options: EmbedOptions): Promise<EmbedOf<'overview'>> => {
  const [{ at, clusters }, { counts }] = await Promise.all([
    readClusters(readOptions(options)),
    readNodes({ ...readOptions(options), limit: 1 }),
  ]);
  const lanes = await lanesBefore(options, at, 'level', null);
  return { panel: 'overview', ...frameOf(options, at), counts, clusters: withStrips(clusters, lanes) };
};

const readVerdict = async (options: EmbedOptions): Promise<EmbedOf<'cluster'>> => {
  const row = await rowOf(options);
  const [cluster] = withStrips([row], await lanesBefore(options, row.at, 'level', row.id));
  return { panel: 'cluster', ...frameOf(options, row.at), cluster: cluster ?? row };
};

const readTopology = async (options: EmbedOptions): Promise<EmbedOf<'topology'>> => {
  const id = await clusterOf(options);
  const [cluster, { nodes }] = await Promise.all([
    readCluster(id, readOptions(options)),
    readNodes({ ...readOptions(options), cluster: id, sort: 'name', limit: 10_000 }),
  ]);
  return { panel: 'topology', ...frameOf(options, cluster.at), cluster, nodes };
};

/** The highest φ of each bucket; a bucket without a measurement is a gap. */
const bucketed = (
  points: readonly { readonly at: Ms; readonly phi: number | null }[],
  from: Ms,
  to: Ms,
): { at: string; phi: number | null }[] => {
  const bucketMs = Math.max(LEAST_BUCKET_MS, (to - from) / PHI_BUCKETS);
  const highest = new Map<number, number>();
  for (const { at, phi } of points) {
    const bucket = Math.floor((at - from) / bucketMs);
    if (phi !== null) highest.set(bucket, Math.max(phi, highest.get(bucket) ?? 0));
  }
  return Array.from({ length: Math.ceil((to - from) / bucketMs) }, (_, bucket) => ({
    at: iso(Math.round(from + (bucket + 0.5) * bucketMs)),
    phi: highest.get(bucket) ?? null,
  }));
};

const phiHistory = async (node: NodeDto, options: EmbedOptions) => {
  if (options.rangeMs <= FULL_RATE_MS) {
    const from = Date.parse(node.at) - options.rangeMs;
    return node.phiHistory.filter((point) => Date.parse(point.at) >= from);
  }
  const to = Date.parse(node.at);
  const from = to - options.rangeMs;
  return bucketed(await (await live()).data().phiHistory(node.id, from, to), from, to);
};

const readSuspicion = async (options: EmbedOptions): Promise<EmbedOf<'suspicion'>> => {
  const cluster = options.cluster === null ? null : await clusterOf(options);
  const strongest = await readNodes({
    ...readOptions(options),
    cluster,
    sort: 'suspicion',
    limit: options.node === null ? MOST_NODES : 10_000,
  });
  const common = { panel: 'suspicion', ...frameOf(options, strongest.at), counts: strongest.counts } as const;
  if (options.node === null) return { ...common, nodes: strongest.nodes, node: null };
  const row = strongest.nodes.find((each) => each.id === options.node);
  if (row === undefined)
    throw embedProblem('not-found', 'unknown-node', { name: options.node }, options.lang, 'node');
  const node = await readNode(options.node, readOptions(options));
  const { suspicion, certainty } = node;
  return {
    ...common,
    nodes: [row],
    node: { suspicion, certainty, history: await phiHistory(node, options) },
  };
};

const readLeader = async (options: EmbedOptions): Promise<EmbedOf<'leader'>> => {
  const id = await clusterOf(options);
  const cluster = await readCluster(id, readOptions(options));
  const lanes = await lanesBefore(options, cluster.at, 'role', id);
  return { panel: 'leader', ...frameOf(options, cluster.at), cluster, lanes };
};

const readAlertBands = async (options: EmbedOptions): Promise<EmbedOf<'alerts'>> => {
  const cluster = options.cluster === null ? null : await clusterOf(options);
  const { at, counts, alerts } = await readAlerts({
    ...readOptions(options),
    state: null,
    cluster,
    limit: MOST_ALERTS,
    cursor: null,
  });
  const { resolved: _resolved, ...open } = counts;
  return {
    panel: 'alerts',
    ...frameOf(options, at),
    counts: open,
    alerts: alerts.map(({ id, rule, labels, severity, state, since, value, limit }) => ({
      id,
      rule,
      labels,
      severity,
      state,
      since,
      value,
      limit,
    })),
    // An alert about a member names no cluster: bands are found by the alerts' ids.
    lanes: (await lanesBefore(options, at, 'alert', null)).filter((lane) =>
      alerts.some((alert) => alert.id === lane.subject),
    ),
  };
};

const READERS: Readonly<Record<EmbedPanelName, (options: EmbedOptions) => Promise<EmbedDto>>> = {
  overview: readOverview,
  cluster: readVerdict,
  topology: readTopology,
  suspicion: readSuspicion,
  leader: readLeader,
  alerts: readAlertBands,
  chart: readChart,
};

const isPanel = (name: string): name is EmbedPanelName => EMBED_PANELS.some((known) => known === name);

/** Says what went wrong in the reader's language, as the panel will show it. */
const inWords = async <T>(lang: Lang, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    const { code, message } = problemOf(cause).body;
    if (code === 'not-ready' || code === 'unavailable')
      throw embedProblem('not-ready', 'not-ready', {}, lang);
    if (code === 'internal') throw embedProblem('internal', 'failed', { error: message }, lang);
    throw cause;
  }
};

/** Everything that one panel shows. Throws a problem in the reader's language. */
export const readEmbed = (panel: string, query: URLSearchParams, lang: Lang): Promise<EmbedDto> =>
  inWords(lang, async () => {
    if (isPanel(panel)) return READERS[panel](embedOptions(query, lang));
    const known = EMBED_PANELS.join(', ');
    throw embedProblem('not-found', 'unknown-panel', { name: panel, known }, lang, 'panel');
  });

/** The same for a request from anywhere: a page whose origin may not show us gets nothing. */
export const readEmbedFor = (request: Request, panel: string): Promise<EmbedDto> => {
  const lang = langOf(request);
  return inWords(lang, async () => {
    if (!mayReadEmbed(request, (await live()).config().allowedOrigins))
      throw embedProblem('foreign-origin', 'refused', {}, lang);
    return readEmbed(panel, queryOf(request), lang);
  });
};
