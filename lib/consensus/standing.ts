import type { NodeId } from '#lib/model/node.ts';

import type { Statement } from './statement.ts';

/** Whose statements count for a group. */
export interface Standing {
  readonly counted: readonly Statement[];
  /** Why those of other nodes do not, verbatim. */
  readonly refused: ReadonlyMap<NodeId, string>;
  /** The group's own id, where its members tell it. */
  readonly groupId: string | null;
  /** Which node speaks for a member, by the member's own id. */
  readonly speakers: ReadonlyMap<string, NodeId>;
}

/** Which group is meant where several are named: the one named most, then the usual, then the first. */
export const groupMeant = (ids: readonly string[], usual: string | null): string | null => {
  const count = (id: string): number => ids.filter((each) => each === id).length;
  return ids.reduce<string | null>(
    (best, id) => (best === null || count(id) > count(best) ? id : best),
    usual !== null && ids.includes(usual) ? usual : null,
  );
};

/** Nobody was heard yet. */
export const NO_STANDING: Standing = {
  counted: [],
  refused: new Map(),
  groupId: null,
  speakers: new Map(),
};

/**
 * An address may be that of somebody else: of a member of another group, or of a member that is asked at another address
 * already. Neither is one voice more. Who spoke for a member before goes on doing so, so that an address behind which members
 * take turns does not silence their own.
 * @param before what the look before gave
 */
export const standingOf = (fresh: readonly Statement[], before: Standing): Standing => {
  const groupId = groupMeant(
    fresh.flatMap((statement) => statement.groupId ?? []),
    before.groupId,
  );
  const refused = new Map<NodeId, string>();
  const speakers = new Map<string, NodeId>();
  const own = fresh.filter((statement) => {
    if (statement.groupId === null || statement.groupId === groupId) return true;
    refused.set(statement.node, `it is of group ${statement.groupId}, the others are of ${groupId}`);
    return false;
  });
  for (const { node, memberId } of own)
    if (memberId !== null && before.speakers.get(memberId) === node) speakers.set(memberId, node);
  const counted = own.filter(({ node, memberId }) => {
    if (memberId === null) return true;
    const speaker = speakers.get(memberId) ?? node;
    speakers.set(memberId, speaker);
    if (speaker !== node)
      refused.set(node, 'a member answers there that is asked at another address already');
    return speaker === node;
  });
  return { counted, refused, groupId: groupId ?? before.groupId, speakers };
};
