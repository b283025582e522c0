import type { Event } from '#lib/events/event.ts';
import type { NodeWords } from '#lib/events/world.ts';
import type { HeartbeatTarget, LiveCluster, LiveNode, NodeDetail, ProbeRecord } from '#lib/engine/live.ts';
import type { PastNumbers } from '#lib/engine/slot.ts';
import { renderText } from '#lib/i18n/render.ts';
import type { Lang, Tense } from '#lib/i18n/lang.ts';
import type { Level, NodeId, NodeState } from '#lib/model/node.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';
import { say } from '#lib/model/text.ts';

import type {
  ClusterDto,
  ClusterRowDto,
  EventDto,
  HeartbeatTargetsDto,
  NodeDto,
  NodeRowDto,
  NodesDto,
  TextDto,
} from './schema.ts';

/** Turns what the engine says into the API's shapes, in the reader's language. Pure. */

export const iso = (at: Ms): string => new Date(at).toISOString();
const isoOrNull = (at: Ms | null): string | null => (at === null ? null : iso(at));

export const textDto = (text: Text, lang: Lang, tense: Tense = 'present'): TextDto => ({
  ...text,
  text: renderText(text, lang, tense),
});
const textOrNull = (text: Text | null, lang: Lang, tense: Tense): TextDto | null =>
  text === null ? null : textDto(text, lang, tense);

/** One segment of a cluster's six-hour strip. */
export interface StripSegment {
  readonly from: Ms;
  readonly to: Ms;
  readonly level: Level;
}

export const nodeRowDto = (node: LiveNode, at: Ms): NodeRowDto => ({
  id: node.words.id,
  name: node.words.name,
  labels: { ...node.words.labels },
  clusters: node.clusters.map((membership) => ({ ...membership })),
  at: iso(at),
  state: node.words.state,
  flags: [...node.words.flags],
  since: iso(node.words.since),
  fused: node.fused,
  downLimit: node.downLimit,
  silentSince: isoOrNull(node.silentSince),
});

/** How many nodes are in each state; maintenance counts apart. */
export const countStates = (nodes: Iterable<NodeWords>): NodesDto['counts'] => {
  const counts = { up: 0, suspect: 0, down: 0, unknown: 0, recovering: 0, maintenance: 0 };
  for (const node of nodes) {
    if (node.flags.includes('maintenance')) counts.maintenance += 1;
    else counts[node.state] += 1;
  }
  return counts;
};

type NodeLookup = (id: NodeId) => LiveNode | undefined;

const membersOf = (cluster: LiveCluster, lookup: NodeLookup): NodeWords[] =>
  cluster.words.members.map((member) => lookup(member.node)?.words).filter((words) => words !== undefined);

const stateOf = (id: NodeId, lookup: NodeLookup): NodeState => lookup(id)?.words.state ?? 'unknown';

export const clusterRowDto = (
  cluster: LiveCluster,
  lookup: NodeLookup,
  strip: readonly StripSegment[],
  firing: ClusterRowDto['summary']['firing'],
  at: Ms,
  lang: Lang,
  tense: Tense = 'present',
): ClusterRowDto => {
  const { words } = cluster;
  return {
    id: words.id,
    name: words.name,
    system: words.system,
    protocol: words.protocol,
    at: iso(at),
    readingAgeMs: cluster.observedAt === null ? null : Math.max(0, at - cluster.observedAt),
    verdict: {
      level: words.level,
      sentence: textDto(words.sentence, lang, tense),
      why: textOrNull(words.why, lang, tense),
      since: iso(words.since),
    },
    leader:
      words.leader === null
        ? null
        : {
            state: words.leader.state,
            node: words.leader.node,
            term: words.leader.term,
            since: isoOrNull(words.leader.since),
          },
    quorum:
      words.quorum === null
        ? null
        : {
            voters: words.quorum.voters,
            needs: words.quorum.needs,
            rule: words.quorum.rule,
            alive: words.quorum.alive,
            margin: words.quorum.margin,
          },
    summary: {
      voters: words.members
        .filter((member) => member.membership === 'voter')
        .map((member) => ({ node: member.node, state: stateOf(member.node, lookup) })),
      nodes: countStates(membersOf(cluster, lookup)),
      strongest:
        cluster.strongest === null ? null : { ...cluster.strongest, spark: [...cluster.strongest.spark] },
      firing,
      strip: strip.map((segment) => ({ from: iso(segment.from), to: iso(segment.to), level: segment.level })),
    },
  };
};

const noHeading = { sentence: say('heading.unknown'), value: null, unit: '' } as const;

