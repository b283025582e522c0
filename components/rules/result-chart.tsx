'use client';

import { LineKey } from '#components/charts/line-key.tsx';
import { linesOf } from '#components/charts/lines-of.ts';
import TimeLines from '#components/charts/time-lines.tsx';
import { useWords } from '#components/words.tsx';
import type { PreviewDto } from '#lib/api/schema-rules.ts';

/** The left side of the comparison over the span, and the limit it is held against. */
const ResultChart = ({ preview, from, to }: { preview: PreviewDto; from: number; to: number }) => {
  const t = useWords();
  const { limit } = preview;
  const instants = [
    ...new Set(preview.series.flatMap(({ points }) => points.map(([at]) => Date.parse(at)))),
  ].sort((a, b) => a - b);
  const lines = linesOf(
    preview.series.map(({ labels, points }) => {
      const values = new Map(points.map(([at, value]) => [Date.parse(at), value]));
      return { labels, values: instants.map((at) => values.get(at) ?? null) };
    }),
  );
  const limits =
    limit === null
      ? []
      : [
          {
            value: limit.value,
            text: t('ui.rules.limit', { limit: `${limit.op} ${limit.value}` }),
            stroke: 'var(--threshold)',
            ink: 'var(--st-down-ink)',
          },
        ];
  return (
    <>
      <TimeLines
        instants={instants}
        lines={lines}
        from={from}
        to={to}
        limits={limits}
        domain={[
          (low) => Math.min(0, low, limit?.value ?? 0),
          (high) => Math.max(high, (limit?.value ?? 0) * 1.2, 1),
        ]}
        isTall
        label={t('ui.rules.result')}
      />
      <LineKey lines={lines} />
    </>
  );
};
export default ResultChart;
