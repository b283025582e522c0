'use client';

import useSWR from 'swr';

import { useInstant } from '#components/shell/instant.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useWords } from '#components/words.tsx';
import type { TimelineDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';
import type { Ms } from '#lib/model/time.ts';

import { LaneBar } from './lane-bar.tsx';
import { TimeAxis } from './time-axis.tsx';
import { timeScale } from './time-scale.ts';
import { useWidth } from './use-width.ts';

const LABEL = 110;
const ROW = 30;
const REFRESH_MS = 5000;

/** States of nodes, a lane each, over a span that ends at the instant of the page; what was not observed is a gap. */
export const StateLanes = ({
  of,
  spanMs,
}: {
  /** One node, or all members of a cluster. */
  of: { readonly node: string } | { readonly cluster: string };
  spanMs: Ms;
}) => {
  const t = useWords();
  const now = useNow();
  const [box, width] = useWidth<HTMLDivElement>();
  const { isPast } = useInstant();
  const to = isPast ? now : Math.ceil(now / REFRESH_MS) * REFRESH_MS;
  const query = new URLSearchParams({
    from: new Date(Math.max(0, to - spanMs)).toISOString(),
    to: new Date(to).toISOString(),
    kinds: 'state',
    ...of,
  });
  const { data } = useSWR(
    now === 0 ? null : `/api/timeline?${query.toString()}`,
    (path: string) => getJson<TimelineDto>(path),
    { keepPreviousData: true },
  );
  if (data === undefined) return <div className="skeleton" style={{ height: ROW * 3 }} />;
  const { lanes } = data;
  if (lanes.length === 0) return <p className="text-ink-3">{t('ui.no-data')}</p>;
  const height = lanes.length * ROW;
  const scale = timeScale(now - spanMs, now, LABEL, Math.max(LABEL + 1, width - 1));
  return (
    <div ref={box} className="w-full min-w-0">
      {width > LABEL && (
        <svg width={width} height={height + 22} className="block" role="img" aria-label={t('ui.state')}>
          <TimeAxis scale={scale} top={0} bottom={height} isNow={!isPast} hasRoom={false} />
          {lanes.map((lane, row) => (
            <g key={lane.subject} transform={`translate(0 ${row * ROW})`}>
              <text x="0" y="22" fontSize="12" fill="var(--ink-2)">
                {lane.subject.slice(0, 16)}
              </text>
              <path d={`M${LABEL} ${ROW - 3.5}H${width}`} stroke="var(--line)" />
              {lane.segments.map((segment, i) => {
                if (Date.parse(segment.from) > now) return null; // of another instant, while this one is read
                const isLast = i === lane.segments.length - 1;
                const stands = isLast && Date.parse(segment.to) >= to - 2 * REFRESH_MS;
                return (
                  <LaneBar
                    key={segment.from}
                    word={segment.value}
                    from={scale.x(Date.parse(segment.from))}
                    to={stands ? scale.right : scale.x(Date.parse(segment.to))}
                    base={ROW - 4}
                  />
                );
              })}
            </g>
          ))}
        </svg>
      )}
    </div>
  );
};
