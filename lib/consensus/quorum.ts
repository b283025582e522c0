import type { QuorumWords } from '#lib/events/world.ts';
import type { NodeId, NodeState } from '#lib/model/node.ts';

export interface VoterSight {
  readonly node: NodeId;
  readonly zone: string | null;
  readonly state: NodeState;
}

/**
 * Whether a majority of voters is left, how many more may fail, and which zone's loss would end it. Optimistically a
 * suspect lives, pessimistically it does not. A voter never heard of counts as alive only optimistically, and no longer
 * once a majority of the others has gone.
 */
export const quorumOf = (voters: readonly VoterSight[]): QuorumWords => {
  const needs = Math.floor(voters.length / 2) + 1;
  const gone = voters.filter((voter) => voter.state === 'down').length;
  const unknownCounts = gone <= (voters.length - 1) / 2;
  const lives = (voter: VoterSight): boolean =>
    voter.state !== 'down' && (voter.state !== 'unknown' || unknownCounts);
  const optimistic = voters.filter(lives).length;
  const pessimistic = voters.filter((voter) => voter.state === 'up' || voter.state === 'recovering').length;
  const zones = [...new Set(voters.flatMap((voter) => (voter.zone === null ? [] : [voter.zone])))].sort();
  return {
    voters: voters.length,
    needs,
    rule: 'majority',
    alive: { optimistic, pessimistic },
    margin: { optimistic: optimistic - needs, pessimistic: pessimistic - needs },
    zones: zones.map((zone) => ({
      zone,
      losesQuorum: voters.filter((voter) => lives(voter) && voter.zone !== zone).length < needs,
    })),
  };
};
