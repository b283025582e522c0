/** A node's id: stable, safe in URLs, `[A-Za-z0-9_.:@\[\]-]{1,200}`. */
export type NodeId = string;
/** A cluster's id: `[a-z0-9][a-z0-9._-]{0,62}`. */
export type ClusterId = string;

export const NODE_STATES = ['unknown', 'up', 'suspect', 'down', 'recovering'] as const;
/** What the decision layer says of a node. */
export type NodeState = (typeof NODE_STATES)[number];

export const NODE_FLAGS = ['restarted', 'degraded', 'withheld', 'maintenance', 'flapping'] as const;
export type NodeFlag = (typeof NODE_FLAGS)[number];

export const LEVELS = ['healthy', 'degraded', 'at-risk', 'lost', 'unknown'] as const;
/** What a cluster can still do: see the verdict in `consensus/verdict`. */
export type Level = (typeof LEVELS)[number];

export const MEMBERSHIPS = ['voter', 'learner', 'observer', 'witness'] as const;
export type Membership = (typeof MEMBERSHIPS)[number];

export const ROLES = ['leader', 'follower', 'candidate', 'learner', 'observer', 'peer', 'unknown'] as const;
export type Role = (typeof ROLES)[number];

export const PROTOCOLS = [
  'raft',
  'paxos',
  'zab',
  'multi-raft',
  'lease',
  'primary-backup',
  'virtual-synchrony',
  'gossip',
  'none',
] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export const PROBE_OUTCOMES = [
  'ok',
  'refused',
  'timeout',
  'reset',
  'unreachable',
  'tls',
  'http-status',
  'slow',
] as const;
/** How one probe ended. `ok` is the only one that counts as a heartbeat. `slow` answered in time but later than the probe interval. */
export type ProbeOutcome = (typeof PROBE_OUTCOMES)[number];

/** The id made from any name: characters outside the permitted alphabet become `_`, cut at 200. */
export const toNodeId = (name: string): NodeId => name.replace(/[^A-Za-z0-9_.:@[\]-]/g, '_').slice(0, 200);
