'use client';

import { useEffect } from 'react';
import useSWR from 'swr';

import { useInstant } from '#components/shell/instant.tsx';
import { useLang } from '#components/words.tsx';
import type { EventsDto, TimelineDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';
import type { Ms } from '#lib/model/time.ts';

const REFRESH_MS = 5000;
const EVENTS_READ = '200';

export interface Story {
  /** The end of what was read. */
  readonly to: Ms;
  readonly timeline: TimelineDto;
  readonly events: EventsDto;
}

interface StoryQuery {
  /** What lanes are asked for. */
  readonly lanes: Readonly<Record<string, string>>;
  /** What events are asked for. */
  readonly events: Readonly<Record<string, string>>;
  /** Whether events from before the span are read too. */
  readonly before?: boolean;
}

const readStory = async (query: StoryQuery, spanMs: Ms, end: Ms, lang: string): Promise<Story> => {
  const to = new Date(end).toISOString();
  const from = new Date(Math.max(0, end - spanMs)).toISOString();
  const lanes = new URLSearchParams({ from, to, ...query.lanes });
  const events = new URLSearchParams({
    to,
    lang,
    limit: EVENTS_READ,
    ...(query.before === true ? {} : { from }),
    ...query.events,
  });
  const [timeline, told] = await Promise.all([
    getJson<TimelineDto>(`/api/timeline?${lanes.toString()}`),
    getJson<EventsDto>(`/api/events?${events.toString()}`),
  ]);
  return { to: end, timeline, events: told };
};

/**
 * Lanes and events of one span that ends at the instant of the page, read together so that they tell of the same; read
 * again when `changed` is another.
 */
export const useStory = (
  spanMs: Ms,
  query: StoryQuery,
  changed: unknown,
): { story: Story | undefined; error: Error | undefined } => {
  const lang = useLang();
  const { at } = useInstant();
  const instant = at === null ? null : at.getTime();
  const { data, error, mutate } = useSWR<Story, Error>(
    ['story', query, spanMs, instant, lang],
    () => readStory(query, spanMs, instant ?? Date.now(), lang),
    { refreshInterval: instant === null ? REFRESH_MS : 0, keepPreviousData: true },
  );
  useEffect(() => {
    void mutate();
  }, [changed, mutate]);
  return { story: data, error };
};

/** What stood at the end of what was read stands until it is read otherwise. */
export const openEnd = (iso: string, readTo: Ms): Ms =>
  Date.parse(iso) >= readTo ? Infinity : Date.parse(iso);
