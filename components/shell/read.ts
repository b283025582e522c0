'use client';

import { useCallback } from 'react';
import useSWR from 'swr';

import { useLang } from '#components/words.tsx';
import { getJson } from '#lib/client/http.ts';

import { useInstant } from './instant.tsx';

interface Read<T> {
  readonly data: T | undefined;
  readonly error: Error | undefined;
  /** Reads again, when what is shown is now. */
  readonly again: () => void;
}

/**
 * Reads our own API in the reader's language, as of the instant of the page. What is shown is renewed; the past is read
 * once. While another instant is read the one before stays, but never now for then.
 * @param path with its query; null reads nothing
 */
export const useRead = <T>(path: string | null, refreshMs = 0): Read<T> => {
  const lang = useLang();
  const { text: at, isPast } = useInstant();
  const key =
    path === null
      ? null
      : `${path}${path.includes('?') ? '&' : '?'}lang=${lang}${at === null ? '' : `&at=${encodeURIComponent(at)}`}`;
  const { data, error, mutate } = useSWR<{ body: T; isPast: boolean }, Error>(
    key,
    async (address: string) => ({ body: await getJson<T>(address), isPast }),
    {
      keepPreviousData: true,
      refreshInterval: isPast ? 0 : refreshMs,
      revalidateOnFocus: !isPast && refreshMs > 0,
      revalidateOnReconnect: !isPast,
      revalidateIfStale: !isPast,
    },
  );
  const again = useCallback(() => {
    if (!isPast) void mutate();
  }, [isPast, mutate]);
  return { data: data?.isPast === isPast ? data.body : undefined, error, again };
};
