'use client';

import { useEffect, useState } from 'react';

const TYPING_MS = 350;

/** A value as it was when typing last rested. It must be what JSON can say. */
export const useRested = <T>(value: T): T => {
  const [rested, setRested] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(JSON.parse(text) as T), TYPING_MS); // what was written above
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
};