export const clusterDto = (
  cluster: LiveCluster,
  lookup: NodeLookup,
  strip: readonly StripSegment[],
  firing: ClusterRowDto['summary']['firing'],
  at: Ms,
  lang: Lang,
  tense: Tense = 'present',
): ClusterDto => {
  const { words } = cluster;
  const row = clusterRowDto(cluster, lookup, strip, firing, at, lang, tense);
  const numbers = new Map(cluster.members.map((member) => [member.node, member]));
  const heading = (value: { sentence: Text; value: number | null; unit: string }) => ({
    ...value,
    sentence: textDto(value.sentence, lang, tense),
  });
  return {
    ...row,
    leader:
      words.leader === null || row.leader === null
        ? null
        : {
            ...row.leader,
            claims: words.leader.claims.map((claim) => ({ ...claim, why: textDto(claim.why, lang, tense) })),
            statements: words.members.map((member) => ({
              node: member.node,
              leader: member.leader,
              term: member.term,
              observedAt: isoOrNull(numbers.get(member.node)?.observedAt ?? null),
            })),
          },
    quorum:
      words.quorum === null || row.quorum === null
        ? null
        : { ...row.quorum, zones: words.quorum.zones.map((zone) => ({ ...zone })) },
    commit:
      cluster.commit === null
        ? null
        : {
            index: cluster.commit.index,
            advancing: cluster.commit.advancing,
            advancedAt: isoOrNull(cluster.commit.advancedAt),
          },
    headings: {
      consistency: heading(cluster.headings?.consistency ?? noHeading),
      faultTolerance: heading(cluster.headings?.faultTolerance ?? noHeading),
      scalability: heading(cluster.headings?.scalability ?? noHeading),
      performance: heading(cluster.headings?.performance ?? noHeading),
    },
    members: words.members.map((member) => {
      const seen = numbers.get(member.node);
      return {
        node: member.node,
        aliases: [...(seen?.aliases ?? [])],
        membership: member.membership,
        role: member.role,
        nativeRole: member.nativeRole,
        term: member.term,
        leader: member.leader,
        agrees: member.agrees,
        commitIndex: seen?.commitIndex ?? null,
        appliedIndex: seen?.appliedIndex ?? null,
        lastIndex: seen?.lastIndex ?? null,
        lag: seen?.lag ?? null,
        performance: seen?.performance ?? null,
        observedAt: isoOrNull(seen?.observedAt ?? null),
        lastKnownIndex: seen?.lastKnownIndex ?? null,
        readError: member.readError,
        state: stateOf(member.node, lookup),
        fused: lookup(member.node)?.fused ?? null,
      };
    }),
    peers: cluster.peers.map((peer) => ({ ...peer, observedAt: isoOrNull(peer.observedAt) })),
    cuts: cluster.words.cuts.map((cut) => ({ ...cut })),
    groups: null,
  };
};

const probeDto = (probe: ProbeRecord) => ({ at: iso(probe.at), outcome: probe.outcome, rttMs: probe.rttMs });

export const nodeDto = (
  node: LiveNode,
  detail: NodeDetail,
  clusters: Iterable<LiveCluster>,
  monitor: string,
  at: Ms,
  lang: Lang,
  tense: Tense = 'present',
): NodeDto => {
  const last = detail.recent.at(-1);
  const heardBy = [...clusters].flatMap((cluster) =>
    cluster.peers
      .filter((peer) => peer.to === node.words.id && peer.by === 'member')
      .map((peer) => ({
        node: peer.from,
        cluster: cluster.words.id,
        up: peer.up,
        lastHeardMs: peer.lastHeardMs,
      })),
  );
  return {
    ...nodeRowDto(node, at),
    certainty: { ...node.words.certainty },
    suspicion: {
      phi: detail.phi,
      fused: node.fused,
      suspectLimit: detail.suspectLimit,
      downLimit: detail.downLimit,
      silentMs: detail.silentMs,
      timeToSuspectMs: detail.timeToSuspectMs,
      timeToDownMs: detail.timeToDownMs,
      downBy: detail.downBy,
      maxSilenceMs: detail.maxSilenceMs,
      detector: detail.detector,
      explain: textDto(detail.explain, lang, tense),
      limitedBy: textOrNull(detail.limitedBy, lang, tense),
    },
    observers: [{ monitor, phi: detail.phi, silentMs: detail.silentMs }],
    incarnation: { id: node.words.incarnation.id, startedAt: isoOrNull(node.words.incarnation.startedAt) },
    lastProbe: last === undefined ? null : { ...probeDto(last), error: last.error },
    recent: detail.recent.map(probeDto),
    phiHistory: detail.phiHistory.map((point) => ({ at: iso(point.at), phi: point.phi })),
    detector: {
      samples: detail.samples,
      meanMs: detail.meanMs,
      stdDevMs: detail.stdDevMs,
      poolSamples: detail.poolSamples,
      histogram: detail.histogram.map((bucket) => ({ ...bucket })),
      tail: detail.tail.map((point) => ({ ...point })),
    },
    heardBy,
  };
};

export const eventDto = (event: Event, lang: Lang): EventDto => {
  const { words: _words, ...shown } = event.detail; // the whole words serve the reducer; readers have the API for them
  return {
    id: event.id,
    key: event.key,
    at: iso(event.at),
    kind: event.kind,
    severity: event.severity,
    monitor: event.monitor,
    actor: event.actor,
    cluster: event.cluster,
    node: event.node,
    title: textDto(event.title, lang),
    detail: structuredClone(shown) as EventDto['detail'], // readonly JSON to plain JSON
  };
};

/** A past node among the heartbeats: how and when it was asked is not kept, nor how a failed probe ended. */
export const pastHeartbeatTargetDto = (
  { words, clusters }: LiveNode,
  numbers: PastNumbers,
): HeartbeatTargetsDto['targets'][number] => {
  const probed = numbers.probed[words.id];
  const rttSeconds = probed?.ok === true ? numbers.rttSeconds[words.id] : undefined;
  return {
    node: words.id,
    job: clusters.map(({ id }) => id).join(', '),
    kind: null,
    url: null,
    intervalMs: null,
    state: words.state,
    lastOutcome: probed?.ok === true ? 'ok' : null,
    lastError: null,
    lastAt: null,
    rttMs: rttSeconds === undefined ? null : rttSeconds * 1000,
  };
};

export const heartbeatTargetDto = (
  target: HeartbeatTarget,
  state: NodeState,
): HeartbeatTargetsDto['targets'][number] => ({
  node: target.node,
  job: target.job,
  kind: target.kind,
  url: target.url,
  intervalMs: target.intervalMs,
  state,
  lastOutcome: target.last?.outcome ?? null,
  lastError: target.last?.error ?? null,
  lastAt: isoOrNull(target.last?.at ?? null),
  rttMs: target.last?.rttMs ?? null,
});
