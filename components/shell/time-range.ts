'use client';

import { useSearchParams } from 'next/navigation';

const HOUR_MS = 3_600_000;

/** The spans that the scrubber and the charts beside it can show. */
export const RANGES = { '1h': HOUR_MS, '6h': 6 * HOUR_MS, '24h': 24 * HOUR_MS, '7d': 168 * HOUR_MS } as const;
export type RangeName = keyof typeof RANGES;
export const RANGE_NAMES = ['1h', '6h', '24h', '7d'] as const;

/** The span that the page shows, from `?range=`; six hours unless told. */
export const useRange = (): { readonly name: RangeName; readonly spanMs: number } => {
  const asked = useSearchParams().get('range');
  const name = RANGE_NAMES.find((known) => known === asked) ?? '6h';
  return { name, spanMs: RANGES[name] };
};
