'use client';

import { useEffect, useMemo } from 'react';
import useSWR from 'swr';

import { useInstant } from '#components/shell/instant.tsx';
import { useLang } from '#components/words.tsx';
import type { EventDto, EventsDto, TimelineDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';
import type { Ms } from '#lib/model/time.ts';

const REFRESH_MS = 5000;
const MARK_KINDS = 'leader.elected,fault.injected,fault.healed,deploy,annotation';
const STATES = ['pending', 'firing', 'suppressed'] as const;

export interface Band {
  readonly from: Ms;
  /** Infinity: it stands. */
  readonly to: Ms;
  readonly state: (typeof STATES)[number];
}

export interface BandLane {
  readonly id: string;
  readonly rule: string;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly labels: Readonly<Record<string, string>>;
  readonly bands: readonly Band[];
}

export interface Bands {
  readonly lanes: readonly BandLane[];
  readonly marks: readonly EventDto[];
}

interface Story {
  readonly to: Ms;
  readonly timeline: TimelineDto;
  readonly events: EventsDto;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const labelsOf = (value: unknown): Record<string, string> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]))
    : {};

const lanesOf = ({ timeline, to }: Story): BandLane[] =>
  timeline.lanes.flatMap(({ kind, subject, segments }) => {
    const last = segments.at(-1);
    if (kind !== 'alert' || last === undefined) return [];
    const severity = text(last.detail.severity);
    return [
      {
        id: subject,
        rule: text(last.detail.rule),
        severity: severity === 'critical' || severity === 'warning' ? severity : 'info',
        labels: labelsOf(last.detail.labels),
        bands: segments.flatMap((segment) => {
          const state = STATES.find((each) => each === segment.value);
          const end = Date.parse(segment.to);
          return state === undefined
            ? []
            : [{ from: Date.parse(segment.from), to: end >= to ? Infinity : end, state }];
        }),
      },
    ];
  });

const readBands = async (end: Ms, spanMs: Ms, lang: string): Promise<Story> => {
  const range = {
    from: new Date(Math.max(0, end - spanMs)).toISOString(),
    to: new Date(end).toISOString(),
  };
  const [timeline, events] = await Promise.all([
    getJson<TimelineDto>(`/api/timeline?${new URLSearchParams({ ...range, kinds: 'alert' }).toString()}`),
    getJson<EventsDto>(
      `/api/events?${new URLSearchParams({ ...range, kind: MARK_KINDS, lang, limit: '200' }).toString()}`,
    ),
  ]);
  return { to: end, timeline, events };
};

/** What stood when, over a span that ends at the instant of the page; read again when `changed` is another. */
export const useBands = (
  spanMs: Ms,
  changed: unknown,
): { data: Bands | undefined; error: Error | undefined } => {
  const lang = useLang();
  const { at } = useInstant();
  const instant = at === null ? null : at.getTime();
  const { data, error, mutate } = useSWR<Story, Error>(
    ['alert-bands', spanMs, instant, lang],
    () => readBands(instant ?? Date.now(), spanMs, lang),
    { refreshInterval: instant === null ? REFRESH_MS : 0, keepPreviousData: true },
  );
  useEffect(() => {
    void mutate();
  }, [changed, mutate]);
  const bands = useMemo(
    () => (data === undefined ? undefined : { lanes: lanesOf(data), marks: data.events.events }),
    [data],
  );
  return { data: bands, error };
};
