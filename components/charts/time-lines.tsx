'use client';

import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';

import { useLang } from '#components/words.tsx';
import { compactText } from '#lib/format/number.ts';
import { axisTime } from '#lib/format/time.ts';

import type { TimeLine } from './lines-of.ts';
import { timeScale } from './time-scale.ts';

/** The end of an axis: a value, or what follows from the least or the greatest one. */
type AxisEnd = number | ((value: number) => number) | 'auto';

interface Limit {
  readonly value: number;
  readonly text: string;
  readonly stroke: string;
  readonly ink: string;
}

const AXIS = { fontSize: 11, fill: 'var(--ink-3)' } as const;
/** Narrower than a chart is drawn: rather few ticks than some that touch. */
const TICKS_WIDTH = 400;

/** Lines over a range, with the limits that they are held against. A gap is no data. */
const TimeLines = ({
  instants,
  lines,
  from,
  to,
  limits = [],
  domain = ['auto', 'auto'],
  isTall = false,
  label,
}: {
  instants: readonly number[];
  lines: readonly TimeLine[];
  from: number;
  to: number;
  limits?: readonly Limit[];
  domain?: [AxisEnd, AxisEnd];
  isTall?: boolean;
  label: string;
}) => {
  const lang = useLang();
  const rows = instants.map((at, i) => ({ at, values: lines.map((line) => line.values[i] ?? null) }));
  const { ticks, stepMs } = timeScale(from, to, 0, TICKS_WIDTH);
  return (
    <div className={`${isTall ? 'h-52' : 'h-40'} min-w-0`} role="img" aria-label={label}>
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
          <YAxis domain={domain} tickFormatter={compactText} tick={AXIS} stroke="none" width={52} />
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
