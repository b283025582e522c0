'use client';

import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';

import { useLang } from '#components/words.tsx';
import { axisTime } from '#lib/format/time.ts';

import { timeScale } from './time-scale.ts';

export interface TimeLine {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly colour: string;
  readonly dashed: boolean;
}
export interface Limit {
  readonly value: number;
  readonly text: string;
  readonly stroke: string;
  readonly ink: string;
}

const AXIS = { fontSize: 11, fill: 'var(--ink-3)' } as const;
/** Narrower than a chart is drawn: rather few ticks than some that touch. */
const TICKS_WIDTH = 400;

/** Short enough for an axis: `1.2k`, `0.003`. */
const tickText = (value: number): string =>
  new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
    .format(value)
    .replace('-', '−');

/** Lines over a range, with the limits that they are held against. A gap is no data. */
const TimeLines = ({
  instants,
  lines,
  from,
  to,
  limits = [],
  top,
  label,
}: {
  instants: readonly number[];
  lines: readonly TimeLine[];
  from: number;
  to: number;
  limits?: readonly Limit[];
  /** Where the axis ends; absent: by the values. */
  top?: number;
  label: string;
}) => {
  const lang = useLang();
  const rows = instants.map((at, i) => ({ at, values: lines.map((line) => line.values[i] ?? null) }));
  const { ticks, stepMs } = timeScale(from, to, 0, TICKS_WIDTH);
  return (
    <div className="h-40 min-w-0" role="img" aria-label={label}>
      <ResponsiveContainer initialDimension={{ width: 240, height: 160 }}>
        <LineChart
          data={rows}
          margin={{ top: 8, right: 18, bottom: 0, left: -12 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke="var(--grid)" vertical={false} />
          <XAxis
            dataKey="at"
            type="number"
            domain={[from, to]}
            ticks={[...ticks]}
            tickFormatter={(at: number) => axisTime(at, stepMs, lang)}
            tick={AXIS}
            stroke="var(--line-2)"
          />
          <YAxis
            domain={top === undefined ? ['auto', 'auto'] : [0, top]}
            tickFormatter={tickText}
            tick={AXIS}
            stroke="none"
            width={52}
          />
          {limits.map((limit) => (
            <ReferenceLine
              key={limit.text}
              y={limit.value}
              stroke={limit.stroke}
              strokeDasharray="4 3"
              label={{ value: limit.text, position: 'insideBottomLeft', fontSize: 11, fill: limit.ink }}
            />
          ))}
          <ReferenceLine x={to} stroke="var(--ink)" strokeWidth={1.5} />
          {lines.map((line, i) => (
            <Line
              key={line.name}
              dataKey={(row: { values: readonly (number | null)[] }) => row.values[i] ?? null}
              stroke={line.colour}
              strokeWidth={1.5}
              {...(line.dashed ? { strokeDasharray: '5 3' } : {})}
              dot={false}
              isAnimationActive={false}
              connectNulls={false}
            />
          ))}
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
};
export default TimeLines;
