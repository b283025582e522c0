import type { LinkWords } from '#lib/events/world.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { PeerSeen } from '#lib/model/reading.ts';

import type { Statement } from './statement.ts';

/**
 * Remembers in how many statements in a row a member said that it does not hear a peer: one statement is no cut.
 */
export interface LinkMemory {
  /** To be called once for each answer about peers. */
  read(node: NodeId, peers: readonly PeerSeen[]): void;
  /** Directed links that do not get through: messages of `from` do not reach `to`. */
  cuts(fresh: readonly Statement[], alive: (node: NodeId) => boolean): LinkWords[];
}

const STATEMENTS = 2;

export const createLinkMemory = (): LinkMemory => {
  /** Member → peer → statements in a row that said "not heard". */
  const deaf = new Map<NodeId, Map<string, number>>();
  return {
    read: (node, peers) => {
      const counts = deaf.get(node) ?? new Map<string, number>();
      deaf.set(
        node,
        new Map(peers.map((peer) => [peer.id, peer.up === false ? (counts.get(peer.id) ?? 0) + 1 : 0])),
      );
    },
    cuts: (fresh, alive) =>
      fresh
        .flatMap(({ node }) =>
          [...(deaf.get(node) ?? [])]
            .filter(([peer, count]) => count >= STATEMENTS && alive(peer) && alive(node))
            .map(([peer]): LinkWords => ({ from: peer, to: node, by: 'member' })),
        )
        .sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1)),
  };
};
