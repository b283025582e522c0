import type { NodeId } from '#lib/model/node.ts';
import type { Clock } from '#lib/model/time.ts';

import type { Config } from '../config/config.ts';
import type { HeartbeatTarget, LiveChanges, LiveCluster, NodeDetail } from '../live.ts';
import type { Outbox } from '../outbox.ts';
import type { Versions } from '../versions.ts';
import type { Answers } from './answers.ts';
import { judgedNodeOf, silentSince } from './watched.ts';
import type { Group } from './groups.ts';
import type { NodeRuntime } from './node-runtime.ts';
import type { OwnHealth } from './own-health.ts';
import type { Probes } from './probes.ts';
import type { Subjects } from './subjects.ts';
import type { Telling } from './telling.ts';

/** What is shown of the present when somebody asks. */
export interface Pictures {
  changesSince(version: number): LiveChanges;
  node(id: NodeId): NodeDetail | null;
  heartbeatTargets(config: Config): HeartbeatTarget[];
}

export interface PicturesOptions {
  readonly monitor: string;
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly versions: Versions;
  readonly subjects: Subjects;
  readonly telling: Telling;
  readonly health: OwnHealth;
  readonly probes: Probes;
  readonly answers: Answers;
}

export const createPictures = (options: PicturesOptions): Pictures => {
  const { clock, outbox, versions, subjects, telling, health, probes, answers } = options;

  const strongestOf = (group: Group): LiveCluster['strongest'] => {
    const at = clock.mono();
    let strongest: { readonly runtime: NodeRuntime; readonly fused: number } | null = null;
    let most = -1;
    for (const { node } of group.plan.members) {
      const runtime = subjects.nodes.get(node)?.runtime;
      const fused = runtime?.phi(at) ?? null;
      if (runtime === undefined || fused === null || fused / runtime.downLimit() <= most) continue;
      most = fused / runtime.downLimit();
      strongest = { runtime, fused };
    }
    if (strongest === null) return null;
    const { runtime, fused } = strongest;
    return { node: runtime.plan.id, fused, downLimit: runtime.downLimit(), spark: runtime.spark() };
  };
  const liveCluster = (group: Group): LiveCluster | null => {
    const words = outbox.world().clusters.get(group.plan.id);
    return words === undefined ? null : { words, ...group.numbers(), strongest: strongestOf(group) };
  };

  const probed = (): HeartbeatTarget[] =>
    probes.specs().map((spec) => ({
      node: spec.node,
      job: spec.job,
      kind: spec.endpoint === 'liveness' ? spec.target.kind : 'status',
      url: spec.url,
      intervalMs: spec.intervalMs,
      last:
        (spec.endpoint === 'liveness'
          ? subjects.nodes.get(spec.node)?.runtime.last()
          : answers.last(spec.key)) ?? null,
    }));
  const pushing = (config: Config): HeartbeatTarget[] => {
    const jobs = config.heartbeats.filter((job) => job.push !== null).map((job) => job.name);
    return [...subjects.nodes.values()]
      .filter(({ runtime }) => runtime.plan.liveness === null && jobs.includes(runtime.plan.pool))
      .map(({ runtime }) => ({
        node: runtime.plan.id,
        job: runtime.plan.pool,
        kind: 'push',
        url: `/api/heartbeats/${runtime.plan.id}`,
        intervalMs: runtime.plan.etaMs,
        last: runtime.last(),
      }));
  };

  return {
    changesSince: (version) => {
      const { changed, gone } = versions.since(version);
      const at = clock.mono();
      const idsOf = (ids: readonly string[], kind: string): string[] =>
        ids.filter((id) => id.startsWith(kind)).map((id) => id.slice(2));
      const world = outbox.world();
      return {
        at: telling.pictureInstant(),
        version: versions.current(),
        nodes: idsOf(changed, 'n:').flatMap((id) => {
          const entry = subjects.nodes.get(id);
          const node = entry === undefined ? null : judgedNodeOf(entry, world, at);
          return entry === undefined || node === null
            ? []
            : { ...node, silentSince: silentSince(entry, at, clock.wall()) };
        }),
        goneNodes: idsOf(gone, 'n:'),
        clusters: idsOf(changed, 'c:').flatMap((id) => {
          const group = subjects.groups.get(id);
          return (group === undefined ? null : liveCluster(group)) ?? [];
        }),
        goneClusters: idsOf(gone, 'c:'),
        monitor: { ...world.monitor, name: options.monitor, stallSeconds: health.stallSeconds() },
      };
    },
    node: (id) => {
      const entry = subjects.nodes.get(id);
      return entry === undefined ? null : entry.runtime.detail(clock.mono(), clock.wall(), entry.withheld);
    },
    heartbeatTargets: (config) => [...probed(), ...pushing(config)],
  };
};
