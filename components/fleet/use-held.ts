'use client';

import { useEffect, useRef, useState } from 'react';

/** Whether somebody is at an element: the pointer is over it, or the focus in it. */
export const useHeld = <E extends HTMLElement>(): [React.RefObject<E | null>, boolean] => {
  const element = useRef<E>(null);
  const [isOver, setOver] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  useEffect(() => {
    const held = element.current;
    if (held === null) return undefined;
    const left = new AbortController();
    const on = (kind: string, listener: (event: Event) => void): void =>
      held.addEventListener(kind, listener, { signal: left.signal });
    on('pointerenter', () => setOver(true));
    on('pointerleave', () => setOver(false));
    on('focusin', () => setFocus(true));
    on('focusout', () => setFocus(false));
    return () => left.abort();
  }, []);
  return [element, isOver || hasFocus];
};
