'use client';

import { useEffect, useEffectEvent } from 'react';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);

/** The rows that can be reached now, from the top of the page to its end. */
const rows = (): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>('[data-alert]')].filter((row) => row.offsetParent !== null);

/** `j` and `k` move between rows, `e` explains the row that has the focus, `/` goes to the filter. Enter is the row's own. */
export const useRowKeys = (
  filter: React.RefObject<HTMLInputElement | null>,
  explain: (id: string) => void,
) => {
  const onKey = useEffectEvent((event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const all = rows();
    const place = all.findIndex((row) => row === document.activeElement);
    if (event.key === 'j' || event.key === 'k')
      all[Math.min(all.length - 1, Math.max(0, place + (event.key === 'j' ? 1 : -1)))]?.focus();
    else if (event.key === 'e') {
      const id = all[Math.max(0, place)]?.dataset.alert;
      if (id !== undefined) explain(id);
    } else if (event.key === '/') {
      filter.current?.focus();
      event.preventDefault();
    }
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
};
