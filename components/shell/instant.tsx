'use client';

import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';

/** Which instant the page shows. It stands in the address, so that a link shows the same to everybody. */
export interface Instant {
  /** Null: now. */
  readonly at: Date | null;
  /** The same as the API takes it. */
  readonly text: string | null;
  readonly isPast: boolean;
  /** What the address says and nobody can read: the page shows now. */
  readonly unreadable: string | null;
  /** The end of everything shown: the instant, or this browser's clock. */
  now(): number;
}

/** The instant that an address names. */
export const readInstant = (written: string | null): Instant => {
  const at = written === null ? Number.NaN : Date.parse(written);
  if (Number.isNaN(at))
    return { at: null, text: null, isPast: false, unreadable: written, now: () => Date.now() };
  const date = new Date(at);
  return { at: date, text: date.toISOString(), isPast: true, unreadable: null, now: () => at };
};

/** The instant of the page, from `?at=`. */
export const useInstant = (): Instant => {
  const written = useSearchParams().get('at');
  return useMemo(() => readInstant(written), [written]);
};
