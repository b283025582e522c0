'use client';

import { useEffect, useRef, useState } from 'react';
import useSWR from 'swr';

import { useLang, useWords } from '#components/words.tsx';
import type { EventDensityDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';
import { clockTime } from '#lib/format/time.ts';

import { useInstant } from './instant.tsx';
import { useRange } from './time-range.ts';
import { useTravel } from './travel.ts';
import { useClock } from './use-now.ts';

const BUCKETS = 90;
const REFRESH_MS = 10_000;
/** The instant is asked for once the hand rests this long. */
const REST_MS = 150;
const HEIGHT = 22;
const TALLEST = 15;
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 } as const;
const isStep = (key: string): key is keyof typeof STEPS => key in STEPS;

const FILLS = [
  ['critical', 'var(--st-down)'],
  ['warning', 'var(--st-suspect)'],
  ['info', 'var(--line-2)'],
] as const;

/** How many events there were over the range, worst at the bottom; the tallest bar is the fullest step. */
const Bars = ({ density }: { density: EventDensityDto }) => {
  const most = Math.max(1, ...density.buckets.map((each) => each.info + each.warning + each.critical));
  const width = 100 / density.buckets.length;
  return density.buckets.map((counts, i) => {
    let base = HEIGHT - 3;
    const total = counts.info + counts.warning + counts.critical;
    const scale = total === 0 ? 0 : (3 + (TALLEST - 3) * (Math.log1p(total) / Math.log1p(most))) / total;
    return FILLS.map(([severity, fill]) => {
      const height = counts[severity] * scale;
      base -= height;
      return height === 0 ? null : (
        <rect
          key={`${i} ${severity}`}
          x={`${i * width}%`}
          y={base}
          width={`${width * 0.75}%`}
          height={height}
          fill={fill}
        />
      );
    });
  });
};

/** The window that holds the instant: it ends now unless the instant lies before it. */
const windowOf = (at: number | null, now: number, spanMs: number): { from: number; to: number } => {
  const to = at !== null && at < now - spanMs ? at + spanMs / 2 : now;
  return { from: to - spanMs, to };
};

/** The event log as bars under a handle: dragging it, or the arrow keys, choose the instant. */
export const Scrubber = () => {
  const t = useWords();
  const lang = useLang();
  const clock = useClock();
  const { at } = useInstant();
  const { spanMs } = useRange();
  const { goTo } = useTravel();
  const track = useRef<HTMLDivElement>(null);
  const chosen = at?.getTime() ?? null;
  /** Where the hand is, until the page shows that instant. */
  const [grip, setGrip] = useState<{ readonly at: number; readonly over: number | null } | null>(null);
  const held = grip?.over === chosen ? grip.at : null;
  const setHeld = (instant: number): void => setGrip({ at: instant, over: chosen });
  const { from, to } = windowOf(chosen, Math.ceil(clock / REFRESH_MS) * REFRESH_MS, spanMs);
  const { data } = useSWR(
    clock === 0
      ? null
      : `/api/events/density?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}&buckets=${BUCKETS}`,
    (path: string) => getJson<EventDensityDto>(path),
    { keepPreviousData: true, revalidateOnFocus: false },
  );

  const settle = (value: number): void => {
    setGrip(null);
    goTo(value >= Math.min(to, Date.now()) ? null : Math.max(from, value), 'replace');
  };
  useEffect(() => {
    if (held === null) return;
    const rest = setTimeout(() => goTo(held >= Date.now() ? null : held, 'replace'), REST_MS);
    return () => clearTimeout(rest);
  }, [held, goTo]);

  const shown = held ?? chosen ?? clock;
  const isNow = shown >= clock;
  const share = clock === 0 ? 1 : Math.min(1, Math.max(0, (shown - from) / (to - from)));
  const valueAt = (event: React.PointerEvent): number => {
    const box = track.current?.getBoundingClientRect();
    return box === undefined ? to : from + ((to - from) * (event.clientX - box.left)) / box.width;
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = (to - from) / BUCKETS;
    if (isStep(event.key)) setHeld(Math.min(clock, Math.max(from, shown + STEPS[event.key] * step)));
    else if (event.key === 'Home') settle(from);
    else if (event.key === 'End') settle(to);
    else return;
    event.preventDefault();
  };
  const clockText = clock === 0 ? '' : clockTime(new Date(shown).toISOString(), lang, clock);
  return (
    <div
      ref={track}
      className="scrubber"
      role="slider"
      tabIndex={0}
      aria-label={t('ui.time.scrubber')}
      aria-valuemin={Math.round(from)}
      aria-valuemax={Math.round(to)}
      aria-valuenow={Math.round(Math.min(to, Math.max(from, shown)))}
      aria-valuetext={
        isNow ? t('ui.now') : t('ui.time.value', { clock: clockText, agoMs: Math.max(0, clock - shown) })
      }
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setHeld(valueAt(event));
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) setHeld(valueAt(event));
      }}
      onPointerUp={(event) => settle(valueAt(event))}
      onPointerCancel={() => setGrip(null)}
    >
      <svg width="100%" height={HEIGHT} aria-hidden="true">
        <path d={`M0 ${HEIGHT - 2.5}H2000`} stroke="var(--line-2)" />
        {data !== undefined && <Bars density={data} />}
      </svg>
      <span className="hand" style={{ left: `${share * 100}%` }} />
      {held !== null && !isNow && (
        <span className="chip" style={{ left: `${share * 100}%` }}>
          {clockText}
        </span>
      )}
    </div>
  );
};
