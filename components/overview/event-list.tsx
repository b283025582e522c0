'use client';

import { useEffect } from 'react';
import useSWR from 'swr';

import { Glyph } from '#components/marks/glyphs.tsx';
import type { GlyphName } from '#components/marks/glyphs.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { EventDto, EventsDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';
import { clockTime, sinceSpan } from '#lib/format/time.ts';

const GLYPHS: Readonly<Partial<Record<EventDto['kind'], GlyphName>>> = {
  'leader.elected': 'leader',
  'leader.lost': 'claim',
  'leader.contested': 'claim',
  'node.down': 'down',
  'node.suspect': 'suspect',
  'node.up': 'up',
  'node.cleared': 'up',
  'node.recovering': 'recovering',
  'quorum.lost': 'down',
  'quorum.at-risk': 'suspect',
  'quorum.restored': 'up',
  'margin.changed': 'degraded',
  'link.cut': 'down',
  'link.healed': 'up',
};

/** Too fine for the story: they say how a change was seen, not that something changed. */
const DETAIL: ReadonlySet<EventDto['kind']> = new Set([
  'member.statement',
  'member.readable',
  'role.changed',
  'node.flag',
  'node.added',
  'cluster.level',
]);

const FOLD_FROM = 4;

interface Entry {
  readonly event: EventDto;
  /** How many of the same kind, of the same cluster, stand right after it and are not shown. */
  readonly more: number;
}

/** A fleet that comes at once is one line, not a thousand. */
const folded = (events: readonly EventDto[]): Entry[] => {
  const runs: EventDto[][] = [];
  for (const event of events) {
    const last = runs.at(-1);
    if (last?.[0]?.kind === event.kind && last[0].cluster === event.cluster) last.push(event);
    else runs.push([event]);
  }
  return runs.flatMap((run) => {
    const [first] = run;
    return first !== undefined && run.length >= FOLD_FROM
      ? [{ event: first, more: run.length - 1 }]
      : run.map((event) => ({ event, more: 0 }));
  });
};

export const glyphOf = (event: EventDto): GlyphName =>
  GLYPHS[event.kind] ??
  (event.severity === 'info' ? 'info' : event.severity === 'warning' ? 'suspect' : 'down');

/** What happened up to the instant of the page, newest first: read once, then live. */
export const EventList = ({
  node = null,
  cluster = null,
  limit,
}: {
  node?: string | null;
  cluster?: string | null;
  limit: number;
}) => {
  const t = useWords();
  const lang = useLang();
  const now = useNow();
  const { events: live, beginnings } = usePicture();
  const { text: to, isPast } = useInstant();
  const query = new URLSearchParams({
    limit: '200',
    lang,
    ...(to === null ? {} : { to }),
    ...(node === null ? {} : { node }),
    ...(cluster === null ? {} : { cluster }),
  });
  const { data, error, mutate } = useSWR<EventsDto, Error>(
    `/api/events?${query.toString()}`,
    (path: string) => getJson<EventsDto>(path),
    { revalidateOnFocus: false, revalidateIfStale: !isPast, keepPreviousData: true },
  );
  // The stream tells what comes after its beginning; what came before it, perhaps after the first read, is read again.
  useEffect(() => {
    if (beginnings > 0) void mutate();
  }, [beginnings, mutate]);
  if (data === undefined)
    return error === undefined ? (
      <div className="skeleton h-40" />
    ) : (
      <p className="text-down-ink">{error.message}</p>
    );
  const known = new Set(data.events.map((event) => event.id));
  const all = [...(isPast ? [] : live.filter((event) => !known.has(event.id))), ...data.events].filter(
    (event) =>
      (node === null || event.node === node) &&
      (cluster === null || event.cluster === cluster) &&
      (to === null || event.at <= to) &&
      (node !== null || !DETAIL.has(event.kind)),
  );
  if (all.length === 0) return <p className="text-ink-3">{t('ui.no-events')}</p>;
  return (
    <ol className="text-12" data-testid="events">
      {folded(all)
        .slice(0, limit)
        .map(({ event, more }) => (
          <li
            key={event.id}
            className="grid min-h-6 grid-cols-[minmax(62px,auto)_16px_minmax(0,1fr)_auto] items-center gap-1"
            data-kind={event.kind}
          >
            <time className="whitespace-nowrap text-ink-3" dateTime={event.at}>
              {now === 0 ? '' : clockTime(event.at, lang, now)}
            </time>
            <Glyph name={glyphOf(event)} />
            <span>
              {event.title.text}
              {more > 0 && <span className="text-ink-3"> {t('ui.more-like-it', { count: more })}</span>}
            </span>
            <span className="text-ink-3 wide">{now === 0 ? '' : sinceSpan(event.at, lang, now)}</span>
          </li>
        ))}
    </ol>
  );
};
