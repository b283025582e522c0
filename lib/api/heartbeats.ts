import 'server-only';

import { live } from './live.ts';
import { Problem } from './problem.ts';
import type { PushedHeartbeat } from './schema.ts';

const arrived = (node: string, beat: PushedHeartbeat) => ({
  node,
  incarnation: beat.incarnation ?? null,
  seq: beat.seq ?? null,
  intervalMs: beat.intervalMs ?? null,
  labels: beat.labels ?? {},
  arrivedAt: Date.now(),
});

/** One pushed heartbeat; refused with the reason. */
export const pushHeartbeat = async (node: string, beat: PushedHeartbeat): Promise<undefined> => {
  const answer = await (await live()).watch().push([arrived(node, beat)]);
  const refused = answer.rejected[0];
  if (refused !== undefined) throw new Problem('conflict', refused.message, refused.code);
};

/** A batch: what is accepted counts, the rest is listed with its place in the batch. */
export const pushHeartbeats = async (beats: readonly (PushedHeartbeat & { node: string })[]) =>
  (await live()).watch().push(beats.map((beat) => arrived(beat.node, beat)));
