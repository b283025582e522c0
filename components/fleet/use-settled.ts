'use client';

import { useEffect, useRef, useState } from 'react';

const SETTLED_MS = 5000;

/**
 * An order of rows that changes at most once in five seconds, and never while it is held: under the pointer, or with the
 * focus in it. The first rows, and those of another subject, come at once.
 * @param subject whose rows they are
 */
export const useSettled = (
  wanted: readonly string[],
  isHeld: boolean,
  subject: string,
): readonly string[] => {
  const [shown, show] = useState({ ids: wanted, subject });
  const changedAt = useRef(0);
  const isFirst = shown.ids.length === 0 && wanted.length > 0;
  if (shown.subject !== subject || isFirst) show({ ids: wanted, subject });
  const key = wanted.join('\n');
  const isSame = shown.ids.join('\n') === key;
  useEffect(() => {
    changedAt.current = Date.now();
  }, [shown]);
  useEffect(() => {
    if (isSame || isHeld) return undefined;
    const timer = setTimeout(
      () => show({ ids: key === '' ? [] : key.split('\n'), subject }),
      Math.max(0, changedAt.current + SETTLED_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [isHeld, isSame, key, subject]);
  return shown.ids;
};
