'use client';

import { textWidth } from '#components/charts/text-width.ts';
import type { TimeScale } from '#components/charts/time-scale.ts';
import type { TermSpan } from '#lib/consensus/role-history.ts';

const LABEL_GAP = 14;

interface Group {
  readonly x: number;
  readonly until: number;
  readonly first: string;
  readonly last: string;
}

/** Terms too short for their number share a place: `412–416`. */
const groupsOf = (spans: readonly TermSpan[], scale: TimeScale): Group[] => {
  const groups: Group[] = [];
  let open: Group | undefined;
  for (const { from, to, term } of spans) {
    if (to <= scale.from || from >= scale.to) continue;
    const x = scale.x(from);
    const until = scale.x(to);
    if (until - x >= textWidth(term, 12) + LABEL_GAP) {
      if (open !== undefined) groups.push(open);
      open = undefined;
      groups.push({ x, until, first: term, last: term });
    } else open = { x: open?.x ?? x, until, first: open?.first ?? term, last: term };
  }
  if (open !== undefined) groups.push(open);
  return groups;
};

/** The terms on a ruler over the lanes. */
export const TermRuler = ({ spans, scale }: { spans: readonly TermSpan[]; scale: TimeScale }) => (
  <g data-testid="term-ruler" data-terms={new Set(spans.map((span) => span.term)).size}>
    {groupsOf(spans, scale).map(({ x, until, first, last }) => {
      const label = first === last ? first : `${first}–${last}`;
      const width = textWidth(label, 12) + LABEL_GAP;
      const middle = (x + until) / 2;
      return (
        <g key={`${x} ${first}`}>
          <path
            d={`M${x + 1} 6V22M${x + 1} 14H${Math.max(x + 1, until - 1)}`}
            stroke="var(--control)"
            fill="none"
          />
          {until - x >= width && (
            <>
              <rect x={middle - width / 2} y="6" width={width} height="16" fill="var(--ground)" />
              <text x={middle} y="18" textAnchor="middle" fontSize="12" fontWeight="600" fill="var(--ink)">
                {label}
              </text>
            </>
          )}
          <title>{label}</title>
        </g>
      );
    })}
  </g>
);
