'use client';

import { createContext, use } from 'react';

import { useLang } from '#components/words.tsx';
import type { ClustersDto, StatusDto } from '#lib/api/schema.ts';
import { emptyPicture } from '#lib/client/live-store.ts';
import type { Picture } from '#lib/client/live-store.ts';
import { useLive } from '#lib/client/use-live.ts';
import { usePast } from '#lib/client/use-past.ts';

import { useInstant } from './instant.tsx';

/** What the server knew when it rendered the page: shown until the stream's first frame. */
export interface FirstPicture {
  readonly status: StatusDto;
  readonly clusters: ClustersDto;
}
const FirstContext = createContext<FirstPicture | null>(null);
export const FirstProvider = FirstContext.Provider;

/** The picture of the instant that the page shows: live now, read once in the past. No frame of now reaches the past. */
export const usePicture = (): Picture => {
  const lang = useLang();
  const { text, isPast } = useInstant();
  const live = useLive(isPast ? null : lang);
  const past = usePast(text, lang);
  const first = use(FirstContext);
  if (isPast) return past;
  if (live.at !== null || first === null) return live;
  return { ...emptyPicture, at: first.clusters.at, status: first.status, clusters: first.clusters.clusters };
};
