import { labelsKey } from '#lib/model/labels.ts';
import type { NodeId } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import type { Clock, Ms } from '#lib/model/time.ts';

import type { DetectionConfig } from '../config/config.ts';
import type { Outbox } from '../outbox.ts';
import type { Versions } from '../versions.ts';
import type { Conclusions } from './conclusions.ts';
import { createGroup } from './groups.ts';
import type { Group } from './groups.ts';
import { createNodeRuntime } from './node-runtime.ts';
import type { NodePlan, Plan } from './plan.ts';
import type { Pools } from './pools.ts';
import type { Telling } from './telling.ts';
import { watchedOf } from './watched.ts';
import type { Watched } from './watched.ts';

/** The nodes and groups that are watched now. */
export interface Subjects {
  readonly nodes: ReadonlyMap<NodeId, Watched>;
  readonly groups: ReadonlyMap<string, Group>;
  plan(): Plan;
  /** Brings them in line with a plan, and tells who came and went; everything that stays keeps what it learned. */
  sync(plan: Plan, detection: DetectionConfig): void;
}

export interface SubjectsOptions {
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly versions: Versions;
  readonly pools: Pools;
  readonly telling: Telling;
  readonly conclusions: Conclusions;
  /** Silence of a node heard last at `last`, without our own stalls. */
  readonly silence: (last: Ms, now: Ms, isPushed: boolean) => Ms;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const createSubjects = (options: SubjectsOptions): Subjects => {
  const { clock, outbox, versions, pools, telling, conclusions } = options;
  const nodes = new Map<NodeId, Watched>();
  const groups = new Map<string, Group>();
  let plan: Plan = { nodes: new Map(), clusters: new Map(), probes: [] };
  let detection: DetectionConfig | null = null;

  /** What the log knows and nobody watches any more. */
  const tellGone = (): void => {
    const world = outbox.world();
    for (const id of world.nodes.keys())
      if (!plan.nodes.has(id))
        telling.tellNode('node.removed', 'info', id, say('node.removed', { node: id }), {});
    for (const id of world.clusters.keys())
      if (!plan.clusters.has(id))
        telling.tell([
          {
            kind: 'cluster.level',
            severity: 'info',
            cluster: id,
            node: null,
            title: say('cluster.gone', { cluster: id }),
            detail: { words: null },
          },
        ]);
  };
  const removeGone = (): void => {
    for (const id of [...nodes.keys()].filter((each) => !plan.nodes.has(each))) {
      nodes.delete(id);
      conclusions.endNode(id);
      versions.remove(`n:${id}`);
    }
    for (const id of [...groups.keys()].filter((each) => !plan.clusters.has(each))) {
      groups.delete(id);
      conclusions.endGroup(id);
      versions.remove(`c:${id}`);
    }
  };

  const watch = (node: NodePlan, by: DetectionConfig, isStale: boolean): void => {
    const { id } = node;
    const known = outbox.world().nodes.get(id) ?? null;
    if (known === null || labelsKey(known.labels) !== labelsKey(node.labels))
      telling.tellNode('node.added', 'info', id, say('node.added', { node: node.name }), {
        name: node.name,
        labels: node.labels,
      });
    const before = nodes.get(id);
    if (before !== undefined && !isStale && same(before.runtime.plan, node)) return;
    const isPushed = node.liveness === null;
    const runtime = createNodeRuntime({
      plan: node,
      detection: by,
      pool: pools.of(node.pool),
      restored: known,
      silence: (last, now) => options.silence(last, now, isPushed),
      now: clock.mono(),
    });
    nodes.set(id, watchedOf(runtime, known));
  };

  return {
    nodes,
    groups,
    plan: () => plan,
    sync: (next, by) => {
      const isStale = !same(detection, by);
      plan = next;
      detection = by;
      removeGone();
      tellGone();
      for (const node of plan.nodes.values()) watch(node, by, isStale);
      for (const [id, cluster] of plan.clusters)
        if (!same(groups.get(id)?.plan, cluster))
          groups.set(id, createGroup(cluster, outbox.world().clusters.get(id) ?? null, clock.mono()));
      const groupsOf = Map.groupBy(
        groups.values().flatMap((group) => group.plan.members.map(({ node }) => ({ node, group }))),
        ({ node }) => node,
      );
      for (const [id, entry] of nodes) entry.groups = groupsOf.get(id)?.map(({ group }) => group) ?? [];
      for (const id of plan.nodes.keys()) versions.touch(`n:${id}`);
    },
  };
};
