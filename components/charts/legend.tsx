'use client';

/** A hatch for areas that are not simply so: asked for by `fill="url(#id)"`. */
export const Hatch = ({ id, colour, width }: { id: string; colour: string; width: number }) => (
  <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect width="6" height="6" fill="var(--ground)" />
    <path d="M0 0V6" stroke={colour} strokeWidth={width} />
  </pattern>
);

/** What shapes of a chart mean. */
export const Legend = ({ children }: { children: React.ReactNode }) => (
  <span className="wide inline-flex flex-wrap items-center gap-x-4 text-12 text-ink-2">{children}</span>
);

/** One shape, and its word. */
export const LegendItem = ({ mark, word }: { mark: React.ReactNode; word: string }) => (
  <span className="inline-flex items-center gap-1.5">
    {mark}
    {word}
  </span>
);

/** A piece of a lane, and its word. */
export const LegendSwatch = ({ word, children }: { word: string; children: React.ReactNode }) => (
  <LegendItem
    word={word}
    mark={
      <svg width="22" height="12" aria-hidden="true">
        {children}
      </svg>
    }
  />
);
