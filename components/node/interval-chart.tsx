'use client';

import {
  Bar,
  BarChart,
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts';

import { useWords } from '#components/words.tsx';
import type { NodeDto } from '#lib/api/schema.ts';

const AXIS = { fontSize: 11, fill: 'var(--ink-3)' } as const;

/** How the times between heartbeats are spread, and what a silence would mean. */
const IntervalChart = ({ node }: { node: NodeDto }) => {
  const t = useWords();
  const { histogram, tail, samples } = node.detector;
  return (
    <div className="grid gap-6 lg:grid-cols-2">
      <div>
        <div className="head">
          <h2>{t('ui.intervals')}</h2>
          <span className="note">{t('ui.intervals-note', { count: samples })}</span>
        </div>
        {histogram.length === 0 ? (
          <p className="text-ink-3">{t('ui.no-data')}</p>
        ) : (
          <div className="h-44" role="img" aria-label={t('ui.intervals')}>
            <ResponsiveContainer>
              <BarChart data={histogram} margin={{ top: 8, right: 8, bottom: 0, left: -20 }}>
                <CartesianGrid stroke="var(--grid)" vertical={false} />
                <XAxis dataKey="leMs" tick={AXIS} stroke="var(--line-2)" />
                <YAxis tick={AXIS} stroke="none" allowDecimals={false} />
                <Bar dataKey="count" fill="var(--role-follower)" isAnimationActive={false} />
              </BarChart>
            </ResponsiveContainer>
          </div>
        )}
      </div>
      <div>
        <div className="head">
          <h2>{t('ui.tail')}</h2>
        </div>
        <div className="h-44" role="img" aria-label={t('ui.tail')}>
          <ResponsiveContainer>
            <LineChart data={tail} margin={{ top: 8, right: 8, bottom: 0, left: -20 }}>
              <CartesianGrid stroke="var(--grid)" vertical={false} />
              <XAxis
                dataKey="silentMs"
                type="number"
                domain={[0, 'dataMax']}
                tickFormatter={(ms: number) => `${ms / 1000}\u00a0s`}
                tick={AXIS}
                stroke="var(--line-2)"
              />
              <YAxis tick={AXIS} stroke="none" />
              <ReferenceLine y={node.suspicion.downLimit} stroke="var(--threshold)" strokeDasharray="4 3" />
              {node.suspicion.silentMs !== null && (
                <ReferenceLine x={node.suspicion.silentMs} stroke="var(--ink)" />
              )}
              <Line
                dataKey="phi"
                stroke="var(--ink)"
                strokeWidth={1.5}
                dot={false}
                isAnimationActive={false}
              />
            </LineChart>
          </ResponsiveContainer>
        </div>
      </div>
    </div>
  );
};
export default IntervalChart;
