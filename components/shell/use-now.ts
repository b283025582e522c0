'use client';

import { useSyncExternalStore } from 'react';

import { useInstant } from './instant.tsx';

let now = 0;
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
};

/** This browser's clock, once a second; 0 while the server renders. */
export const useClock = (): number =>
  useSyncExternalStore(
    subscribe,
    () => now,
    () => 0,
  );

/** What ages are counted to and charts end at: the instant of the page, else this browser's clock; 0 while the server renders. */
export const useNow = (): number => {
  const clock = useClock();
  const { at } = useInstant();
  return at === null || clock === 0 ? clock : at.getTime();
};
