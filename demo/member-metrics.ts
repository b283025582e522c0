import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { z } from 'zod';

import type { Json } from '#demo/machine.ts';

const status = z.object({
  state: z.string(),
  term: z.number(),
  leader: z.string().nullable(),
  commitIndex: z.number(),
  appliedIndex: z.number(),
  lastIndex: z.number(),
  pendingProposals: z.number(),
  peers: z.array(
    z.object({
      id: z.string(),
      up: z.boolean(),
      lastHeardMs: z.number().nullable(),
      rttMs: z.number().nullable(),
    }),
  ),
});

const STATES = ['leader', 'follower', 'candidate', 'pre-candidate'];

/** A member's view of its group as metrics, `raft_…` or `paxos_…`. */
export const createMemberMetrics = (protocol: 'raft' | 'paxos') => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name: `${protocol}_${name}`, help, labelNames, registers });
  const state = gauge('state', '1 for the state that the member is in.', ['state']);
  const term = gauge(
    protocol === 'raft' ? 'term' : 'ballot_round',
    'Newest term or round that the member knows.',
  );
  const leader = gauge('leader_info', '1 for the leader that the member names.', ['leader']);
  const commit = gauge('commit_index', 'Newest entry that is known to be committed.');
  const applied = gauge('applied_index', 'Newest entry that is applied.');
  const last = gauge('last_index', 'Newest entry in the log.');
  const pending = gauge('proposals_pending', 'Proposals that wait for a majority.');
  const up = gauge('peer_up', 'Whether the peer is heard.', ['peer']);
  const heard = gauge('peer_last_heard_seconds', 'Age of the last message of the peer.', ['peer']);
  const rtt = gauge('peer_rtt_seconds', 'Last measured round trip to the peer.', ['peer']);
  return {
    contentType: registry.contentType,
    text: (now: { readonly [key: string]: Json }): Promise<string> => {
      const read = status.parse(now);
      for (const name of STATES) state.set({ state: name }, name === read.state ? 1 : 0);
      term.set(read.term);
      leader.reset();
      if (read.leader !== null) leader.set({ leader: read.leader }, 1);
      commit.set(read.commitIndex);
      applied.set(read.appliedIndex);
      last.set(read.lastIndex);
      pending.set(read.pendingProposals);
      for (const peer of read.peers) {
        up.set({ peer: peer.id }, peer.up ? 1 : 0);
        if (peer.lastHeardMs !== null) heard.set({ peer: peer.id }, peer.lastHeardMs / 1000);
        if (peer.rttMs !== null) rtt.set({ peer: peer.id }, peer.rttMs / 1000);
      }
      return registry.metrics();
    },
  };
};
