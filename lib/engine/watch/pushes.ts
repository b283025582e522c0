import { toNodeId } from '#lib/model/node.ts';
import type { NodeId } from '#lib/model/node.ts';

import type { Config } from '../config/config.ts';
import type { ArrivedHeartbeat, PushAnswer } from '../slot.ts';
import type { NodePlan } from './plan.ts';

/** What is called for each heartbeat that counts. */
type Accept = (id: NodeId, beat: ArrivedHeartbeat) => void;

/** Heartbeats that nodes send themselves. */
export interface Pushes {
  /** @param isWatched whether a node is planned; what others push waits until they are */
  take(
    config: Config,
    beats: readonly ArrivedHeartbeat[],
    isWatched: (id: NodeId) => boolean,
    accept: Accept,
  ): PushAnswer;
  /** Hands on what waited for its node to be planned. */
  admit(accept: Accept): void;
  /** Nodes that were not configured and pushed all the same, by job. */
  nodes(): ReadonlyMap<string, ReadonlyMap<NodeId, NodePlan>>;
}

const MAX_PUSHED_NODES = 20_000;

/** @param onNewNode what came must be planned: a thousand nodes that come at once cost one plan, not a thousand */
export const createPushes = (onNewNode: () => void): Pushes => {
  const byJob = new Map<string, Map<NodeId, NodePlan>>();
  let waiting: { readonly id: NodeId; readonly beat: ArrivedHeartbeat }[] = [];
  const hasCome = (id: NodeId): boolean => byJob.values().some((nodes) => nodes.has(id));
  const last = new Map<NodeId, { readonly incarnation: string | null; readonly seq: number }>();
  let count = 0;
  const jobOf = (config: Config) => config.heartbeats.find((job) => job.push !== null);

  const refusal = (
    config: Config,
    id: NodeId,
    beat: ArrivedHeartbeat,
    known: boolean,
  ): { code: string; message: string } | null => {
    const job = jobOf(config);
    if (!known && job === undefined)
      return {
        code: 'push-off',
        message: `no heartbeats job takes pushes; add "push: {}" to one to let ${id} in`,
      };
    if (!known && job?.push?.closed === true)
      return {
        code: 'unknown-node',
        message: `${id} is not in job ${job.name}, which is closed; add it to its static_configs`,
      };
    if (!known && count >= MAX_PUSHED_NODES)
      return { code: 'too-many-nodes', message: `more than ${MAX_PUSHED_NODES} nodes pushed` };
    const before = last.get(id);
    if (
      beat.seq !== null &&
      before !== undefined &&
      before.incarnation === beat.incarnation &&
      beat.seq <= before.seq
    )
      return {
        code: 'old-sequence',
        message: `sequence number ${beat.seq} of ${id} is not above ${before.seq}`,
      };
    return null;
  };

  return {
    take: (config, beats, isWatched, accept) => {
      const rejected: { index: number; code: string; message: string }[] = [];
      beats.forEach((beat, index) => {
        const id = toNodeId(beat.node);
        const isPlanned = isWatched(id);
        const isKnown = isPlanned || hasCome(id);
        const refused = refusal(config, id, beat, isKnown);
        if (refused !== null) {
          rejected.push({ index, ...refused });
          return;
        }
        const job = jobOf(config);
        if (!isKnown && job !== undefined) {
          const nodes = byJob.get(job.name) ?? new Map<NodeId, NodePlan>();
          byJob.set(job.name, nodes);
          nodes.set(id, {
            id,
            name: beat.node,
            labels: beat.labels,
            host: beat.labels.host ?? id,
            address: null,
            pool: job.name,
            etaMs: beat.intervalMs ?? job.push?.intervalMs ?? job.intervalMs,
            liveness: null,
          });
          count += 1;
          onNewNode();
        }
        if (beat.seq !== null) last.set(id, { incarnation: beat.incarnation, seq: beat.seq });
        if (isPlanned) accept(id, beat);
        else waiting.push({ id, beat });
      });
      return { accepted: beats.length - rejected.length, rejected };
    },
    admit: (accept) => {
      const come = waiting;
      waiting = [];
      for (const { id, beat } of come) accept(id, beat);
    },
    nodes: () => byJob,
  };
};
