import type { Adapter } from '#lib/consensus/adapter.ts';
import { adapterOf } from '#lib/consensus/adapters/registry.ts';
import type { Labels } from '#lib/model/labels.ts';
import { toNodeId } from '#lib/model/node.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

import type { ClusterConfig, Config, HeartbeatJob, TargetGroup } from '../config/config.ts';
import type { ProbeSpec } from './probes.ts';

/** A node to be watched. */
export interface NodePlan {
  readonly id: NodeId;
  readonly name: string;
  readonly labels: Labels;
  /** Processes with the same host share a machine: one that answers proves that the machine does. */
  readonly host: string;
  /** Whose lateness pool it shares. */
  readonly pool: string;
  readonly etaMs: Ms;
  /** The probe that hears it; null: it pushes. */
  readonly liveness: string | null;
}

export interface ClusterPlan {
  readonly id: string;
  readonly system: string;
  /** Null: a plain group of nodes that need not agree. */
  readonly adapter: Adapter | null;
  readonly electionTimeoutMs: Ms;
  readonly members: readonly { readonly node: NodeId; readonly zone: string | null }[];
}

export interface Plan {
  readonly nodes: ReadonlyMap<NodeId, NodePlan>;
  readonly clusters: ReadonlyMap<string, ClusterPlan>;
  readonly probes: readonly ProbeSpec[];
}

const hostOf = (address: string): string => address.replace(/:\d+$/, '');

const place = (zone: string | null | undefined, host: string | null | undefined): Labels => ({
  ...(zone == null ? {} : { zone }),
  ...(host == null ? {} : { host }),
});

const planCluster = (
  cluster: ClusterConfig,
  without: ReadonlySet<string>,
): { plan: ClusterPlan; nodes: NodePlan[]; probes: ProbeSpec[] } | null => {
  const adapter = adapterOf(cluster.system);
  const live = adapter?.endpoints[adapter.liveness];
  if (adapter === null || live === undefined) return null;
  const nodes: NodePlan[] = [];
  const probes: ProbeSpec[] = [];
  for (const member of cluster.members) {
    const id = toNodeId(member.node);
    const base = `${cluster.scheme}://${member.address}`;
    for (const [endpoint, { path, intervalMs, timeoutMs, okStatus, insteadOf }] of Object.entries(
      adapter.endpoints,
    )) {
      if (insteadOf !== undefined && !without.has(`${cluster.name}/${id}/${insteadOf}`)) continue;
      const isLiveness = endpoint === adapter.liveness;
      probes.push({
        key: `${cluster.name}/${id}/${endpoint}`,
        node: id,
        endpoint: isLiveness ? 'liveness' : endpoint,
        target: { kind: 'http', url: `${base}${path}`, status: okStatus },
        url: `${base}${path}`,
        job: cluster.name,
        intervalMs,
        timeoutMs,
      });
    }
    nodes.push({
      id,
      name: member.node,
      labels: place(member.zone, member.host),
      host: member.host ?? hostOf(member.address),
      pool: cluster.name,
      etaMs: live.intervalMs,
      liveness: `${cluster.name}/${id}/${adapter.liveness}`,
    });
  }
  return {
    plan: {
      id: cluster.name,
      system: cluster.system,
      adapter,
      electionTimeoutMs: cluster.electionTimeoutMs ?? adapter.electionTimeoutMs,
      members: cluster.members.map((member) => ({ node: toNodeId(member.node), zone: member.zone })),
    },
    nodes,
    probes,
  };
};

const ADDRESS = /^\[?(.+?)\]?:(\d+)$/;

const planTarget = (
  job: HeartbeatJob,
  address: string,
  labels: Labels,
): { node: NodePlan; probe: ProbeSpec | null } => {
  const name = labels.node ?? address;
  const id = toNodeId(name);
  const key = `${job.name}/${id}/liveness`;
  const shown = Object.fromEntries(
    Object.entries(labels).filter(([label]) => label !== 'node' && !label.startsWith('__')),
  );
  const node: NodePlan = {
    id,
    name,
    labels: shown,
    host: labels.host ?? hostOf(address),
    pool: job.name,
    etaMs: job.pull === null ? (job.push?.intervalMs ?? job.intervalMs) : job.intervalMs,
    liveness: job.pull === null ? null : key,
  };
  if (job.pull === null) return { node, probe: null };
  const parts = ADDRESS.exec(address);
  const url =
    job.pull.kind === 'http' ? `${job.pull.scheme}://${address}${job.pull.path}` : `tcp://${address}`;
  const target: ProbeSpec['target'] =
    job.pull.kind === 'http'
      ? { kind: 'http', url, status: job.pull.status }
      : { kind: 'tcp', host: parts?.[1] ?? address, port: Number(parts?.[2] ?? 80) };
  return {
    node,
    probe: {
      key,
      node: id,
      endpoint: 'liveness',
      target,
      url,
      job: job.name,
      intervalMs: job.intervalMs,
      timeoutMs: job.timeoutMs,
    },
  };
};

/**
 * What is watched and probed under a configuration. A node that several entries name is heard by the first; it belongs to all of them.
 * @param found the targets of file discovery, by heartbeat job
 * @param pushed nodes that pushed without being configured, by job
 * @param without keys of probes whose endpoint turned out not to exist
 */
export const planOf = (
  config: Config,
  found: ReadonlyMap<string, readonly TargetGroup[]>,
  pushed: ReadonlyMap<string, ReadonlyMap<NodeId, NodePlan>>,
  without: ReadonlySet<string>,
): Plan => {
  const nodes = new Map<NodeId, NodePlan>();
  const clusters = new Map<string, ClusterPlan>();
  const probes: ProbeSpec[] = [];
  for (const cluster of config.clusters) {
    const planned = planCluster(cluster, without);
    if (planned === null) continue;
    clusters.set(cluster.name, planned.plan);
    probes.push(...planned.probes);
    for (const node of planned.nodes) if (!nodes.has(node.id)) nodes.set(node.id, node);
  }
  for (const job of config.heartbeats) {
    const members: { node: NodeId; zone: string | null }[] = [];
    const take = (node: NodePlan, probe: ProbeSpec | null): void => {
      if (members.some((member) => member.node === node.id)) return;
      members.push({ node: node.id, zone: node.labels.zone ?? null });
      if (nodes.has(node.id)) return;
      nodes.set(node.id, node);
      if (probe !== null) probes.push(probe);
    };
    for (const group of [...job.groups, ...(found.get(job.name) ?? [])])
      for (const address of group.targets) {
        const { node, probe } = planTarget(job, address, group.labels);
        take(node, probe);
      }
    for (const node of pushed.get(job.name)?.values() ?? []) take(node, null);
    clusters.set(job.name, {
      id: job.name,
      system: 'heartbeats',
      adapter: null,
      electionTimeoutMs: 0,
      members,
    });
  }
  return { nodes, clusters, probes };
};
