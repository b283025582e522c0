import type { ClusterWords } from '#lib/events/world.ts';
import { NODE_STATES, ROLES } from '#lib/model/node.ts';
import type { ProbeOutcome } from '#lib/model/node.ts';
import type { Labels } from '#lib/model/labels.ts';

import type { JudgedNode, LiveCluster } from './live.ts';

/**
 * Our conclusions as series: what rules, panels and replay read. Nodes carry `node`, `zone`, `host` and no `cluster`: a
 * node may be in several, and `quorate_member_info` joins them.
 */

export interface SeriesOut {
  (name: string, labels: Labels, value: number): void;
}

const placeLabels = (node: JudgedNode): Labels => ({
  node: node.words.id,
  ...(node.words.labels.zone === undefined ? {} : { zone: node.words.labels.zone }),
  ...(node.words.labels.host === undefined ? {} : { host: node.words.labels.host }),
});

export interface NodeReadout {
  readonly node: JudgedNode;
  /** The interval's largest suspicion level; null: never heard from. */
  readonly phi: number | null;
  readonly silentMs: number | null;
  readonly timeToDownMs: number | null;
  readonly lastOutcome: ProbeOutcome | null;
  readonly lastRttMs: number | null;
}

export const nodeSeries = (readout: NodeReadout, monitor: string, out: SeriesOut): void => {
  const place = placeLabels(readout.node);
  const observed = { ...place, monitor };
  if (readout.phi !== null) out('quorate_node_suspicion_phi', observed, readout.phi);
  if (readout.node.downLimit !== null) out('quorate_node_down_limit_phi', place, readout.node.downLimit);
  if (readout.silentMs !== null) out('quorate_node_silent_seconds', observed, readout.silentMs / 1000);
  if (readout.lastOutcome !== null)
    out('quorate_probe_success', observed, readout.lastOutcome === 'ok' ? 1 : 0);
  if (readout.lastRttMs !== null) out('quorate_probe_duration_seconds', observed, readout.lastRttMs / 1000);
  for (const state of NODE_STATES)
    out('quorate_node_state', { ...place, state }, state === readout.node.words.state ? 1 : 0);
  if (readout.timeToDownMs !== null)
    out('quorate_node_time_to_down_seconds', place, readout.timeToDownMs / 1000);
};

/** How many peers say of each member that they hear it, and how many that they do not. */
export const heardCounts = ({
  words,
  peers,
}: Pick<LiveCluster, 'words' | 'peers'>): { node: string; heard: number; unheard: number }[] => {
  const counts = new Map(words.members.map(({ node }) => [node, { node, heard: 0, unheard: 0 }]));
  for (const { by, to, up } of peers) {
    const count = counts.get(to);
    if (by !== 'member' || count === undefined) continue;
    if (up === true) count.heard += 1;
    if (up === false) count.unheard += 1;
  }
  return [...counts.values()];
};

const leaderSeries = (words: ClusterWords, cluster: Labels, out: SeriesOut): void => {
  const { leader } = words;
  if (leader === null) return;
  out('quorate_cluster_has_leader', cluster, leader.state === 'one' ? 1 : 0);
  out('quorate_cluster_contested', cluster, leader.state === 'contested' ? 1 : 0);
  if (leader.node !== null) out('quorate_cluster_leader_info', { ...cluster, node: leader.node }, 1);
  if (leader.term !== null) out('quorate_cluster_term', cluster, Number(leader.term.major));
};

/** What we say of ourselves. The counter is there from 0, so that `increase` sees its first stall. */
export const monitorSeries = (monitor: string, stallSeconds: number, out: SeriesOut): void =>
  out('quorate_monitor_stall_seconds_total', { monitor }, stallSeconds);

export const clusterSeries = (live: LiveCluster, leaderChanges: number, out: SeriesOut): void => {
  const { words } = live;
  const cluster = { cluster: words.id };
  leaderSeries(words, cluster, out);
  out('quorate_cluster_leader_changes_total', cluster, leaderChanges);
  if (live.commit?.index != null) out('quorate_cluster_commit_index', cluster, Number(live.commit.index));
  const rttsMs = live.peers.flatMap((peer) => (peer.rttMs === null ? [] : [peer.rttMs]));
  if (rttsMs.length > 0) out('quorate_cluster_peer_rtt_seconds', cluster, Math.max(...rttsMs) / 1000);
  if (words.quorum !== null)
    for (const view of ['optimistic', 'pessimistic'] as const)
      out('quorate_cluster_quorum_margin', { ...cluster, view }, words.quorum.margin[view]);
  for (const { node, heard, unheard } of live.peers.length === 0 ? [] : heardCounts(live)) {
    out('quorate_member_heard_by', { ...cluster, node }, heard);
    out('quorate_member_unheard_by', { ...cluster, node }, unheard);
  }
  const numbers = new Map(live.members.map((member) => [member.node, member]));
  for (const member of words.members) {
    const labels = { ...cluster, node: member.node };
    out('quorate_member_info', { ...labels, membership: member.membership }, 1);
    for (const role of ROLES) out('quorate_member_role', { ...labels, role }, role === member.role ? 1 : 0);
    const { lag = null, commitIndex = null, appliedIndex = null } = numbers.get(member.node) ?? {};
    if (lag !== null) out('quorate_member_applied_lag', labels, lag);
    if (commitIndex !== null) out('quorate_member_commit_index', labels, Number(commitIndex));
    if (appliedIndex !== null) out('quorate_member_applied_index', labels, Number(appliedIndex));
  }
};
