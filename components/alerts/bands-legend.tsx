'use client';

import { useId } from 'react';

import { Glyph } from '#components/marks/glyphs.tsx';
import { useWords } from '#components/words.tsx';

/** What heights and hatches of the bands mean. */
export const BandsLegend = () => {
  const t = useWords();
  const hatch = useId();
  return (
    <span className="wide inline-flex flex-wrap items-center gap-x-4 text-12 text-ink-2">
      <span className="inline-flex items-center gap-1.5">
        <svg width="22" height="12" aria-hidden="true">
          <rect
            x=".75"
            y=".75"
            width="20.5"
            height="10.5"
            fill="none"
            stroke="var(--st-down)"
            strokeWidth="1.5"
          />
        </svg>
        {t('alerts.pending')}
      </span>
      <span className="inline-flex items-center gap-1.5">
        <svg width="22" height="12" aria-hidden="true">
          <rect width="22" height="12" fill="var(--st-down)" />
        </svg>
        {t('alerts.critical')}
      </span>
      <span className="inline-flex items-center gap-1.5">
        <svg width="22" height="12" aria-hidden="true">
          <rect y="2.5" width="22" height="7" fill="var(--st-suspect)" />
        </svg>
        {t('alerts.warning')}
      </span>
      <span className="inline-flex items-center gap-1.5">
        <svg width="22" height="12" aria-hidden="true">
          <defs>
            <pattern
              id={hatch}
              width="5"
              height="5"
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <path d="M0 0V5" stroke="var(--st-unknown)" strokeWidth="1.6" />
            </pattern>
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
        </svg>
        {t('alerts.suppressed')}
      </span>
      {(
        [
          ['leader', 'alerts.election'],
          ['fault', 'alerts.fault'],
          ['deploy', 'alerts.deploy'],
          ['note', 'alerts.note'],
        ] as const
      ).map(([glyph, code]) => (
        <span key={glyph} className="inline-flex items-center gap-1.5">
          <Glyph name={glyph} />
          {t(code)}
        </span>
      ))}
    </span>
  );
};
