'use client';

import dynamic from 'next/dynamic';

import { LineKey } from '#components/charts/line-key.tsx';
import { linesOf } from '#components/charts/lines-of.ts';
import { useWords } from '#components/words.tsx';
import type { EmbedOf } from '#lib/api/schema-embed.ts';

import { overviewPage, pastOf } from './addresses.ts';
import { PanelFrame } from './frame.tsx';
import { RangeAxis } from './range-strip.tsx';

const TimeLines = dynamic(() => import('#components/charts/time-lines.tsx'), {
  ssr: false,
  loading: () => <div className="skeleton h-40" />,
});

/** A PromQL expression over the range, its series named with their last values. */
export const ChartPanel = ({ data }: { data: EmbedOf<'chart'> }) => {
  const t = useWords();
  const { series, instants, query, total, at, rangeMs } = data;
  const lines = linesOf(series);
  const note =
    total === 0
      ? t('embed.series-none')
      : total > series.length
        ? t('embed.series-cut', { shown: series.length, count: total })
        : null;
  const to = Date.parse(at);
  return (
    <PanelFrame title={t('embed.chart')} href={overviewPage(pastOf(data))} sentence={query}>
      {note !== null && <p className="note">{note}</p>}
      {lines.length > 0 && (
        <TimeLines
          instants={instants.map((instant) => Date.parse(instant))}
          lines={lines}
          from={to - rangeMs}
          to={to}
          label={query}
        />
      )}
      {lines.length === 0 && <RangeAxis at={at} rangeMs={rangeMs} past={data.past} />}
      <LineKey lines={lines} />
      {data.warnings.map((warning) => (
        <p key={warning} className="note">
          {warning}
        </p>
      ))}
    </PanelFrame>
  );
};
