import type { NodeId } from '#lib/model/node.ts';

import type { Statement } from './statement.ts';

/** Whose statements count for a group. */
export interface Standing {
  readonly counted: readonly Statement[];
  /** Why those of other nodes do not, verbatim. */
  readonly refused: ReadonlyMap<NodeId, string>;
  /** The group's own id, where its members tell it. */
  readonly groupId: string | null;
}

/** Which group is meant where several are named: the one named most, then the usual, then the first. */
export const groupMeant = (ids: readonly string[], usual: string | null): string | null => {
  const count = (id: string): number => ids.filter((each) => each === id).length;
  return ids.reduce<string | null>(
    (best, id) => (best === null || count(id) > count(best) ? id : best),
    usual !== null && ids.includes(usual) ? usual : null,
  );
};

/**
 * An address may be that of somebody else: of a member of another group, or of a member that is asked at another address
 * already. Neither is one voice more.
 * @param usual the group's id as it was known before
 */
export const standingOf = (fresh: readonly Statement[], usual: string | null): Standing => {
  const groupId = groupMeant(
    fresh.flatMap((statement) => statement.groupId ?? []),
    usual,
  );
  const refused = new Map<NodeId, string>();
  const speakers = new Map<string, NodeId>();
  const counted = fresh.filter((statement) => {
    const { node, memberId } = statement;
    if (statement.groupId !== null && statement.groupId !== groupId) {
      refused.set(node, `it is of group ${statement.groupId}, the others are of ${groupId}`);
      return false;
    }
    const other = memberId === null ? undefined : speakers.get(memberId);
    if (other !== undefined) {
      refused.set(node, `member ${memberId} answers there, as at the address of ${other}`);
      return false;
    }
    if (memberId !== null) speakers.set(memberId, node);
    return true;
  });
  return { counted, refused, groupId: groupId ?? usual };
};
