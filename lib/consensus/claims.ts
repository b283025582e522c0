import type { ClaimWords } from '#lib/events/world.ts';
import type { NodeId } from '#lib/model/node.ts';
import { compareTerm, sameTerm } from '#lib/model/term.ts';
import type { Term } from '#lib/model/term.ts';
import { say } from '#lib/model/text.ts';

import type { Statement } from './statement.ts';

export interface Leadership {
  readonly state: 'one' | 'none' | 'contested' | 'unknown';
  readonly node: NodeId | null;
  readonly term: Term | null;
  readonly claims: readonly ClaimWords[];
}

const newer = (a: Term | null, b: Term | null): boolean => a !== null && b !== null && compareTerm(a, b) > 0;

type Claim = ClaimWords & { readonly overtaken: boolean; readonly isRepeated: boolean };

/** A member that does not answer us, but that a majority of voters names in their newest term. */
const claimOfSilent = (
  byVoters: readonly Statement[],
  voters: readonly NodeId[],
  needs: number,
  canLead: (node: NodeId) => boolean,
): Claim[] => {
  for (const { leader, term } of byVoters) {
    if (leader === null || !canLead(leader)) continue;
    const backers = byVoters.filter((voter) => voter.leader === leader && sameTerm(voter.term, term)).length;
    if (backers < needs) continue;
    const why = say('claim.named', { backers, voters: voters.length });
    return [{ node: leader, term, valid: true, why, overtaken: false, isRepeated: true }];
  }
  return [];
};

/**
 * Who leads, from what every member says of itself and of its leader. A role is a claim, not a fact: it holds when a
 * majority of voters names that member in its term. Two claims are never settled by their order, and none is made of an
 * answer whose parts are of different terms.
 * @param fresh statements of this moment, without those of members that are down
 * @param needs how many voters are a majority
 * @param isAlive false: that member is known to be gone, whoever still names it
 */
export const resolveLeader = (
  fresh: readonly Statement[],
  voters: readonly NodeId[],
  needs: number,
  isAlive: (node: NodeId) => boolean,
): Leadership => {
  const byVoters = fresh.filter((statement) => voters.includes(statement.node) && !statement.isTorn);
  const silent = claimOfSilent(
    byVoters,
    voters,
    needs,
    (node) => voters.includes(node) && isAlive(node) && fresh.every((statement) => statement.node !== node),
  );
  const spoken = fresh
    .filter((statement) => statement.role === 'leader' && !statement.isTorn)
    .map((claim): Claim => {
      const backers = byVoters.filter(
        (voter) => voter.leader === claim.node && sameTerm(voter.term, claim.term),
      ).length;
      const overtaken = byVoters.filter((voter) => newer(voter.term, claim.term)).length >= needs;
      const valid = backers >= needs && !overtaken;
      return {
        node: claim.node,
        term: claim.term,
        valid,
        overtaken,
        isRepeated: claim.isRepeated,
        why: valid
          ? say('claim.backed', { backers, voters: voters.length })
          : overtaken
            ? say('claim.old', { term: claim.term?.text ?? null })
            : say('claim.unbacked', { backers, needs }),
      };
    });
  const claims = [...silent, ...spoken].sort((a, b) => (a.node < b.node ? -1 : 1));
  const words = claims.map(({ node, term, valid, why }) => ({ node, term, valid, why }));
  const valid = claims.filter((claim) => claim.valid);
  const [only] = valid;
  if (valid.length === 1 && only !== undefined)
    return { state: 'one', node: only.node, term: only.term, claims: words };
  const newest = claims
    .filter((claim) => !claim.overtaken)
    .reduce<Term | null>(
      (best, claim) => (best === null || newer(claim.term, best) ? claim.term : best),
      null,
    );
  const rivals = claims.filter(
    (claim) => claim.isRepeated && !claim.overtaken && sameTerm(claim.term, newest),
  );
  const nobody = { node: null, term: null, claims: words };
  if (valid.length > 1 || rivals.length > 1) return { state: 'contested', ...nobody };
  return { state: byVoters.length >= needs ? 'none' : 'unknown', ...nobody };
};
