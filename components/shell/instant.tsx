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
  /** What the address says and is no instant, or one to come: the page shows now. */
  readonly refused: { readonly text: string; readonly why: 'unreadable' | 'future' } | null;
  /** The end of everything shown: the instant, or this browser's clock. */
  now(): number;
}

/** How far this browser's clock may be behind the monitor's. */
const SKEW_MS = 60_000;

/** The instant that an address names. */
export const readInstant = (written: string | null): Instant => {
  const present = { at: null, text: null, isPast: false, now: () => Date.now() };
  if (written === null) return { ...present, refused: null };
  const at = Date.parse(written);
  if (Number.isNaN(at)) return { ...present, refused: { text: written, why: 'unreadable' } };
  if (at > Date.now() + SKEW_MS) return { ...present, refused: { text: written, why: 'future' } };
  const date = new Date(at);
  return { at: date, text: date.toISOString(), isPast: true, refused: null, now: () => at };
};

/** The instant of the page, from `?at=`. */
export const useInstant = (): Instant => {
  const written = useSearchParams().get('at');
  return useMemo(() => readInstant(written), [written]);
};
