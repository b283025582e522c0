'use client';

import { useLang, useWords } from '#components/words.tsx';
import { axisTime } from '#lib/format/time.ts';

import type { TimeScale } from './time-scale.ts';

/** Light verticals at round instants, their times below, and the end of the span as a line of ink. */
export const TimeAxis = ({
  scale,
  top,
  bottom,
  isNow,
  hasRoom,
}: {
  scale: TimeScale;
  top: number;
  bottom: number;
  isNow: boolean;
  /** Whether there is room right of the plot. */
  hasRoom: boolean;
}) => {
  const t = useWords();
  const lang = useLang();
  const isBeside = hasRoom && isNow; // an instant is wider than the room there
  return (
    <g>
      {scale.ticks.map((at) => (
        <g key={at}>
          <path d={`M${scale.x(at)} ${top}V${bottom}`} stroke="var(--grid)" />
          {scale.x(at) < scale.right - (isBeside ? 24 : 72) && scale.x(at) > scale.left + 12 && (
            <text x={scale.x(at)} y={bottom + 17} textAnchor="middle" fontSize="11" fill="var(--ink-3)">
              {axisTime(at, scale.stepMs, lang)}
            </text>
          )}
        </g>
      ))}
      <path d={`M${scale.right} ${top}V${bottom}`} stroke="var(--ink)" strokeWidth="1.5" />
      <text
        x={isBeside ? scale.right + 6 : scale.right}
        y={bottom + 17}
        textAnchor={isBeside ? 'start' : 'end'}
        fontSize="11"
        fill="var(--ink)"
      >
        {isNow ? t('ui.now') : axisTime(scale.to, 1000, lang)}
      </text>
    </g>
  );
};
