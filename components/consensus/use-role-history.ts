'use client';

import { useEffect, useMemo } from 'react';
import useSWR from 'swr';

import type { EventsDto, TimelineDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';
import type { MemberHistory } from '#lib/consensus/role-history.ts';
import { successions } from '#lib/consensus/successions.ts';
import type { LeaderChange, Succession } from '#lib/consensus/successions.ts';
import { ROLES } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

const REFRESH_MS = 5000;
const SUCCESSIONS_READ = '200';

interface Story {
  readonly to: Ms;
  readonly timeline: TimelineDto;
  readonly events: EventsDto;
}

export interface RoleHistory {
  /** In the order of their names. */
  readonly members: readonly MemberHistory[];
  /** Oldest first, also from before the range. */
  readonly successions: readonly Succession[];
  readonly truncated: boolean;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** What stood at the end of what was read stands until it is read otherwise. */
const openEnd = (iso: string, readTo: Ms): Ms => (Date.parse(iso) >= readTo ? Infinity : Date.parse(iso));

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

const readStory = async (cluster: string, spanMs: Ms, end: Ms): Promise<Story> => {
  const to = new Date(end).toISOString();
  const range = new URLSearchParams({
    cluster,
    to,
    from: new Date(Math.max(0, end - spanMs)).toISOString(),
    kinds: 'role',
  });
  const leaders = new URLSearchParams({
    cluster,
    to,
    kind: 'leader.lost,leader.elected',
    limit: SUCCESSIONS_READ,
  });
  const [timeline, events] = await Promise.all([
    getJson<TimelineDto>(`/api/timeline?${range.toString()}`),
    getJson<EventsDto>(`/api/events?${leaders.toString()}`),
  ]);
  return { to: end, timeline, events };
};

/** Who said what, and who led, over a span that ends at an instant, or now; read again when `changed` is another. */
export const useRoleHistory = (
  cluster: string,
  spanMs: Ms,
  instant: Ms | null,
  changed: unknown,
): { history: RoleHistory | undefined; error: Error | undefined } => {
  const { data, error, mutate } = useSWR<Story, Error>(
    ['role-history', cluster, spanMs, instant],
    () => readStory(cluster, spanMs, instant ?? Date.now()),
    { refreshInterval: instant === null ? REFRESH_MS : 0, keepPreviousData: true },
  );
  useEffect(() => {
    void mutate();
  }, [changed, mutate]);
  const history = useMemo(
    () =>
      data === undefined
        ? undefined
        : {
            members: membersOf(data),
            successions: successions(changesOf(data)),
            truncated: data.timeline.truncated,
          },
    [data],
  );
  return { history, error };
};
