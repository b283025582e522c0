'use client';

import { useEffect, useState } from 'react';

const SETTLED_MS = 5000;

/**
 * An order of rows that changes at most once in five seconds, and never while it is held: under the pointer, or with the
 * focus in it. The first rows, and those of another instant, come at once.
 * @param subject whose order it is; with another the rows are other ones
 */
export const useSettled = (
  wanted: readonly string[],
  isHeld: boolean,
  subject: string,
): readonly string[] => {
  const [shown, show] = useState({ ids: wanted, subject, at: 0 });
  const isOther = shown.subject !== subject || shown.ids.length === 0;
  if (isOther && (wanted.length > 0 || shown.subject !== subject) && shown.ids !== wanted)
    show({ ids: wanted, subject, at: 0 });
  const key = wanted.join('\n');
  const isSame = shown.ids.join('\n') === key;
  const { at } = shown;
  useEffect(() => {
    if (isSame || isHeld) return undefined;
    const timer = setTimeout(
      () => show({ ids: key.split('\n'), subject, at: Date.now() }),
      Math.max(0, at + SETTLED_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [at, isHeld, isSame, key, subject]);
  return shown.ids;
};
