import type { Adapter } from '#lib/consensus/adapter.ts';
import type { Rules } from '#lib/consensus/rules.ts';

/** Roles as the common implementations spell them. */
const ROLES = {
  leader: 'leader',
  follower: 'follower',
  candidate: 'candidate',
  'pre-candidate': 'candidate',
  learner: 'learner',
} as const;

const statusRules = (termPath: string, textPath: string): Rules => ({
  nativeRole: { json: 'state' },
  role: { json: 'state', map: ROLES, mapDefault: 'unknown' },
  term: { json: termPath },
  termText: [{ json: textPath }, { field: 'term' }],
  leader: { json: 'leader' },
  commitIndex: { json: 'commitIndex' },
  appliedIndex: { json: 'appliedIndex' },
  lastIndex: { json: 'lastIndex' },
  voters: { strings: 'voters[*]' },
  learners: { strings: 'learners[*]' },
  pending: { json: 'pendingProposals' },
  incarnation: { json: 'incarnation' },
  startedAt: { json: 'startedAt' },
  peers: {
    peers: { json: 'peers[*]' },
    fields: {
      id: { json: 'id' },
      up: { json: 'up' },
      lastHeardMs: { json: 'lastHeardMs' },
      rttMs: { json: 'rttMs' },
    },
  },
});

/** The same by metric names, `raft_…` or `paxos_…`, for members that offer no status endpoint. */
const metricRules = (prefix: string, term: string): Rules => ({
  nativeRole: { metric: `${prefix}_state`, where: 1, label: 'state' },
  role: { metric: `${prefix}_state`, where: 1, label: 'state', map: ROLES, mapDefault: 'unknown' },
  term: { metric: term },
  termText: { field: 'term' },
  leader: { metric: `${prefix}_leader_info`, where: 1, label: 'leader' },
  commitIndex: { metric: `${prefix}_commit_index` },
  appliedIndex: { metric: `${prefix}_applied_index` },
  lastIndex: { metric: `${prefix}_last_index` },
  pending: { metric: `${prefix}_proposals_pending` },
  startedAt: { metric: 'process_start_time_seconds', scale: 1000 },
  peers: {
    peers: { metric: `${prefix}_peer_up`, by: ['peer'] },
    fields: {
      id: { metric: `${prefix}_peer_up`, label: 'peer' },
      up: { metric: `${prefix}_peer_up`, map: { '1': true, '0': false } },
      lastHeardMs: { metric: `${prefix}_peer_last_heard_seconds`, scale: 1000 },
      rttMs: { metric: `${prefix}_peer_rtt_seconds`, scale: 1000 },
    },
  },
});

const generic = (
  id: 'raft' | 'paxos',
  termKind: 'term' | 'ballot',
  term: string,
  termText: string,
  metric: string,
): Adapter => ({
  id,
  protocol: id,
  endpoints: {
    heartbeat: { path: '/heartbeat', parse: 'none', intervalMs: 1000, timeoutMs: 1000, okStatus: [200] },
    status: { path: '/status', parse: 'json', intervalMs: 500, timeoutMs: 1000, okStatus: [200] },
    metrics: {
      path: '/metrics',
      parse: 'metrics',
      intervalMs: 1000,
      timeoutMs: 1000,
      okStatus: [200],
      insteadOf: 'status',
    },
  },
  liveness: 'heartbeat',
  fields: { status: statusRules(term, termText), metrics: metricRules(id, metric) },
  term: { kind: termKind, monotonic: true },
  electionTimeoutMs: 2000,
  peerSilenceMs: 0,
});

/** Any Raft service that offers `/status` as JSON or the metrics `raft_…` (Ongaro & Ousterhout, USENIX ATC 2014). */
export const raft = generic('raft', 'term', 'term', 'term', 'raft_term');

/** Any Multi-Paxos service that offers `/status` as JSON or the metrics `paxos_…`; a ballot is a round and a node (Lamport, 2001). */
export const paxos = generic('paxos', 'ballot', 'round', 'ballot', 'paxos_ballot_round');
