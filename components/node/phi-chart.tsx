'use client';

import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, XAxis, YAxis } from 'recharts';

import { useInstant } from '#components/shell/instant.tsx';
import { useWords } from '#components/words.tsx';
import type { NodeDto } from '#lib/api/schema.ts';
import { phiText, valueText } from '#lib/format/number.ts';

const SPAN_S = 300;
const AXIS = { fontSize: 11, fill: 'var(--ink-3)' } as const;

/** φ of the last five minutes beside both limits. A gap is no data. */
const PhiChart = ({ node }: { node: NodeDto }) => {
  const t = useWords();
  const { isPast } = useInstant();
  const { suspectLimit, downLimit } = node.suspicion;
  const end = Date.parse(node.at);
  const points = node.phiHistory.map((point) => ({
    x: (Date.parse(point.at) - end) / 1000,
    phi: point.phi === null ? null : Math.min(point.phi, downLimit * 1.5),
  }));
  return (
    <div className="h-56" role="img" aria-label={`${t('ui.phi-chart')}: ${phiText(node.fused)}`}>
      <ResponsiveContainer>
        <LineChart data={points} margin={{ top: 8, right: 12, bottom: 0, left: -20 }}>
          <CartesianGrid stroke="var(--grid)" vertical={false} />
          <XAxis
            dataKey="x"
            type="number"
            domain={[-SPAN_S, 0]}
            ticks={[-300, -240, -180, -120, -60, 0]}
            tickFormatter={(x: number) =>
              x === 0 ? t(isPast ? 'ui.time.this-instant' : 'ui.now') : `${x}\u00a0s`.replace('-', '−')
            }
            tick={AXIS}
            stroke="var(--line-2)"
          />
          <YAxis
            domain={[0, Math.ceil(downLimit * 1.2)]}
            tickFormatter={valueText}
            tick={AXIS}
            stroke="none"
          />
          <ReferenceLine
            y={suspectLimit}
            stroke="var(--st-suspect)"
            strokeDasharray="4 3"
            label={{
              value: t('ui.suspect-at', { limit: suspectLimit }),
              position: 'insideBottomLeft',
              fontSize: 11,
              fill: 'var(--st-suspect-ink)',
            }}
          />
          <ReferenceLine
            y={downLimit}
            stroke="var(--threshold)"
            strokeDasharray="4 3"
            label={{
              value: t('ui.down-at', { limit: downLimit }),
              position: 'insideBottomLeft',
              fontSize: 11,
              fill: 'var(--st-down-ink)',
            }}
          />
          <Line
            dataKey="phi"
            stroke="var(--ink)"
            strokeWidth={1.5}
            dot={false}
            isAnimationActive={false}
            connectNulls={false}
          />
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
};
export default PhiChart;
