'use client';

import { useId } from 'react';

import { CursorMark, useCursor, useCursorHandlers } from '#components/charts/cursor.tsx';
import { Hatch } from '#components/charts/legend.tsx';
import { EventMarks } from '#components/charts/event-marks.tsx';
import { TimeAxis } from '#components/charts/time-axis.tsx';
import { timeScale } from '#components/charts/time-scale.ts';
import type { TimeScale } from '#components/charts/time-scale.ts';
import { useWidth } from '#components/charts/use-width.ts';
import { useLang, useWords } from '#components/words.tsx';
import { clockTime } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';

import type { Band, BandLane, Bands } from './use-bands.ts';

const NARROW = 640;
const LEFT = 208;
const TOP = 28;
const MARK_Y = 14;
const FILL = {
  critical: 'var(--st-down)',
  warning: 'var(--st-suspect)',
  info: 'var(--st-unknown)',
} as const;
/** Height ranks: what fires and is critical is the tallest. */
const HEIGHT = { critical: 12, warning: 7, info: 5 } as const;

const BandShape = ({
  band,
  lane,
  scale,
  y,
  hatch,
}: {
  band: Band;
  lane: BandLane;
  scale: TimeScale;
  y: number;
  hatch: string;
}) => {
  if (band.to <= scale.from || band.from >= scale.to) return null;
  const x = scale.x(band.from);
  const width = Math.max(1.5, scale.x(band.to) - x);
  const height = band.state === 'suppressed' ? 6 : HEIGHT[lane.severity];
  const colour = FILL[lane.severity];
  if (band.state === 'firing')
    return <rect x={x} y={y - height / 2} width={width} height={height} fill={colour} data-band="firing" />;
  return (
    <rect
      x={x + 0.75}
      y={y - height / 2 + 0.75}
      width={Math.max(0.5, width - 1.5)}
      height={height - 1.5}
      fill={band.state === 'suppressed' ? `url(#${hatch})` : 'var(--ground)'}
      stroke={band.state === 'suppressed' ? 'var(--st-unknown)' : colour}
      strokeWidth={band.state === 'suppressed' ? 0.75 : 1.5}
      data-band={band.state}
    />
  );
};

const whereOf = ({ labels }: BandLane): string =>
  labels.node ?? labels.cluster ?? labels.instance ?? labels.job ?? '';

const bandAt = (lane: BandLane, at: Ms): Band | undefined =>
  lane.bands.find((band) => band.from <= at && at < band.to);

