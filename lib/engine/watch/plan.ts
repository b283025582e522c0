import { statementEndpoint } from '#lib/consensus/adapter.ts';
import type { Adapter } from '#lib/consensus/adapter.ts';
import { adapterOf } from '#lib/consensus/adapters/registry.ts';
import type { ViewMember } from '#lib/consensus/view.ts';
import { OPEN_ACCESS } from '#lib/model/access.ts';
import type { Labels } from '#lib/model/labels.ts';
import { toNodeId } from '#lib/model/node.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

import type { ClusterConfig, Config, HeartbeatJob, MemberConfig, TargetGroup } from '../config/config.ts';
import type { ProbeSpec } from './probes.ts';
import type { Found } from './seeds.ts';

/** A node to be watched. */
export interface NodePlan {
  readonly id: NodeId;
  readonly name: string;
  readonly labels: Labels;
  /** Processes with the same host share a machine: one that answers proves that the machine does. */
  readonly host: string;
  /** Where it is asked, `host:port`; null: nowhere. */
  readonly address: string | null;
  /** Whose lateness pool it shares. */
  readonly pool: string;
  readonly etaMs: Ms;
  /** The probe that hears it; null: it pushes. */
  readonly liveness: string | null;
}

export interface ClusterPlan {
  readonly id: string;
  readonly system: string;
  /** Null: a plain group of nodes that need not agree, or nobody knows yet what they are. */
  readonly adapter: Adapter | null;
  readonly electionTimeoutMs: Ms;
  readonly members: readonly (ViewMember & {
    /** Where it stands. */
    readonly labels: Labels;
    /** Why nobody knows what it is, verbatim. */
    readonly readError: string | null;
  })[];
}

