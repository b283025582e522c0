'use client';

import { createContext, use } from 'react';

import { useLang } from '#components/words.tsx';
import type { ClustersDto, StatusDto } from '#lib/api/schema.ts';
import { emptyPicture } from '#lib/client/live-store.ts';
import type { LivePicture } from '#lib/client/live-store.ts';
import { useLive } from '#lib/client/use-live.ts';

/** What the server knew when it rendered the page: shown until the stream's first frame. */
export interface FirstPicture {
  readonly status: StatusDto;
  readonly clusters: ClustersDto;
}
const FirstContext = createContext<FirstPicture | null>(null);
export const FirstProvider = FirstContext.Provider;

export const usePicture = (): LivePicture => {
  const live = useLive(useLang());
  const first = use(FirstContext);
  if (live.at !== null || first === null) return live;
  return { ...emptyPicture, at: first.clusters.at, status: first.status, clusters: first.clusters.clusters };
};
