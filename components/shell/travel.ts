'use client';

import { useCallback, useMemo } from 'react';

import type { EventDto, EventsDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';

import { useInstant } from './instant.tsx';
import type { RangeName } from './time-range.ts';

/** Events that one looks for: they change who leads, what is up, or whether the group can agree. */
export const NOTABLE: readonly EventDto['kind'][] = [
  'leader.lost',
  'leader.elected',
  'leader.contested',
  'quorum.lost',
  'quorum.at-risk',
  'quorum.restored',
  'node.down',
  'node.up',
  'node.restarted',
  'link.cut',
  'link.healed',
  'fault.injected',
  'fault.healed',
  'alert.firing',
  'alert.resolved',
];

/** Changes the address alone: pages read their instant from it, and none has to be asked of the server again. */
const setParam = (name: 'at' | 'range', value: string | null, keep: 'push' | 'replace'): void => {
  const url = new URL(location.href);
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  if (url.href === location.href) return;
  if (keep === 'push') history.pushState(null, '', url);
  else history.replaceState(null, '', url);
};

const iso = (at: number): string => new Date(at).toISOString();

export interface Travel {
  /** Shows an instant; null: now. */
  goTo(at: number | null, keep?: 'push' | 'replace'): void;
  setRange(name: RangeName): void;
  /** To the notable event before or after the instant; after the last one is now. @returns whether there was one */
  step(direction: 'back' | 'on'): Promise<boolean>;
}

/** The ways to another instant. */
export const useTravel = (): Travel => {
  const instant = useInstant();
  const goTo = useCallback<Travel['goTo']>(
    (at, keep = 'push') => setParam('at', at === null ? null : iso(at), keep),
    [],
  );
  return useMemo(
    () => ({
      goTo,
      setRange: (name) => setParam('range', name === '6h' ? null : name, 'replace'),
      step: async (direction) => {
        if (direction === 'on' && !instant.isPast) return true;
        const query = new URLSearchParams({
          kind: NOTABLE.join(','),
          limit: '1',
          ...(direction === 'back'
            ? { to: iso(instant.now() - 1), order: 'newest' }
            : { from: iso(instant.now() + 1), order: 'oldest' }),
        });
        const [found] = (await getJson<EventsDto>(`/api/events?${query}`)).events;
        if (found !== undefined) goTo(Date.parse(found.at));
        else if (direction === 'on') goTo(null);
        return found !== undefined || direction === 'on';
      },
    }),
    [goTo, instant],
  );
};
