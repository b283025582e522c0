'use client';

import { useSyncExternalStore } from 'react';

import { EventSchema, StreamDeltaSchema, StreamSnapshotSchema } from '#lib/api/schema.ts';
import type { EventDto, StreamDelta, StreamSnapshot } from '#lib/api/schema.ts';
import type { Lang } from '#lib/i18n/lang.ts';

import { applyDelta, applyEvents, applySnapshot, emptyPicture } from './live-store.ts';
import type { Picture } from './live-store.ts';

type Frame = { readonly kind: string; readonly data?: string };

const HERE_MS = 60_000;

/** Frames come from our own server in our own version: the shapes are checked in development, trusted in production. */
const parse = <T>(text: string, check: (value: unknown) => T): T => {
  const value: unknown = JSON.parse(text);
  return process.env.NODE_ENV === 'development' ? check(value) : (value as T); // same build on both ends
};

let picture: Picture = emptyPicture;
let close: (() => void) | null = null;
let openedFor: Lang | null = null;
const listeners = new Set<() => void>();

const set = (next: Picture): void => {
  picture = next;
  for (const listener of listeners) listener();
};

const take = ({ kind, data = '' }: Frame): void => {
  const now = Date.now();
  if (kind === 'lost') set({ ...picture, connected: false });
  else if (kind === 'snapshot')
    set(
      applySnapshot(
        picture,
        parse<StreamSnapshot>(data, (value) => StreamSnapshotSchema.parse(value)),
        now,
      ),
    );
  else if (kind === 'delta')
    set(
      applyDelta(
        picture,
        parse<StreamDelta>(data, (value) => StreamDeltaSchema.parse(value)),
        now,
      ),
    );
  else if (kind === 'events')
    set(
      applyEvents(
        picture,
        parse<EventDto[]>(data, (value) => EventSchema.array().parse(value)),
        now,
      ),
    );
};

/** Joins the stream that all tabs share; without shared workers this tab opens its own. */
const join = (lang: Lang): (() => void) => {
  if (typeof SharedWorker === 'function') {
    const worker = new SharedWorker('/live-worker.js', { name: 'quorate-live' });
    worker.port.onmessage = (event: MessageEvent<Frame>) => take(event.data);
    worker.port.start();
    worker.port.postMessage({ kind: 'join', lang });
    const here = setInterval(() => worker.port.postMessage({ kind: 'here' }), HERE_MS);
    const leave = (): void => worker.port.postMessage({ kind: 'leave' });
    const back = (event: PageTransitionEvent): void => {
      if (event.persisted) worker.port.postMessage({ kind: 'join' });
    };
    addEventListener('pagehide', leave);
    addEventListener('pageshow', back);
    return () => {
      clearInterval(here);
      removeEventListener('pagehide', leave);
      removeEventListener('pageshow', back);
      leave();
      worker.port.close();
    };
  }
  const source = new EventSource(`/api/stream?scope=overview&lang=${lang}`);
  source.onerror = () => take({ kind: 'lost' });
  for (const kind of ['snapshot', 'delta', 'events'])
    source.addEventListener(kind, (event: MessageEvent<string>) => take({ kind, data: event.data }));
  return () => source.close();
};

const subscribe = (lang: Lang) => (listener: () => void) => {
  listeners.add(listener);
  if (close === null || openedFor !== lang) {
    close?.();
    openedFor = lang;
    close = join(lang);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    close?.();
    close = null;
  };
};
const subscriptions = { en: subscribe('en'), zh: subscribe('zh') };

const noSubscription = (): (() => void) => () => undefined;

/** The live picture, in a language; null: no stream is wanted, and none is kept open for it. */
export const useLive = (lang: Lang | null): Picture =>
  useSyncExternalStore(
    lang === null ? noSubscription : subscriptions[lang],
    () => (lang === null ? emptyPicture : picture),
    () => emptyPicture,
  );
