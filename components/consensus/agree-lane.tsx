'use client';

import { useWords } from '#components/words.tsx';
import type { TimeScale } from '#components/charts/time-scale.ts';
import type { Agreement } from '#lib/consensus/role-history.ts';

const HEIGHT = 26;

/** How many voters name one leader, against the line that makes the majority. */
export const AgreeLane = ({
  agreed,
  voters,
  needs,
  scale,
  top,
}: {
  agreed: readonly Agreement[];
  voters: number;
  needs: number;
  scale: TimeScale;
  top: number;
}) => {
  const t = useWords();
  const bottom = top + HEIGHT;
  const y = (count: number): number => bottom - (HEIGHT * count) / Math.max(1, voters);
  const shown = agreed.filter((each) => each.to > scale.from && each.from < scale.to);
  let line = '';
  let short = '';
  shown.forEach(({ from, to, count }, i) => {
    const before = shown[i - 1];
    const x = scale.x(from);
    line += `${before !== undefined && before.to === from ? 'L' : 'M'}${x} ${y(count)}H${scale.x(to)}`;
    if (count < needs) short += `M${x} ${bottom}H${scale.x(to)}V${y(needs)}H${x}z`;
  });
  return (
    <g data-testid="agree">
      {scale.left > 40 && (
        <text x="0" y={top + 16} fontSize="12" fill="var(--ink-2)">
          {t('consensus.agree')}
        </text>
      )}
      <path d={short} fill="var(--st-down)" />
      <path d={line} fill="none" stroke="var(--ink-2)" strokeWidth="1.5" />
      <path
        d={`M${scale.left} ${y(needs)}H${scale.right}`}
        stroke="var(--ink)"
        strokeWidth="1"
        strokeDasharray="3 3"
      />
      {scale.left > 40 && (
        <text x={scale.left - 6} y={y(needs) + 4} textAnchor="end" fontSize="11" fill="var(--ink-3)">
          {needs}
        </text>
      )}
    </g>
  );
};
