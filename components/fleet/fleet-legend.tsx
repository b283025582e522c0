'use client';

import { useWords } from '#components/words.tsx';
import { phiText } from '#lib/format/number.ts';
import { PHI_LOOKS, STATE_LOOKS } from '#lib/topology/look.ts';
import type { Colouring, Look } from '#lib/topology/look.ts';

import { corners, LOOK_STYLES } from './draw-honeycomb.ts';

const SIZE = 16;

/** A hexagon as the map draws it. */
const Swatch = ({ look }: { look: Look }) => {
  const { fill, stroke, width, isDashed, ink, hasCross } = LOOK_STYLES[look];
  return (
    <svg width={SIZE} height={SIZE} viewBox={`0 0 ${SIZE} ${SIZE}`} aria-hidden="true" className="flex-none">
      <polygon
        points={corners(SIZE / 2, SIZE / 2, 7)
          .map((corner) => corner.map((part) => part.toFixed(1)).join(','))
          .join(' ')}
        fill={fill === null ? 'none' : `var(${fill})`}
        stroke={stroke === null ? 'none' : `var(${stroke})`}
        strokeWidth={width}
        strokeDasharray={isDashed ? '2.5 1.6' : undefined}
      />
      {hasCross && (
        <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" fill="none" stroke={`var(${ink})`} strokeWidth="1.5" />
      )}
    </svg>
  );
};

/** What colours mean, with how many there are of each: the counts are the legend. */
export const FleetLegend = ({
  counts,
  colouring,
  limit,
}: {
  counts: ReadonlyMap<Look, number>;
  colouring: Colouring;
  /** φ from which a node counts as down; null: not known. */
  limit: number | null;
}) => {
  const t = useWords();
  return (
    <ul
      className="flex flex-wrap items-center gap-x-4 gap-y-1 text-12 text-ink-2"
      aria-label={t(colouring === 'place' ? 'fleet.legend-places' : 'fleet.legend')}
    >
      {(colouring === 'state' ? STATE_LOOKS : PHI_LOOKS).map((look) => {
        const count = counts.get(look) ?? 0;
        return (
          <li
            key={look}
            data-look={look}
            className={`inline-flex items-center gap-1.5 whitespace-nowrap ${count === 0 ? 'text-ink-3' : ''}`}
          >
            <span className={count === 0 ? 'opacity-45' : ''}>
              <Swatch look={look} />
            </span>
            {t(`fleet.look.${look}`, { limit: limit === null ? 'Φ*' : phiText(limit) })}{' '}
            <b className={count === 0 ? 'font-normal' : 'font-head text-ink'}>{count.toLocaleString('en')}</b>
          </li>
        );
      })}
    </ul>
  );
};
