'use client';

import { useEffect, useRef, useState } from 'react';

/** The value of a design token in the theme that is on. */
export type Paint = (token: string) => string;
/** Draws everything anew on an empty canvas, in CSS pixels. */
export type Draw = (context: CanvasRenderingContext2D, paint: Paint) => void;

/** Larger canvases stay blank in Safari on a telephone. */
const MOST_PIXELS = 16_777_216;
const DARK = '(prefers-color-scheme: dark)';

/** Counts how often the theme has changed. */
const useTheme = (): number => {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const change = (): void => setChanges((count) => count + 1);
    const themes = new MutationObserver(change);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const system = matchMedia(DARK);
    system.addEventListener('change', change);
    return () => {
      themes.disconnect();
      system.removeEventListener('change', change);
    };
  }, []);
  return changes;
};

/**
 * A canvas of a size in CSS pixels, drawn at the screen's own resolution as far as canvases may be that large; again only when
 * `draw` or the theme changes.
 */
export const useCanvas = (
  width: number,
  height: number,
  draw: Draw,
): React.RefObject<HTMLCanvasElement | null> => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context == null || width === 0) return;
    const scale = Math.min(devicePixelRatio, Math.sqrt(MOST_PIXELS / (width * height)));
    element.width = Math.round(width * scale);
    element.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const style = getComputedStyle(element);
    const known = new Map<string, string>();
    draw(context, (token) => {
      const value = known.get(token) ?? style.getPropertyValue(token).trim();
      known.set(token, value);
      return value;
    });
  }, [draw, height, theme, width]);
  return canvas;
};
