import type { Adapter } from '#lib/consensus/adapter.ts';
import type { Rules } from '#lib/consensus/rules.ts';

/**
 * `Status` of the maintenance service. A member that knows no leader leaves `leader` out. Ids are decimal here and
 * hexadecimal in metrics and statistics (etcd v3 API, grpc-gateway).
 */
const status: Rules = {
  memberId: { json: 'header.member_id' },
  otherId: { field: 'memberId', hex: 'write' },
  groupId: { json: 'header.cluster_id' },
  leader: { json: 'leader', map: { '0': null } },
  role: [
    { json: 'isLearner', map: { true: 'learner' }, mapDefault: null },
    { field: 'leader', eq: { field: 'memberId' }, map: { true: 'leader', false: 'follower' } },
    { field: 'memberId', map: { '~.*': 'candidate' } },
  ],
  nativeRole: { field: 'role', map: { candidate: 'no-leader' } },
  term: { json: 'raftTerm' },
  termText: { field: 'term' },
  commitIndex: { json: 'raftIndex' },
  appliedIndex: { json: 'raftAppliedIndex' },
  alarms: { strings: 'errors[*]', match: 'alarm:(\\w+)' },
};

const members: Rules = {
  members: {
    members: 'members[*]',
    fields: {
      id: { json: 'ID' },
      otherId: { json: 'ID', hex: 'write' },
      name: { json: 'name' },
      isLearner: { json: 'isLearner' },
      urls: { strings: 'clientURLs[*]' },
      peerUrls: { strings: 'peerURLs[*]' },
    },
  },
};

const metrics: Rules = {
  startedAt: { metric: 'process_start_time_seconds', scale: 1000 },
  pending: { metric: 'etcd_server_proposals_pending' },
  proposalsFailed: { metric: 'etcd_server_proposals_failed_total' },
  leaderChanges: { metric: 'etcd_server_leader_changes_seen_total' },
  fsync: { hist: 'etcd_disk_wal_fsync_duration_seconds' },
  backendCommit: { hist: 'etcd_disk_backend_commit_duration_seconds' },
  peers: {
    peers: { metric: 'etcd_network_active_peers', by: ['Remote', 'To'] },
    fields: {
      id: { metric: 'etcd_network_active_peers', label: 'Remote', hex: 'read' },
      up: { metric: 'etcd_network_active_peers', map: { '1': true, '0': false } },
      rtts: { hist: 'etcd_network_peer_round_trip_time_seconds' },
    },
  },
};

/** Replication latency to each follower; only the leader answers, and in 3.4 only with `--enable-v2`. */
const leaderStats: Rules = {
  peers: {
    peers: { json: 'followers[entries]' },
    fields: { id: { json: 'key', hex: 'read' }, rttMs: { json: 'value.latency.current', scale: 1000 } },
  },
};

/** etcd from 3.4. `/health` asks the whole cluster, so it says nothing of whether its member lives. */
export const etcd: Adapter = {
  id: 'etcd',
  protocol: 'raft',
  endpoints: {
    status: {
      path: '/v3/maintenance/status',
      body: '{}',
      parse: 'json',
      intervalMs: 500,
      timeoutMs: 1000,
      okStatus: [200],
    },
    members: {
      path: '/v3/cluster/member/list',
      body: '{"linearizable":false}',
      parse: 'json',
      intervalMs: 5000,
      timeoutMs: 2000,
      okStatus: [200],
    },
    metrics: { path: '/metrics', parse: 'metrics', intervalMs: 5000, timeoutMs: 2000, okStatus: [200] },
    health: { path: '/health', parse: 'json', intervalMs: 10_000, timeoutMs: 2500, okStatus: [200, 503] },
    leaderStats: {
      path: '/v2/stats/leader',
      parse: 'json',
      intervalMs: 5000,
      timeoutMs: 1000,
      okStatus: [200],
      ofLeader: true,
    },
  },
  liveness: 'status',
  fields: {
    status,
    members,
    metrics,
    health: { health: { json: 'health', map: { true: 'up', false: 'degraded' }, mapDefault: null } },
    leaderStats,
  },
  term: { kind: 'term', monotonic: true },
  electionTimeoutMs: 1000,
  peerSilenceMs: 6000,
};
