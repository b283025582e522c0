'use client';

import { textWidth } from '#components/charts/text-width.ts';
import type { TimeScale } from '#components/charts/time-scale.ts';
import { GlyphAt } from '#components/marks/glyphs.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { Succession } from '#lib/consensus/successions.ts';
import { clockTime } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';

const Y = 40;
const GAP = 10;

interface Note {
  readonly x: number;
  readonly glyph: 'down' | 'leader';
  readonly label: string;
  /** Where the text begins; null: there is no room, the glyph stands alone. */
  readonly textX: number | null;
}

interface Wanted {
  readonly x: number;
  readonly glyph: Note['glyph'];
  /** The same in ever fewer words. */
  readonly labels: readonly [string, ...string[]];
  readonly leftOf: number;
}

/** Puts each text beside its glyph where nothing else stands, shorter where it must; the newest first, since it is what is looked for. */
const placed = (wanted: readonly Wanted[], scale: TimeScale): Note[] => {
  const taken: [number, number][] = wanted.map(({ x }) => [x - 6, x + 6]);
  const free = (from: number, to: number): boolean =>
    from >= scale.left && to <= scale.right && taken.every(([a, b]) => to <= a || from >= b);
  /** Left of whatever stands in the way. */
  const leftOfAll = (from: number, width: number): number => {
    let at = from;
    for (const [a, b] of taken.toSorted((one, other) => other[0] - one[0]))
      if (at < b && at + width > a) at = a - GAP - width;
    return at;
  };
  /** Beyond another's glyph a text would be read as the other's. */
  const isBeside = (to: number, leftOf: number): boolean => !wanted.some(({ x }) => x > to && x < leftOf);
  return wanted.map(({ x, glyph, labels, leftOf }) => {
    const places = labels.flatMap((label) => {
      const width = textWidth(label, 11);
      const right = x + GAP;
      const left = leftOf - GAP - width;
      const near = glyph === 'leader' ? [right, left] : [left, right];
      return [...near, leftOfAll(left, width)].map((from) => ({ label, from, to: from + width }));
    });
    const place = places.find(({ from, to }) => free(from, to) && isBeside(to, leftOf));
    if (place !== undefined) taken.push([place.from, place.to]);
    return { x, glyph, label: place?.label ?? labels[0], textX: place?.from ?? null };
  });
};

/** When a leader was lost and the next one elected, over the lanes. */
export const SuccessionNotes = ({
  successions,
  scale,
  now,
}: {
  successions: readonly Succession[];
  scale: TimeScale;
  now: Ms;
}) => {
  const t = useWords();
  const lang = useLang();
  const shown = (at: Ms): boolean => at >= scale.from && at <= scale.to;
  const time = (at: Ms): string => clockTime(new Date(at).toISOString(), lang, now);
  const wanted = successions.toReversed().flatMap(({ lost, elected, attempts }) => {
    const notes: Wanted[] = [];
    if (elected !== null && shown(elected.at)) {
      const gapMs = lost === null ? 0 : elected.at - lost.at;
      const code =
        gapMs === 0
          ? 'consensus.elected-at'
          : attempts === null
            ? 'consensus.elected-gap'
            : 'consensus.elected-after';
      const x = scale.x(elected.at);
      notes.push({
        x,
        glyph: 'leader',
        labels: [
          t(code, { time: time(elected.at), gapMs, count: attempts }),
          t('consensus.elected-at', { time: time(elected.at) }),
        ],
        leftOf: lost === null ? x : scale.x(lost.at),
      });
    }
    if (lost !== null && shown(lost.at)) {
      const x = scale.x(lost.at);
      notes.push({ x, glyph: 'down', labels: [t('consensus.lost-at', { time: time(lost.at) })], leftOf: x });
    }
    return notes;
  });
  return placed(wanted, scale).map(({ x, glyph, label, textX }) => (
    <g key={`${glyph} ${x}`} data-note={glyph}>
      <GlyphAt name={glyph} x={x} y={Y} size={glyph === 'leader' ? 12 : 10} />
      {textX !== null && (
        <text x={textX} y={Y + 4} fontSize="11" fill="var(--ink-3)">
          {label}
        </text>
      )}
      <title>{label}</title>
    </g>
  ));
};
