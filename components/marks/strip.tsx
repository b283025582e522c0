import type { Level } from '#lib/model/node.ts';

const HEIGHT: Readonly<Record<Level, number>> = {
  healthy: 3,
  unknown: 3,
  degraded: 8,
  'at-risk': 13,
  lost: 18,
};
const FILL: Readonly<Record<Level, string>> = {
  healthy: 'var(--st-ok)',
  unknown: 'var(--st-unknown)',
  degraded: 'var(--st-suspect)',
  'at-risk': 'var(--st-suspect)',
  lost: 'var(--st-down)',
};

/** Six hours of a cluster's level: calm is thin, trouble is tall. What was not observed is a gap. */
export const LevelStrip = ({
  segments,
  until,
  label,
  width = 154,
}: {
  segments: readonly { readonly from: string; readonly to: string; readonly level: Level }[];
  until: string;
  label: string;
  width?: number;
}) => {
  const end = Date.parse(until);
  const start = end - 6 * 3_600_000;
  const x = (iso: string): number => (width * Math.max(0, Date.parse(iso) - start)) / (end - start);
  return (
    <svg
      viewBox={`0 0 ${width} 18`}
      width={width}
      height={18}
      role="img"
      aria-label={label}
      className="block"
    >
      {segments.map((segment) => (
        <rect
          key={segment.from}
          x={x(segment.from)}
          y={18 - HEIGHT[segment.level]}
          width={Math.max(1.2, x(segment.to) - x(segment.from))}
          height={HEIGHT[segment.level]}
          fill={FILL[segment.level]}
        />
      ))}
    </svg>
  );
};
