'use client';

import { TimeAxis } from '#components/charts/time-axis.tsx';
import { timeScale } from '#components/charts/time-scale.ts';
import { useWidth } from '#components/charts/use-width.ts';
import { useInstant } from '#components/shell/instant.tsx';
import { useWords } from '#components/words.tsx';
import type { PreviewDto } from '#lib/api/schema-rules.ts';

import { labelText } from './label-text.ts';

/** Below this width the names get less room, and the axis fewer instants. */
const NARROW = 640;
const CHARACTER = 6.4;
const ROW = 26;

type Band = PreviewDto['bands'][number];

const Segments = ({
  band,
  x,
  isCritical,
}: {
  band: Band;
  x: (at: number) => number;
  isCritical: boolean;
}) => (
  <>
    {band.segments.map((segment) => {
      const from = x(Date.parse(segment.from));
      const width = Math.max(2, x(Date.parse(segment.to)) - from);
      return segment.state === 'firing' ? (
        <rect
          key={segment.from}
          x={from}
          y={isCritical ? 7 : 9.5}
          width={width}
          height={isCritical ? 12 : 7}
          fill={isCritical ? 'var(--st-down)' : 'var(--st-suspect)'}
        />
      ) : (
        <rect
          key={segment.from}
          x={from + 0.75}
          y={9.75}
          width={Math.max(1, width - 1.5)}
          height={7}
          fill="none"
          stroke="var(--st-suspect)"
          strokeWidth="1.5"
        />
      );
    })}
  </>
);

const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** Lanes of one rule under its own head: pending is an outline, firing is solid. */
const Lane = ({
  name,
  band,
  row,
  x,
  width,
  label,
  isCritical,
}: {
  name: string;
  band: Band | null;
  row: number;
  x: (at: number) => number;
  width: number;
  label: number;
  isCritical: boolean;
}) => (
  <g transform={`translate(0 ${row * ROW})`}>
    <text x="0" y="17" fontSize="12" fill={band === null ? 'var(--ink)' : 'var(--ink-2)'}>
      <title>{name}</title>
      {shortened(name, Math.floor(label / CHARACTER))}
    </text>
    <path d={`M0 ${ROW - 0.5}H${width}`} stroke="var(--line)" />
    {band !== null && <Segments band={band} x={x} isCritical={isCritical} />}
  </g>
);

const bandsText = (bands: readonly Band[]): string =>
  bands
    .map((band) => `${labelText(band.labels)}: ${band.segments.map((segment) => segment.state).join(', ')}`)
    .join('; ');

/** What a draft would have done over the span, above what the saved rule would have done, on one axis. */
export const BacktestBands = ({
  isCritical,
  bands,
  saved,
  from,
  to,
}: {
  /** Else a warning. */
  isCritical: boolean;
  bands: readonly Band[];
  /** Null: there is no saved rule, or it says the same. */
  saved: { readonly name: string; readonly bands: readonly Band[] } | null;
  from: number;
  to: number;
}) => {
  const t = useWords();
  const { isPast } = useInstant();
  const [box, width] = useWidth<HTMLDivElement>();
  const label = width < NARROW ? 104 : 190;
  const rows: { readonly name: string; readonly band: Band | null }[] = [
    { name: t('ui.rules.this'), band: null },
    ...bands.map((band) => ({ name: labelText(band.labels), band })),
    ...(saved === null
      ? []
      : [
          { name: saved.name, band: null },
          ...saved.bands.map((band) => ({ name: labelText(band.labels), band })),
        ]),
  ];
  const height = rows.length * ROW;
  const scale = timeScale(from, to, label, Math.max(label + 1, width - 1));
  return (
    <div ref={box}>
      {width > 0 && (
        <svg
          width={width}
          height={height + 20}
          className="block"
          role="img"
          aria-label={`${t('ui.rules.backtest')}: ${bandsText(bands)}`}
          data-testid="backtest"
          data-firing={bands.some((band) => band.segments.some((segment) => segment.state === 'firing'))}
        >
          <TimeAxis scale={scale} top={0} bottom={height} isNow={!isPast} hasRoom={false} />
          {rows.map(({ name, band }, row) => (
            <Lane key={`${row} ${name}`} {...{ name, band, row, width, label, isCritical }} x={scale.x} />
          ))}
        </svg>
      )}
    </div>
  );
};
