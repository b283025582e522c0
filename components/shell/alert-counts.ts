'use client';

import { useEffect } from 'react';

import type { AlertsDto } from '#lib/api/schema-alerts.ts';

import { usePicture } from './live.tsx';
import { useRead } from './read.ts';

const REFRESH_MS = 10_000;

/** How many alerts there are at the instant of the page, of clusters and of none; null while nobody knows. */
export const useAlertCounts = (): AlertsDto['counts'] | null => {
  const { events } = usePicture();
  const { data, again } = useRead<AlertsDto>('/api/alerts?limit=1', REFRESH_MS);
  const newest = events.find((event) => event.kind.startsWith('alert.'))?.id;
  useEffect(again, [newest, again]);
  return data?.counts ?? null;
};
