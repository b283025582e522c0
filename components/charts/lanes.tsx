'use client';

import useSWR from 'swr';

import { useInstant } from '#components/shell/instant.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { TimelineDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';
import { clockTime } from '#lib/format/time.ts';

import { useWidth } from './use-width.ts';

type Lane = TimelineDto['lanes'][number];

const SHAPES: Readonly<Record<string, { readonly height: number; readonly fill: string }>> = {
  healthy: { height: 3, fill: 'var(--st-ok)' },
  up: { height: 3, fill: 'var(--st-ok)' },
  recovering: { height: 5, fill: 'var(--st-ok)' },
  unknown: { height: 3, fill: 'var(--st-unknown)' },
  degraded: { height: 8, fill: 'var(--st-suspect)' },
  suspect: { height: 8, fill: 'var(--st-suspect)' },
  'at-risk': { height: 13, fill: 'var(--st-suspect)' },
  down: { height: 18, fill: 'var(--st-down)' },
  lost: { height: 18, fill: 'var(--st-down)' },
};
const LABEL = 110;
const ROW = 30;
const TICKS = 6;

const REFRESH_MS = 5000;

/** Lanes of level or state over a span that ends at the instant of the page. Calm is thin, trouble is tall, what was not observed is a gap. */
export const Lanes = ({
  spanMs,
  kind,
  subject,
  node = null,
  label,
}: {
  spanMs: number;
  kind: Lane['kind'];
  subject: (lane: Lane) => boolean;
  node?: string | null;
  label: string;
}) => {
  const t = useWords();
  const lang = useLang();
  const now = useNow();
  const [box, width] = useWidth<HTMLDivElement>();
  const { isPast } = useInstant();
  const to = isPast ? now : Math.ceil(now / REFRESH_MS) * REFRESH_MS;
  const query = new URLSearchParams({
    from: new Date(Math.max(0, to - spanMs)).toISOString(),
    to: new Date(to).toISOString(),
    kinds: kind,
    ...(node === null ? {} : { node }),
  });
  const { data } = useSWR(
    now === 0 ? null : `/api/timeline?${query.toString()}`,
    (path: string) => getJson<TimelineDto>(path),
    { keepPreviousData: true },
  );
  if (data === undefined) return <div className="skeleton" style={{ height: ROW * 3 }} />;
  const lanes = data.lanes.filter((lane) => lane.kind === kind && subject(lane));
  if (lanes.length === 0) return <p className="text-ink-3">{t('ui.no-data')}</p>;
  const height = lanes.length * ROW;
  const x = (at: number): number => LABEL + ((width - LABEL) * Math.max(0, at - (now - spanMs))) / spanMs;
  const drawn = (
    <svg width={width} height={height + 20} className="block" role="img" aria-label={label}>
      {Array.from({ length: TICKS }, (_, i) => {
        const at = now - spanMs + (spanMs * i) / TICKS;
        return (
          <g key={i}>
            <path d={`M${x(at)} 0V${height}`} stroke="var(--grid)" />
            <text x={x(at)} y={height + 15} fontSize="11" fill="var(--ink-3)">
              {clockTime(new Date(at).toISOString(), lang, now).slice(0, -3)}
            </text>
          </g>
        );
      })}
      {lanes.map((lane, row) => (
        <g key={lane.subject} transform={`translate(0 ${row * ROW})`}>
          <text x="0" y="22" fontSize="12" fill="var(--ink-2)">
            {lane.subject.slice(0, 16)}
          </text>
          <path d={`M${LABEL} ${ROW - 3.5}H${width}`} stroke="var(--line)" />
          {lane.segments.map((segment, i) => {
            if (Date.parse(segment.from) > now) return null; // of another instant, while this one is read
            const shape = SHAPES[segment.value] ?? { height: 3, fill: 'var(--st-unknown)' };
            const isLast = i === lane.segments.length - 1;
            const from = x(Date.parse(segment.from));
            const until =
              isLast && Date.parse(segment.to) >= to - 2 * REFRESH_MS
                ? width
                : x(Math.min(now, Date.parse(segment.to)));
            return (
              <rect
                key={segment.from}
                x={from}
                y={ROW - 4 - shape.height}
                width={Math.max(1.5, until - from)}
                height={shape.height}
                fill={shape.fill}
              />
            );
          })}
        </g>
      ))}
      <path d={`M${width - 0.75} 0V${height}`} stroke="var(--ink)" strokeWidth="1.5" />
    </svg>
  );
  return (
    <div ref={box} className="w-full min-w-0">
      {width > LABEL && drawn}
    </div>
  );
};
