'use client';

import type { EventDto, EventsDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';

import { readInstant } from './instant.tsx';
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

/** Shows an instant; null: now. */
export const goTo = (at: number | null, keep: 'push' | 'replace' = 'push'): void =>
  setParam('at', at === null ? null : iso(at), keep);

export const setRange = (name: RangeName): void => setParam('range', name === '6h' ? null : name, 'replace');

const stepOnce = async (direction: 'back' | 'on'): Promise<boolean> => {
  const { isPast, now } = readInstant(new URL(location.href).searchParams.get('at'));
  if (direction === 'on' && !isPast) return true;
  const query = new URLSearchParams({
    kind: NOTABLE.join(','),
    limit: '1',
    ...(direction === 'back'
      ? { to: iso(now() - 1), order: 'newest' }
      : { from: iso(now() + 1), order: 'oldest' }),
  });
  const [found] = (await getJson<EventsDto>(`/api/events?${query}`)).events;
  if (found !== undefined) goTo(Date.parse(found.at));
  else if (direction === 'on') goTo(null);
  return found !== undefined || direction === 'on';
};

let steps: Promise<unknown> = Promise.resolve();

/**
 * To the notable event before or after the instant; after the last one is now. Steps asked for in quick succession are
 * taken one after the other, so that none is lost.
 * @returns whether there was one
 */
export const step = (direction: 'back' | 'on'): Promise<boolean> => {
  const taken = steps.then(() => stepOnce(direction));
  steps = taken.catch(() => undefined);
  return taken;
};