/** What is known beside the configuration. */
export interface Circumstances {
  /** The targets of file discovery, by heartbeat job. */
  readonly discovered: ReadonlyMap<string, readonly TargetGroup[]>;
  /** Nodes that pushed without being configured, by job. */
  readonly pushed: ReadonlyMap<string, ReadonlyMap<NodeId, NodePlan>>;
  /** Keys of probes whose endpoint turned out not to exist. */
  readonly without: ReadonlySet<string>;
  /** What the seeds of a cluster told; null: nothing yet. */
  readonly found: (cluster: string) => Found | null;
  readonly leader: (cluster: string) => NodeId | null;
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

export const probeKey = (cluster: string, node: NodeId, endpoint: string): string =>
  `${cluster}/${node}/${endpoint}`;

interface PlannedMember extends MemberConfig {
  /** Null: it does not serve yet. */
  readonly at: string | null;
  readonly names: readonly string[];
}

/** A name that no node of another address has already: processes of two clusters may bear one name. */
const freeName = (
  cluster: string,
  name: string,
  address: string | null,
  nodes: ReadonlyMap<NodeId, NodePlan>,
): string => {
  const other = nodes.get(toNodeId(name));
  return other === undefined || other.address === address ? name : `${cluster}.${name}`;
};

/** What members call themselves, where it tells one from the others: nothing keeps them from all being `default`. */
const ownNames = (members: NonNullable<Found['members']>): ((name: string | null) => string | null) => {
  const ids = members.map(({ name }) => toNodeId(name ?? ''));
  return (name) => (name === null || ids.filter((id) => id === toNodeId(name)).length > 1 ? null : name);
};

const membersOf = (
  cluster: ClusterConfig,
  found: Found | null,
  nodes: ReadonlyMap<NodeId, NodePlan>,
): PlannedMember[] => {
  if (cluster.seeds.length === 0)
    return cluster.members.map((member) => ({ ...member, at: member.address, names: [] }));
  if (found?.members == null)
    return cluster.seeds.map((address) => ({
      node: address,
      address,
      at: address,
      names: [],
      zone: null,
      host: null,
    }));
  const nameOf = ownNames(found.members);
  return found.members.map(({ id, otherId, name, address }) => ({
    node: freeName(cluster.name, nameOf(name) ?? address ?? otherId ?? id, address, nodes),
    address: address ?? id,
    at: address,
    names: [nameOf(name), id, otherId].filter((text) => text !== null),
    zone: null,
    host: null,
  }));
};

const probesOf = (
  cluster: ClusterConfig,
  node: NodeId,
  address: string,
  adapter: Adapter,
  { without, leader }: Circumstances,
): ProbeSpec[] => {
  const base = `${cluster.scheme}://${address}`;
  return Object.entries(adapter.endpoints).flatMap(([endpoint, ask]): ProbeSpec[] => {
    const key = probeKey(cluster.name, node, endpoint);
    if (ask.insteadOf !== undefined && !without.has(probeKey(cluster.name, node, ask.insteadOf))) return [];
    if (ask.ofLeader === true && leader(cluster.name) !== node) return [];
    // Without its own words a member is nobody: that endpoint is asked on, it may come back.
    if (without.has(key) && endpoint !== adapter.liveness && endpoint !== statementEndpoint(adapter))
      return [];
    const url = `${base}${ask.path}`;
    return [
      {
        key,
        node,
        endpoint: endpoint === adapter.liveness ? 'liveness' : endpoint,
        reads: adapter.fields[endpoint] === undefined ? null : endpoint,
        target: {
          kind: 'http',
          url,
          status: ask.okStatus,
          body: ask.body ?? null,
          access: cluster.access,
        },
        url,
        job: cluster.name,
        intervalMs: ask.intervalMs,
        timeoutMs: ask.timeoutMs,
      },
    ];
  });
};

const CONNECT = { intervalMs: 1000, timeoutMs: 1000 };

/** Until somebody knows what answers there, that a connection is accepted is all that can be asked. */
const connectProbe = (cluster: ClusterConfig, node: NodeId, address: string): ProbeSpec => {
  const url = new URL(`${cluster.scheme}://${address}`);
  const port = Number(url.port || (cluster.scheme === 'https' ? 443 : 80));
  return {
    key: probeKey(cluster.name, node, 'liveness'),
    node,
    endpoint: 'liveness',
    reads: null,
    target: { kind: 'tcp', host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port },
    url: `tcp://${address}`,
    job: cluster.name,
    ...CONNECT,
  };
};

const planCluster = (
  cluster: ClusterConfig,
  known: ReadonlyMap<NodeId, NodePlan>,
  circumstances: Circumstances,
): { plan: ClusterPlan; nodes: NodePlan[]; probes: ProbeSpec[] } => {
  const found = circumstances.found(cluster.name);
  const system = cluster.system === 'auto' ? (found?.system ?? 'auto') : cluster.system;
  const adapter = adapterOf(system);
  const nodes: NodePlan[] = [];
  const probes: ProbeSpec[] = [];
  const members = membersOf(cluster, found, known);
  for (const member of members) {
    const id = toNodeId(member.node);
    const own =
      member.at === null
        ? []
        : adapter === null
          ? [connectProbe(cluster, id, member.at)]
          : probesOf(cluster, id, member.at, adapter, circumstances);
    probes.push(...own);
    const live = own.find((probe) => probe.endpoint === 'liveness');
    nodes.push({
      id,
      name: member.node,
      labels: place(member.zone, member.host),
      host: member.host ?? hostOf(member.address),
      address: member.at,
      pool: cluster.name,
      etaMs: live?.intervalMs ?? CONNECT.intervalMs,
      liveness: live?.key ?? null,
    });
  }
  return {
    plan: {
      id: cluster.name,
      system,
      adapter,
      electionTimeoutMs: cluster.electionTimeoutMs ?? adapter?.electionTimeoutMs ?? 0,
      members: members.map((member) => ({
        node: toNodeId(member.node),
        labels: place(member.zone, member.host),
        zone: member.zone,
        address: member.at,
        names: member.names,
        readError: adapter === null ? (found?.errors[member.address] ?? null) : null,
      })),
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
    address,
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
      ? { kind: 'http', url, status: job.pull.status, body: null, access: OPEN_ACCESS }
      : { kind: 'tcp', host: parts?.[1] ?? address, port: Number(parts?.[2] ?? 80) };
  return {
    node,
    probe: {
      key,
      node: id,
      endpoint: 'liveness',
      reads: null,
      target,
      url,
      job: job.name,
      intervalMs: job.intervalMs,
      timeoutMs: job.timeoutMs,
    },
  };
};

/** What is watched and probed under a configuration. A node that several entries name is heard by the first; it belongs to all of them. */
export const planOf = (config: Config, circumstances: Circumstances): Plan => {
  const { discovered, pushed } = circumstances;
  const nodes = new Map<NodeId, NodePlan>();
  const clusters = new Map<string, ClusterPlan>();
  const probes: ProbeSpec[] = [];
  for (const cluster of config.clusters) {
    const planned = planCluster(cluster, nodes, circumstances);
    clusters.set(cluster.name, planned.plan);
    probes.push(...planned.probes);
    for (const node of planned.nodes) if (!nodes.has(node.id)) nodes.set(node.id, node);
  }
  for (const job of config.heartbeats) {
    const members: ClusterPlan['members'][number][] = [];
    const take = (node: NodePlan, probe: ProbeSpec | null): void => {
      if (members.some((member) => member.node === node.id)) return;
      const { id, labels } = node;
      members.push({
        node: id,
        labels,
        zone: labels.zone ?? null,
        address: null,
        names: [],
        readError: null,
      });
      if (nodes.has(node.id)) return;
      nodes.set(node.id, node);
      if (probe !== null) probes.push(probe);
    };
    for (const group of [...job.groups, ...(discovered.get(job.name) ?? [])])
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
