'use client';

import { useLang, useWords } from '#components/words.tsx';
import { clockTime } from '#lib/format/time.ts';

import { usePanelNow } from './frame.tsx';

/** How a stretch of time is drawn: calm is thin, trouble is tall. */
export interface Band {
  readonly from: string;
  readonly to: string;
  readonly height: number;
  readonly fill: string;
  /** Drawn as an outline: something that may come, or says nothing yet. */
  readonly hollow?: boolean;
}

const WIDTH = 1000;

/** Bands over the range of the panel, as wide as the panel. What was not observed is a gap. */
export const RangeStrip = ({
  bands,
  at,
  rangeMs,
  label,
  height = 18,
}: {
  bands: readonly Band[];
  at: string;
  rangeMs: number;
  label: string;
  height?: number;
}) => {
  const end = Date.parse(at);
  const start = end - rangeMs;
  const x = (instant: string): number =>
    (WIDTH * Math.min(rangeMs, Math.max(0, Date.parse(instant) - start))) / rangeMs;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${height}`}
      preserveAspectRatio="none"
      width="100%"
      height={height}
      role="img"
      aria-label={label}
      className="block"
    >
      {bands.map((band) => (
        <rect
          key={`${band.from} ${band.fill}`}
          x={x(band.from)}
          y={height - band.height}
          width={Math.max(3, x(band.to) - x(band.from))}
          height={band.height}
          fill={band.hollow === true ? 'none' : band.fill}
          stroke={band.hollow === true ? band.fill : 'none'}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
};

const hourAndMinute = (text: string): string => text.slice(0, -3);

/** The ends of the range beneath strips and lanes. */
export const RangeAxis = ({ at, rangeMs, past }: { at: string; rangeMs: number; past: boolean }) => {
  const t = useWords();
  const lang = useLang();
  const now = usePanelNow();
  const from = new Date(Date.parse(at) - rangeMs).toISOString();
  const write = (instant: string): string => (now === 0 ? '' : hourAndMinute(clockTime(instant, lang, now)));
  return (
    <p className="panel-axis">
      <span>{write(from)}</span>
      <span>{t(past ? 'embed.range-past' : 'embed.range', { rangeMs })}</span>
      <span>{write(at)}</span>
    </p>
  );
};
