'use client';

import { createContext, use, useMemo, useState } from 'react';

import { useLang } from '#components/words.tsx';
import { clockTime } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';

import type { TimeScale } from './time-scale.ts';

interface Cursor {
  /** Null: nobody points at an instant. */
  readonly at: Ms | null;
  readonly pinned: boolean;
}
interface CursorControl extends Cursor {
  set(next: Cursor): void;
}
const NONE: Cursor = { at: null, pinned: false };
const CursorContext = createContext<CursorControl>({ ...NONE, set: () => undefined });

/** One cursor for all charts of a page. */
export const CursorProvider = ({ children }: { children: React.ReactNode }) => {
  const [cursor, set] = useState<Cursor>(NONE);
  const value = useMemo(() => ({ ...cursor, set }), [cursor]);
  return <CursorContext value={value}>{children}</CursorContext>;
};
export const useCursor = (): CursorControl => use(CursorContext);

const STEPS_ACROSS = 120;

/** What a chart must listen to so that pointer and keys move the page's cursor: arrows move, Enter pins, Escape lets go. */
export const useCursorHandlers = (scale: TimeScale) => {
  const cursor = useCursor();
  const stepMs = (scale.to - scale.from) / STEPS_ACROSS;
  return {
    onPointerMove: (event: React.PointerEvent<SVGSVGElement>): void => {
      if (cursor.pinned) return;
      const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
      cursor.set(
        x < scale.left || x > scale.right + 4 ? NONE : { at: Math.round(scale.at(x)), pinned: false },
      );
    },
    onPointerLeave: (): void => {
      if (!cursor.pinned) cursor.set(NONE);
    },
    onClick: (event: React.MouseEvent<SVGSVGElement>): void => {
      const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
      if (x < scale.left || x > scale.right + 4) return;
      cursor.set(cursor.pinned ? NONE : { at: Math.round(scale.at(x)), pinned: true });
    },
    onKeyDown: (event: React.KeyboardEvent<SVGSVGElement>): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
      if (by !== undefined) {
        const at = (cursor.at ?? scale.to) + by * stepMs;
        cursor.set({ ...cursor, at: Math.round(Math.min(scale.to, Math.max(scale.from, at))) });
      } else if (event.key === 'Home') cursor.set({ ...cursor, at: scale.from });
      else if (event.key === 'End') cursor.set({ ...cursor, at: scale.to });
      else if (event.key === 'Enter' || event.key === ' ')
        cursor.set({ at: cursor.at ?? scale.to, pinned: !cursor.pinned });
      else if (event.key === 'Escape' && cursor.at !== null) cursor.set(NONE);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
};

const CHIP_WIDTH = 60;

/** The cursor's line and, on the axis, its time. */
export const CursorMark = ({
  scale,
  top,
  bottom,
  now,
}: {
  scale: TimeScale;
  top: number;
  bottom: number;
  now: Ms;
}) => {
  const lang = useLang();
  const { at, pinned } = useCursor();
  if (at === null || at < scale.from || at > scale.to) return null;
  const x = scale.x(at);
  const middle = Math.min(scale.right - CHIP_WIDTH / 2, Math.max(scale.left + CHIP_WIDTH / 2, x));
  return (
    <g pointerEvents="none" data-testid="cursor" data-pinned={pinned}>
      <path d={`M${x} ${top}V${bottom}`} stroke="var(--ink)" strokeWidth={pinned ? 2 : 1} />
      <rect
        x={middle - CHIP_WIDTH / 2}
        y={bottom + 3}
        width={CHIP_WIDTH}
        height="18"
        rx="3"
        fill="var(--accent)"
      />
      <text
        x={middle}
        y={bottom + 16}
        textAnchor="middle"
        fontSize="11"
        fontWeight="600"
        fill="var(--on-accent)"
      >
        {clockTime(new Date(at).toISOString(), lang, at)}
      </text>
      <title>{clockTime(new Date(at).toISOString(), lang, now)}</title>
    </g>
  );
};
