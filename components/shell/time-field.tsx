'use client';

import { ChevronDown, History } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import useSWR from 'swr';

import { Glyph } from '#components/marks/glyphs.tsx';
import { glyphOf } from '#components/overview/event-list.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { EventsDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';
import { clockTime, localInput, sinceSpan } from '#lib/format/time.ts';

import { useInstant } from './instant.tsx';
import { Scrubber } from './scrubber.tsx';
import { RANGE_NAMES, useRange } from './time-range.ts';
import { goTo, NOTABLE, setRange } from './travel.ts';
import { useClock } from './use-now.ts';

const MINUTE_MS = 60_000;
const PRESETS_MS = [5, 15, 60, 360, 1440].map((minutes) => minutes * MINUTE_MS);
const LISTED = 40;

const RangePicker = () => {
  const t = useWords();
  const { name } = useRange();
  return (
    <select
      className="select bare"
      aria-label={t('ui.time.range')}
      value={name}
      onChange={(event) => {
        const chosen = RANGE_NAMES.find((known) => known === event.target.value);
        if (chosen !== undefined) setRange(chosen);
      }}
    >
      {RANGE_NAMES.map((each) => (
        <option key={each} value={each}>
          {t(`ui.time.range.${each}`)}
        </option>
      ))}
    </select>
  );
};

/** An instant as it is written, to the second, in the reader's zone. */
const Exact = ({ onGo }: { onGo: (at: number) => void }) => {
  const t = useWords();
  const { now } = useInstant();
  const [written, setWritten] = useState(() => localInput(new Date(now())));
  const [isFuture, setFuture] = useState(false);
  return (
    <form
      className="grid gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        const at = new Date(written).getTime();
        if (Number.isNaN(at)) return;
        setFuture(at > Date.now());
        if (at <= Date.now()) onGo(at);
      }}
    >
      <label className="note" htmlFor="exact-instant">
        {t('ui.time.exact')}
      </label>
      <span className="flex gap-2">
        <input
          id="exact-instant"
          className="select flex-1"
          type="datetime-local"
          step="1"
          required
          value={written}
          aria-describedby={isFuture ? 'exact-future' : undefined}
          onChange={(event) => setWritten(event.target.value)}
        />
        <button type="submit" className="btn">
          {t('ui.time.go')}
        </button>
      </span>
      {isFuture && (
        <p id="exact-future" role="alert" className="st text-12 text-down-ink">
          <Glyph name="down" />
          {t('ui.time.future')}
        </p>
      )}
    </form>
  );
};

const NotableEvents = ({ onGo }: { onGo: (at: number) => void }) => {
  const t = useWords();
  const lang = useLang();
  const clock = useClock();
  const { data, error } = useSWR<EventsDto, Error>(
    `/api/events?limit=${LISTED}&lang=${lang}&kind=${NOTABLE.join(',')}`,
    (path: string) => getJson<EventsDto>(path),
  );
  return (
    <section className="grid gap-1">
      <h3 className="note">{t('ui.time.events')}</h3>
      {error !== undefined && <p className="text-down-ink">{error.message}</p>}
      {data?.events.length === 0 && <p className="text-ink-3">{t('ui.time.no-events')}</p>}
      <ul className="max-h-64 overflow-y-auto" data-testid="notable-events">
        {data?.events.map((event) => (
          <li key={event.id}>
            <button type="button" className="event" onClick={() => onGo(Date.parse(event.at))}>
              <time className="text-ink-3" dateTime={event.at}>
                {clockTime(event.at, lang, clock)}
              </time>
              <Glyph name={glyphOf(event)} />
              <span className="min-w-0 flex-1 truncate text-left">{event.title.text}</span>
              <span className="text-ink-3">{sinceSpan(event.at, lang, clock)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
};

/** Which instant the page shows: now as it runs, or a past one, chosen by hand, by span, by event, or on the scrubber. */
export const TimeField = ({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) => {
  const t = useWords();
  const lang = useLang();
  const clock = useClock();
  const { at, isPast } = useInstant();
  const go = (instant: number | null): void => {
    goTo(instant);
    onOpen(false);
  };
  const shown = clock === 0 ? '' : clockTime((at ?? new Date(clock)).toISOString(), lang, clock);
  const zone = clock === 0 ? '' : Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <div className={isPast ? 'time-field past' : 'time-field'} data-testid="time-field">
        <Popover.Root open={open} onOpenChange={onOpen}>
          <Popover.Trigger className="instant" title={t('ui.time.open', { zone })}>
            {isPast ? (
              <>
                <History size={14} strokeWidth={1.5} aria-hidden="true" className="wide" />
                <b>{shown}</b>
              </>
            ) : (
              <>
                <Glyph name="up" size={9} />
                <b>{t('ui.now')}</b>
                <span className="wide text-ink-3">{shown}</span>
              </>
            )}
            <ChevronDown size={12} strokeWidth={1.5} aria-hidden="true" />
          </Popover.Trigger>
          <Popover.Portal>
            <Popover.Content
              className="time-pop"
              align="start"
              sideOffset={8}
              collisionPadding={12}
              aria-label={t('ui.time')}
            >
              <div className="phone">
                <Scrubber />
                <div className="mt-1 flex justify-end">
                  <RangePicker />
                </div>
              </div>
              <Exact onGo={go} />
              <div className="flex flex-wrap gap-1.5" role="group" aria-label={t('ui.time.presets')}>
                {PRESETS_MS.map((spanMs) => (
                  <button key={spanMs} type="button" className="btn" onClick={() => go(Date.now() - spanMs)}>
                    {t('ui.time.ago', { spanMs })}
                  </button>
                ))}
              </div>
              <NotableEvents onGo={go} />
              {isPast && (
                <button type="button" className="btn primary justify-center" onClick={() => go(null)}>
                  {t('ui.time.now-button')}
                </button>
              )}
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
        <div className="wide">
          <Scrubber />
        </div>
        <div className="wide">
          <RangePicker />
        </div>
      </div>
      {isPast && (
        <button type="button" className="btn wide" onClick={() => go(null)}>
          {t('ui.time.now-button')}
        </button>
      )}
    </>
  );
};
