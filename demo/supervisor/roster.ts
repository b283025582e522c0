/** Who makes up the sample cluster. Every host carries several processes, so that a refused probe has a neighbour that answers. */
export interface Seat {
  readonly node: string;
  readonly group: 'kv' | 'px' | 'services';
  readonly zone: string;
  readonly host: string;
}

const seat = (node: string, group: Seat['group'], zone: string, host: string): Seat => ({
  node,
  group,
  zone,
  host,
});

export const ROSTER: readonly Seat[] = [
  seat('kv-1', 'kv', 'a', 'host-a'),
  seat('kv-2', 'kv', 'a', 'host-a'),
  seat('kv-3', 'kv', 'b', 'host-b'),
  seat('kv-4', 'kv', 'b', 'host-b'),
  seat('kv-5', 'kv', 'c', 'host-c'),
  seat('px-1', 'px', 'a', 'host-a'),
  seat('px-2', 'px', 'b', 'host-b'),
  seat('px-3', 'px', 'c', 'host-c'),
  seat('web-1', 'services', 'a', 'host-a'),
  seat('web-2', 'services', 'b', 'host-b'),
];

export const PROTOCOLS = { kv: 'raft', px: 'paxos' } as const;
export const LISTEN_HOST = '127.0.0.1';
export const HEARTBEAT_MS = 150;
export const ELECTION_MS = { min: 1000, max: 2000 } as const;
export const WRITES_PER_SECOND = 5;

export const nodesOf = (group: Seat['group']): readonly Seat[] =>
  ROSTER.filter((member) => member.group === group);
