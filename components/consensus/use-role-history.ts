'use client';

import { useMemo } from 'react';

import { openEnd, useStory } from '#components/charts/use-story.ts';
import type { Story } from '#components/charts/use-story.ts';
import type { MemberHistory } from '#lib/consensus/role-history.ts';
import { successions } from '#lib/consensus/successions.ts';
import type { LeaderChange, Succession } from '#lib/consensus/successions.ts';
import { ROLES } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

export interface RoleHistory {
  /** In the order of their names. */
  readonly members: readonly MemberHistory[];
  /** Oldest first, also from before the range. */
  readonly successions: readonly Succession[];
  readonly truncated: boolean;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const membersOf = ({ timeline, to }: Story): MemberHistory[] =>
  timeline.lanes
    .filter((lane) => lane.kind === 'role')
    .map((lane) => ({
      node: lane.subject.slice(lane.subject.indexOf('/') + 1),
      told: lane.segments.map((segment) => ({
        from: Date.parse(segment.from),
        to: openEnd(segment.to, to),
        role: ROLES.find((role) => role === segment.value) ?? 'unknown',
        term: text(segment.detail.term),
        leader: text(segment.detail.leader),
      })),
    }))
    .toSorted((a, b) => a.node.localeCompare(b.node, 'en', { numeric: true }));

const changesOf = ({ events }: Story): LeaderChange[] =>
  events.events.toReversed().flatMap(({ at, kind, node, detail }) =>
    node === null
      ? []
      : [
          {
            at: Date.parse(at),
            kind: kind === 'leader.lost' ? ('lost' as const) : ('elected' as const),
            node,
            term: text(detail.term),
          },
        ],
  );

/** Who said what, and who led, over a span that ends at the instant of the page; read again when `changed` is another. */
export const useRoleHistory = (
  cluster: string,
  spanMs: Ms,
  changed: unknown,
): { history: RoleHistory | undefined; error: Error | undefined } => {
  const { story, error } = useStory(
    spanMs,
    {
      lanes: { cluster, kinds: 'role' },
      events: { cluster, kind: 'leader.lost,leader.elected' },
      before: true,
    },
    changed,
  );
  const history = useMemo(
    () =>
      story === undefined
        ? undefined
        : {
            members: membersOf(story),
            successions: successions(changesOf(story)),
            truncated: story.timeline.truncated,
          },
    [story],
  );
  return { history, error };
};
