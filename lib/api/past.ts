import 'server-only';

import { headingsOf } from '#lib/consensus/headings.ts';
import { SILENCE_STANDS_OUT_PHI } from '#lib/engine/live.ts';
import type { LiveCluster, LiveNode, NodeDetail } from '#lib/engine/live.ts';
import type { Engine, PastNumbers } from '#lib/engine/slot.ts';
import { worldFromJson } from '#lib/events/world.ts';
import type { AlertWords, ClusterWords, World } from '#lib/events/world.ts';
import type { ClusterId, NodeId } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';

import { linksAt } from './past-links.ts';
import { Problem } from './problem.ts';

/** The state of everything at one instant: now from `watch`, the past from the event log and the stored series. */
export interface Picture {
  readonly at: Ms;
  readonly nodes: ReadonlyMap<NodeId, LiveNode>;
  readonly clusters: ReadonlyMap<ClusterId, LiveCluster>;
  /** Null: those of now, which `data` knows. */
  readonly alerts: readonly AlertWords[] | null;
}

type PhiHistory = NodeDetail['phiHistory'];

const HISTORY_MS = 5 * 60_000;
const SPARK_STEPS = 60;
/** φ is written at least this often, each time as the maximum since the time before. */
const WRITTEN_MS = 15_000;

export const parseAt = (text: string): Ms => {
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new Problem(
      'bad-request',
      `at: "${text}" is no instant; write it as 2026-01-31T12:00:00.000Z`,
      'at',
    );
  return at;
};

/** How far a reader's clock may be ahead of ours. */
const SKEW_MS = 60_000;

/** An instant of which the state is asked: nobody knows one that is still to come. */
export const parsePast = (text: string): Ms => {
  const at = parseAt(text);
  if (at > Date.now() + SKEW_MS) throw new Problem('bad-request', `at: "${text}" is still to come`, 'at');
  return at;
};

const membershipsOf = (world: World): Map<NodeId, LiveNode['clusters'][number][]> => {
  const memberships = new Map<NodeId, LiveNode['clusters'][number][]>();
  for (const cluster of world.clusters.values())
    for (const member of cluster.members) {
      const list = memberships.get(member.node) ?? [];
      list.push({ id: cluster.id, membership: member.membership, role: member.role });
      memberships.set(member.node, list);
    }
  return memberships;
};

const headingsAt = (
  words: ClusterWords,
  lags: readonly number[],
  rttSeconds: number | undefined,
): LiveCluster['headings'] =>
  words.quorum === null || words.leader === null
    ? null
    : headingsOf({
        members: words.members,
        leader: words.leader,
        margin: words.quorum.margin.pessimistic,
        voters: words.quorum.voters,
        alive: words.quorum.alive.pessimistic,
        lag: lags.length === 0 ? null : Math.max(...lags),
        rttsMs: rttSeconds === undefined ? [] : [rttSeconds * 1000],
        fsyncsMs: [],
      });

const clusterAt = (words: ClusterWords, world: World, numbers: PastNumbers): LiveCluster => {
  const commit = numbers.commit[words.id];
  const written = (number: number | undefined): string | null =>
    number === undefined ? null : String(number);
  const members = words.members.map(({ node }) => {
    const key = `${words.id}/${node}`;
    return {
      node,
      aliases: [],
      commitIndex: written(numbers.commitIndex[key]),
      appliedIndex: written(numbers.appliedIndex[key]),
      lastIndex: null,
      lag: numbers.lag[key] ?? null,
      observedAt: null,
      lastKnownIndex: null,
      performance: null,
    };
  });
  return {
    words,
    observedAt: null,
    commit:
      commit === undefined
        ? null
        : { index: String(commit.index), advancing: commit.advancing || null, advancedAt: null },
    headings: headingsAt(
      words,
      members.flatMap(({ lag }) => (lag === null ? [] : [lag])),
      numbers.peerRttSeconds[words.id],
    ),
    members,
    peers: linksAt(words, world.nodes, numbers),
    strongest: null,
  };
};

/** The last heartbeat before an instant of a node whose silence stood out then; its series have it to a second while it is suspect. */
const silentSinceAt = (id: NodeId, { phi, silentSeconds }: PastNumbers, at: Ms): Ms | null => {
  const seconds = silentSeconds[id];
  return seconds === undefined || (phi[id] ?? 0) < SILENCE_STANDS_OUT_PHI ? null : at - seconds * 1000;
};