/** When each alert was pending, fired or was suppressed, all on one axis with what happened meanwhile. */
export const BandsChart = ({
  bands,
  spanMs,
  end,
  isNow,
}: {
  bands: Bands;
  spanMs: Ms;
  end: Ms;
  isNow: boolean;
}) => {
  const t = useWords();
  const lang = useLang();
  const hatch = useId();
  const [box, width] = useWidth<HTMLDivElement>();
  const cursor = useCursor();
  const isNarrow = width < NARROW;
  const row = isNarrow ? 32 : 20;
  const scale = timeScale(
    end - spanMs,
    end,
    isNarrow ? 1 : LEFT,
    Math.max(LEFT + 1, width - (isNarrow ? 1 : 34)),
  );
  const bottom = TOP + row * bands.lanes.length + 4;
  const handlers = useCursorHandlers(scale);
  const at = cursor.at ?? end - 1;
  const time = (instant: Ms): string => clockTime(new Date(instant).toISOString(), lang, end);
  const standing = bands.lanes.flatMap((lane) => {
    const band = bandAt(lane, at);
    if (band === undefined) return [];
    const word = t(band.state === 'firing' ? `alerts.${lane.severity}` : `alerts.${band.state}`);
    return [`${lane.rule} ${whereOf(lane)} ${word}`];
  });
  const said = t('alerts.at', {
    time: time(at),
    said: standing.length === 0 ? t('alerts.nothing-at') : standing.join('; '),
  });
  return (
    <div ref={box} className="w-full min-w-0">
      {width > 0 && (
        <svg
          width={width}
          height={bottom + 26}
          className="block touch-pan-y"
          role="slider"
          tabIndex={0}
          aria-label={t('alerts.bands-label', {
            count: bands.lanes.length,
            from: time(scale.from),
            to: time(end),
          })}
          aria-valuemin={Math.round(scale.from / 1000)}
          aria-valuemax={Math.round(end / 1000)}
          aria-valuenow={Math.round(at / 1000)}
          aria-valuetext={said}
          data-testid="bands"
          {...handlers}
        >
          <defs>
            <Hatch id={hatch} colour="var(--st-unknown)" width={1.6} />
          </defs>
          <TimeAxis scale={scale} top={TOP - 2} bottom={bottom} isNow={isNow} hasRoom={!isNarrow} />
          {!isNarrow && (
            <text x="0" y={MARK_Y + 4} fontSize="12" fill="var(--ink-2)">
              {t('alerts.marks')}
            </text>
          )}
          <EventMarks
            events={bands.marks}
            labelOf={(event) => event.title.text}
            scale={scale}
            y={MARK_Y}
            line={[TOP - 4, bottom]}
          />
          {bands.lanes.map((lane, i) => {
            const top = TOP + i * row;
            const y = top + (isNarrow ? 23 : row / 2);
            const isQuiet = bandAt(lane, end - 1)?.state !== 'firing';
            return (
              <g key={lane.id} data-lane={lane.id}>
                <path d={`M0 ${top + row - 0.5}H${scale.right}`} stroke="var(--line)" />
                <text
                  x="0"
                  y={isNarrow ? top + 12 : y + 4}
                  fontSize="12"
                  fill={isQuiet ? 'var(--ink-3)' : 'var(--ink)'}
                >
                  {lane.rule.slice(0, 20)}
                  {isNarrow && (
                    <tspan dx="6" fill="var(--ink-3)">
                      {whereOf(lane)}
                    </tspan>
                  )}
                </text>
                {!isNarrow && (
                  <text x={LEFT - 12} y={y + 4} textAnchor="end" fontSize="11" fill="var(--ink-3)">
                    {whereOf(lane).slice(0, 16)}
                  </text>
                )}
                {lane.bands.map((band) => (
                  <BandShape key={band.from} {...{ band, lane, scale, y, hatch }} />
                ))}
              </g>
            );
          })}
          <CursorMark scale={scale} top={TOP - 2} bottom={bottom} now={end} />
        </svg>
      )}
      {cursor.at !== null && (
        <p className="text-12 text-ink-2" aria-hidden="true">
          {said}
        </p>
      )}
    </div>
  );
};

/** The same as rows, for those who do not see the bands. */
export const BandsTable = ({ bands, end }: { bands: Bands; end: Ms }) => {
  const t = useWords();
  const lang = useLang();
  const time = (at: Ms): string => clockTime(new Date(at).toISOString(), lang, end);
  return (
    <table className="sr-only" data-testid="bands-table">
      <caption>{t('alerts.bands')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('alerts.alert')}</th>
          <th scope="col">{t('alerts.where')}</th>
          <th scope="col">{t('ui.state')}</th>
          <th scope="col">{t('alerts.from')}</th>
          <th scope="col">{t('alerts.until')}</th>
        </tr>
      </thead>
      <tbody>
        {bands.lanes.flatMap((lane) =>
          lane.bands.map((band) => (
            <tr key={`${lane.id} ${band.from}`}>
              <td>{lane.rule}</td>
              <td>{whereOf(lane)}</td>
              <td>{t(band.state === 'firing' ? `alerts.${lane.severity}` : `alerts.${band.state}`)}</td>
              <td>{time(band.from)}</td>
              <td>{band.to >= end ? '–' : time(band.to)}</td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
};
