'use client';

import { useState } from 'react';

/** The value as it was when its key last changed: what is made of it is made anew only then. */
export const useKept = <T>(value: T, key: string): T => {
  const [kept, keep] = useState({ value, key });
  if (kept.key === key) return kept.value;
  keep({ value, key });
  return value;
};
