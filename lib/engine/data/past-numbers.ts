import type { Labels } from '#lib/model/labels.ts';
import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';

import type { PastNumbers } from '../slot.ts';
import type { Samples } from './samples.ts';

const LOOK_BACK_MS = 60_000;

type KeyOf = (labels: Labels) => string | null;

const byNode: KeyOf = (labels) => labels.node ?? null;
const byCluster: KeyOf = (labels) => labels.cluster ?? null;
const byMember: KeyOf = ({ cluster = '', node = '' }) => `${cluster}/${node}`;

/** The numbers that stood at an instant: of each series the newest sample of the minute before, none where it had ended. */
export const numbersAt = (samples: Pick<Samples, 'select'>, at: Ms): PastNumbers => {
  const collect = <T>(
    name: string,
    key: KeyOf,
    read: (newest: Sample, before: readonly Sample[]) => T,
  ): Record<string, T> => {
    const found: Record<string, T> = {};
    for (const series of samples.select(name, () => true, at - LOOK_BACK_MS, at)) {
      const newest = series.samples.at(-1);
      const id = key(series.labels);
      if (newest !== undefined && !newest.stale && id !== null)
        found[id] = read(newest, series.samples.slice(0, -1));
    }
    return found;
  };
  const value = ({ value: number }: Sample): number => number;
  return {
    phi: collect('quorate_node_suspicion_phi', byNode, value),
    downLimit: collect('quorate_node_down_limit_phi', byNode, value),
    probed: collect('quorate_probe_success', byNode, (newest) => ({ at: newest.at, ok: newest.value === 1 })),
    rttSeconds: collect('quorate_probe_duration_seconds', byNode, value),
    silentSeconds: collect('quorate_node_silent_seconds', byNode, value),
    timeToDownSeconds: collect('quorate_node_time_to_down_seconds', byNode, value),
    commit: collect('quorate_cluster_commit_index', byCluster, (newest, before) => ({
      index: newest.value,
      advancing: before.some((sample) => !sample.stale && sample.value < newest.value),
    })),
    peerRttSeconds: collect('quorate_cluster_peer_rtt_seconds', byCluster, value),
    commitIndex: collect('quorate_member_commit_index', byMember, value),
    appliedIndex: collect('quorate_member_applied_index', byMember, value),
    lag: collect('quorate_member_applied_lag', byMember, value),
    heardBy: collect('quorate_member_heard_by', byMember, value),
    unheardBy: collect('quorate_member_unheard_by', byMember, value),
  };
};
