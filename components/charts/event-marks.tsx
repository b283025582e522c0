'use client';

import { GlyphAt } from '#components/marks/glyphs.tsx';
import type { GlyphName } from '#components/marks/glyphs.tsx';
import type { EventDto } from '#lib/api/schema.ts';

import { textWidth } from './text-width.ts';
import type { TimeScale } from './time-scale.ts';

const GAP = 10;

const markGlyph = (kind: EventDto['kind']): GlyphName =>
  kind === 'leader.elected'
    ? 'leader'
    : kind === 'deploy'
      ? 'deploy'
      : kind === 'annotation'
        ? 'note'
        : 'fault';

/** Elections, faults and notes, the newest first: each a glyph, over a dotted vertical, named where there is room. */
export const EventMarks = ({
  events,
  labelOf,
  scale,
  y,
  line,
}: {
  events: readonly EventDto[];
  labelOf: (event: EventDto) => string;
  scale: TimeScale;
  /** The middle of the glyphs. */
  y: number;
  /** Where their verticals begin and end; absent: they have none. */
  line?: readonly [top: number, bottom: number];
}) => {
  const shown = events.filter((event) => {
    const at = Date.parse(event.at);
    return at >= scale.from && at <= scale.to;
  });
  const glyphs = shown.map((event) => scale.x(Date.parse(event.at)));
  let free = scale.right;
  return shown.map((event, i) => {
    const x = glyphs[i] ?? 0;
    const label = labelOf(event);
    const width = textWidth(label, 11);
    const before = glyphs[i + 1] ?? scale.left - GAP;
    // To its right stands what was drawn already.
    const isRight = x + GAP + width <= free;
    const isLeft = !isRight && x - GAP - width >= before + 8;
    free = Math.min(free, (isLeft ? x - GAP - width : x) - GAP);
    return (
      <g key={event.id} data-mark={event.kind}>
        {line !== undefined && (
          <path d={`M${x} ${line[0]}V${line[1]}`} stroke="var(--control)" strokeDasharray="1 3" />
        )}
        <GlyphAt name={markGlyph(event.kind)} x={x} y={y} />
        {(isRight || isLeft) && (
          <text
            x={isRight ? x + GAP : x - GAP}
            y={y + 4}
            textAnchor={isRight ? 'start' : 'end'}
            fontSize="11"
            fill="var(--ink-3)"
          >
            {label}
          </text>
        )}
        <title>{event.title.text}</title>
      </g>
    );
  });
};
