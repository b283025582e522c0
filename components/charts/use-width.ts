'use client';

import { useCallback, useEffect, useState } from 'react';

/**
 * The width of an element in CSS pixels, so that a chart draws its text at its true size; 0 until it is laid out. The
 * chart inside never widens the element: it would not shrink again with the window.
 */
export const useWidth = <E extends HTMLElement>(): [React.RefCallback<E>, number] => {
  const [element, setElement] = useState<E | null>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  const hold = useCallback((made: E | null) => {
    if (made !== null) made.style.contain = 'inline-size';
    setElement(made);
  }, []);
  return [hold, width];
};
