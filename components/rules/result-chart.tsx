'use client';

import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';

import { useLang, useWords } from '#components/words.tsx';
import type { PreviewDto } from '#lib/api/schema-rules.ts';
import { valueText } from '#lib/format/number.ts';
import { clockTime } from '#lib/format/time.ts';

import { labelText } from './label-text.ts';

const AXIS = { fontSize: 11, fill: 'var(--ink-3)' } as const;
const COLOURS = 6;

/** The left side of the comparison over the span, and the limit it is held against. */
const ResultChart = ({ preview, from, to }: { preview: PreviewDto; from: number; to: number }) => {
  const t = useWords();
  const lang = useLang();
  const instants = [
    ...new Set(preview.series.flatMap((series) => series.points.map(([at]) => Date.parse(at)))),
  ].sort((a, b) => a - b);
  const values = preview.series.map(
    (series) => new Map(series.points.map(([at, value]) => [Date.parse(at), value])),
  );
  const rows = instants.map((at) => ({
    at,
    ...Object.fromEntries(values.map((series, i) => [`s${i}`, series.get(at) ?? null])),
  }));
  const { limit } = preview;
  return (
    <>
      <div className="h-52" role="img" aria-label={t('ui.rules.result')}>
        <ResponsiveContainer>
          <LineChart data={rows} margin={{ top: 8, right: 12, bottom: 0, left: -16 }}>
            <CartesianGrid stroke="var(--grid)" vertical={false} />
            <XAxis
              dataKey="at"
              type="number"
              domain={[from, to]}
              tickCount={5}
              tickFormatter={(at: number) => clockTime(new Date(at).toISOString(), lang, to).slice(-8, -3)}
              tick={AXIS}
              stroke="var(--line-2)"
            />
            <YAxis
              tick={AXIS}
              tickFormatter={valueText}
              stroke="none"
              domain={[
                (low: number) => Math.min(0, low, limit?.value ?? 0),
                (high: number) => Math.max(high, (limit?.value ?? 0) * 1.2, 1),
              ]}
            />
            {limit !== null && (
              <ReferenceLine
                y={limit.value}
                stroke="var(--threshold)"
                strokeDasharray="4 3"
                label={{
                  value: t('ui.rules.limit', { limit: `${limit.op} ${limit.value}` }),
                  position: 'insideBottomLeft',
                  fontSize: 11,
                  fill: 'var(--st-down-ink)',
                }}
              />
            )}
            {preview.series.map((series, i) => (
              <Line
                key={labelText(series.labels)}
                dataKey={`s${i}`}
                name={labelText(series.labels)}
                stroke={`var(--series-${(i % COLOURS) + 1})`}
                strokeWidth={1.5}
                {...(i >= COLOURS ? { strokeDasharray: '5 3' } : {})}
                dot={false}
                isAnimationActive={false}
                connectNulls={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
      <ul className="mt-1 flex flex-wrap gap-x-4">
        {preview.series.map((series, i) => (
          <li key={labelText(series.labels)} className="note flex items-center gap-1">
            <svg width="14" height="4" aria-hidden="true">
              <path d="M0 2h14" stroke={`var(--series-${(i % COLOURS) + 1})`} strokeWidth="2" />
            </svg>
            <span className="font-mono text-11">{labelText(series.labels)}</span>
          </li>
        ))}
      </ul>
    </>
  );
};
export default ResultChart;
