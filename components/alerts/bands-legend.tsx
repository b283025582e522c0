'use client';

import { useId } from 'react';

import { Hatch, Legend, LegendItem, LegendSwatch } from '#components/charts/legend.tsx';
import { Glyph } from '#components/marks/glyphs.tsx';
import { useWords } from '#components/words.tsx';

const MARKS = [
  ['leader', 'alerts.election'],
  ['fault', 'alerts.fault'],
  ['deploy', 'alerts.deploy'],
  ['note', 'alerts.note'],
] as const;

/** What heights and hatches of the bands mean. */
export const BandsLegend = () => {
  const t = useWords();
  const hatch = useId();
  return (
    <Legend>
      <LegendSwatch word={t('alerts.pending')}>
        <rect
          x=".75"
          y=".75"
          width="20.5"
          height="10.5"
          fill="none"
          stroke="var(--st-down)"
          strokeWidth="1.5"
        />
      </LegendSwatch>
      <LegendSwatch word={t('alerts.critical')}>
        <rect width="22" height="12" fill="var(--st-down)" />
      </LegendSwatch>
      <LegendSwatch word={t('alerts.warning')}>
        <rect y="2.5" width="22" height="7" fill="var(--st-suspect)" />
      </LegendSwatch>
      <LegendSwatch word={t('alerts.suppressed')}>
        <defs>
          <Hatch id={hatch} colour="var(--st-unknown)" width={1.6} />
        </defs>
        <rect
          x=".5"
          y="3"
          width="21"
          height="6"
          fill={`url(#${hatch})`}
          stroke="var(--st-unknown)"
          strokeWidth=".75"
        />
      </LegendSwatch>
      {MARKS.map(([glyph, code]) => (
        <LegendItem key={glyph} word={t(code)} mark={<Glyph name={glyph} />} />
      ))}
    </Legend>
  );
};