/** What stood at an instant, and the numbers beside it. */
export const readPast = async (
  engine: Engine,
  at: Ms,
): Promise<{ readonly picture: Picture; readonly numbers: PastNumbers }> => {
  const [json, numbers] = await Promise.all([engine.data().worldAt(at), engine.data().numbersAt(at)]);
  const world = worldFromJson(json);
  const memberships = membershipsOf(world);
  const nodes = [...world.nodes.values()].map((words): [NodeId, LiveNode] => [
    words.id,
    {
      words,
      clusters: memberships.get(words.id) ?? [],
      fused: numbers.phi[words.id] ?? null,
      downLimit: numbers.downLimit[words.id] ?? null,
      silentSince: silentSinceAt(words.id, numbers, at),
    },
  ]);
  const clusters = [...world.clusters.values()].map((words): [ClusterId, LiveCluster] => [
    words.id,
    clusterAt(words, world, numbers),
  ]);
  return {
    picture: { at, nodes: new Map(nodes), clusters: new Map(clusters), alerts: [...world.alerts.values()] },
    numbers,
  };
};

const phiHistory = (engine: Engine, node: NodeId, at: Ms): Promise<PhiHistory> =>
  engine.data().phiHistory(node, at - HISTORY_MS, at);

/** φ in equal steps up to an instant. A sample speaks for the time since the one before it; what none speaks for is null. */
const sparkOf = (history: PhiHistory, at: Ms): (number | null)[] => {
  const step = HISTORY_MS / SPARK_STEPS;
  return Array.from({ length: SPARK_STEPS }, (_, i) => {
    const end = at - HISTORY_MS + (i + 1) * step;
    const next = history.find((point) => point.at >= end);
    const newest = history.at(-1);
    const speaking = next ?? (newest !== undefined && newest.at > end - WRITTEN_MS ? newest : undefined);
    return speaking !== undefined && speaking.at < end + WRITTEN_MS ? speaking.phi : null;
  });
};

/** A past cluster with its most suspect member and that member's φ up to the instant. */
export const withStrongest = async (
  engine: Engine,
  cluster: LiveCluster,
  { nodes, at }: Picture,
): Promise<LiveCluster> => {
  const known = cluster.words.members.flatMap(({ node }) => {
    const { fused = null, downLimit = null } = nodes.get(node) ?? {};
    return fused === null || downLimit === null ? [] : [{ node, fused, downLimit }];
  });
  const [most] = known.toSorted((a, b) => b.fused / b.downLimit - a.fused / a.downLimit);
  if (most === undefined) return cluster;
  return { ...cluster, strongest: { ...most, spark: sparkOf(await phiHistory(engine, most.node, at), at) } };
};

/** What the node page can show of a past instant: φ and silence from their series, its probe if it was answered. */
export const readPastDetail = async (
  engine: Engine,
  node: LiveNode,
  numbers: PastNumbers,
  at: Ms,
): Promise<NodeDetail> => {
  const { id, name } = node.words;
  const probed = numbers.probed[id];
  const rttSeconds = numbers.rttSeconds[id];
  const msOf = (seconds: number | undefined): number | null =>
    seconds === undefined ? null : seconds * 1000;
  const silentMs = msOf(numbers.silentSeconds[id]);
  return {
    at,
    phi: node.fused,
    suspectLimit: 3,
    downLimit: node.downLimit ?? 0,
    silentMs,
    timeToSuspectMs: null,
    timeToDownMs: msOf(numbers.timeToDownSeconds[id]),
    downBy: 'phi',
    maxSilenceMs: 0,
    detector: 'series',
    explain: silentMs === null ? say('node.past', { node: name }) : say('node.past-silent', { silentMs }),
    limitedBy: null,
    // How a failed probe ended is not kept.
    recent:
      probed?.ok === true
        ? [
            {
              at: probed.at,
              outcome: 'ok',
              rttMs: msOf(rttSeconds),
              error: null,
            },
          ]
        : [],
    phiHistory: await phiHistory(engine, id, at),
    samples: 0,
    meanMs: null,
    stdDevMs: null,
    poolSamples: 0,
    histogram: [],
    tail: [],
  };
};
