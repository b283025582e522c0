'use client';

interface LaneShape {
  readonly height: number;
  readonly fill: string;
}

const UNKNOWN: LaneShape = { height: 3, fill: 'var(--st-unknown)' };

/** Calm is thin, trouble is tall. */
const SHAPES: Readonly<Record<string, LaneShape>> = {
  up: { height: 3, fill: 'var(--st-ok)' },
  recovering: { height: 5, fill: 'var(--st-ok)' },
  suspect: { height: 8, fill: 'var(--st-suspect)' },
  down: { height: 16, fill: 'var(--st-down)' },
  suppressed: { height: 4, fill: 'var(--st-unknown)' },
  pending: { height: 4, fill: 'var(--st-suspect)' },
  info: { height: 5, fill: 'var(--st-unknown)' },
  warning: { height: 8, fill: 'var(--st-suspect)' },
  critical: { height: 16, fill: 'var(--st-down)' },
};

/** What stood from one place of a lane to another, on its base line. */
export const LaneBar = ({
  word,
  from,
  to,
  base,
  title,
}: {
  word: string;
  from: number;
  to: number;
  /** Where the bar stands. */
  base: number;
  title?: string;
}) => {
  const { height, fill } = SHAPES[word] ?? UNKNOWN;
  return (
    <rect
      x={from}
      y={base - height}
      width={Math.max(1.5, to - from)}
      height={height}
      fill={fill}
      data-word={word}
    >
      {title !== undefined && <title>{title}</title>}
    </rect>
  );
};
