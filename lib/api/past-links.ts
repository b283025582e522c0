import type { PeerSight } from '#lib/consensus/view.ts';
import type { PastNumbers } from '#lib/engine/slot.ts';
import type { ClusterWords, NodeWords } from '#lib/events/world.ts';
import type { NodeId } from '#lib/model/node.ts';

const sight = (from: NodeId, to: NodeId, up: boolean): PeerSight => ({
  from,
  to,
  up,
  rttMs: null,
  lastHeardMs: null,
  observedAt: null,
  by: 'member',
  source: 'event',
});

/**
 * Who heard whom at a past instant, as far as it can be known. Cut links stand in the words. Of the others only the counts are
 * kept, how many peers said that they hear a member and how many that they do not: where all who could say something say the same,
 * it is known of each; where they differ, it is not.
 */
export const linksAt = (
  words: ClusterWords,
  nodes: ReadonlyMap<NodeId, NodeWords>,
  { heardBy, unheardBy }: Pick<PastNumbers, 'heardBy' | 'unheardBy'>,
): PeerSight[] => {
  const cuts = words.cuts.filter((cut) => cut.by === 'member');
  const speaking = words.members
    .filter(({ node, readError }) => readError === null && nodes.get(node)?.state !== 'down')
    .map(({ node }) => node);
  return words.members.flatMap(({ node: to }) => {
    const deaf = cuts.filter((cut) => cut.from === to).map((cut) => cut.to);
    const others = speaking.filter((from) => from !== to && !deaf.includes(from));
    const key = `${words.id}/${to}`;
    const isHeard = others.length > 0 && heardBy[key] === others.length;
    const isUnheard = others.length > 0 && unheardBy[key] === others.length + deaf.length;
    return [
      ...deaf.map((from) => sight(from, to, false)),
      ...(isHeard || isUnheard ? others.map((from) => sight(from, to, isHeard)) : []),
    ];
  });
};
