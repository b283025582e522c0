import type { MemberSeen } from '#lib/model/reading.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { Clock, Ms } from '#lib/model/time.ts';

import { heardCounts } from '../derived-series.ts';
import type { Versions } from '../versions.ts';
import type { Conclusions } from './conclusions.ts';
import type { Group } from './groups.ts';
import type { OwnHealth } from './own-health.ts';
import type { Subjects } from './subjects.ts';
import type { Telling } from './telling.ts';

/** Draws the conclusions of groups from what their members said and how they are judged, and tells what changed. */
export interface GroupLooks {
  /** Something of a group changed: the next round looks at it. */
  mark(group: Group): void;
  /** Looks at the marked groups; when `isFull`, at all. */
  round(at: Ms, isFull: boolean): void;
}

export interface GroupLooksOptions {
  readonly clock: Clock;
  readonly subjects: Subjects;
  readonly health: OwnHealth;
  readonly conclusions: Conclusions;
  readonly telling: Telling;
  readonly versions: Versions;
  readonly onElected: () => void;
  /** The members as they list themselves. */
  readonly onListed: (group: Group, members: readonly MemberSeen[]) => void;
}

export const createGroupLooks = (options: GroupLooksOptions): GroupLooks => {
  const { clock, subjects, health, conclusions, telling, versions, onElected, onListed } = options;
  const marked = new Set<Group>();
  /** The list of each group that was followed last. */
  const followed = new WeakMap<Group, readonly MemberSeen[]>();

  /** What each group's members were last counted to say of each other. */
  const counted = new WeakMap<Group, string>();

  /** A member may be heard otherwise without a word changing. @returns whether it is */
  const noteHeard = (group: Group): boolean => {
    const words = group.words();
    const counts = words === null ? '' : JSON.stringify(heardCounts({ words, peers: group.numbers().peers }));
    const isOther = counts !== (counted.get(group) ?? '');
    counted.set(group, counts);
    return isOther;
  };

  const refreshMemberships = (node: NodeId): void => {
    const entry = subjects.nodes.get(node);
    if (entry === undefined) return;
    entry.clusters = entry.groups.flatMap((group) => {
      const member = group.words()?.members.find((each) => each.node === node);
      return member === undefined
        ? []
        : [{ id: group.plan.id, membership: member.membership, role: member.role }];
    });
  };

  /** A list may change without a word changing: a member that is known already begins to serve. */
  const follow = (group: Group): void => {
    const listed = group.listed();
    if (listed === null || listed === followed.get(group)) return;
    followed.set(group, listed);
    onListed(group, listed);
  };

  const look = (group: Group): void => {
    const drafts = group.evaluate(clock.wall(), (node) => {
      const entry = subjects.nodes.get(node);
      return entry === undefined
        ? { state: 'unknown', withheld: false }
        : { state: entry.decision.state, withheld: entry.decision.flags.includes('withheld') };
    });
    telling.tell(drafts);
    versions.touch(`c:${group.plan.id}`);
    follow(group);
    const isHeardOtherwise = noteHeard(group);
    if (drafts.length === 0) {
      if (isHeardOtherwise) conclusions.writeGroup(group);
      return;
    }
    for (const { node } of group.plan.members) {
      refreshMemberships(node);
      versions.touch(`n:${node}`);
    }
    conclusions.writeGroup(group);
    if (drafts.some((draft) => draft.kind === 'leader.elected')) onElected();
  };

  return {
    mark: (group) => void marked.add(group),
    round: (at, isFull) => {
      if (health.isDazed(at)) return;
      for (const group of isFull ? subjects.groups.values() : [...marked]) {
        if (!group.isReady(at)) continue;
        marked.delete(group);
        look(group);
      }
    },
  };
};
