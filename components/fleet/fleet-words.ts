'use client';

import { useCallback } from 'react';

import { useLang, useWords } from '#components/words.tsx';
import type { NodeRowDto } from '#lib/api/schema.ts';
import type { Fleet } from '#lib/topology/fleet.ts';

const COUNTED = ['up', 'recovering', 'suspect', 'down', 'maintenance', 'unknown'] as const;

/** Writes how many nodes are in each state: `249 up, 1 suspect`; states that none is in are left out, but never `up`. */
export const useCountWords = () => {
  const lang = useLang();
  const t = useWords();
  return useCallback(
    (ids: readonly string[], members: ReadonlyMap<string, NodeRowDto>): string => {
      const counts = { up: 0, recovering: 0, suspect: 0, down: 0, maintenance: 0, unknown: 0 };
      for (const id of ids) {
        const node = members.get(id);
        counts[
          node === undefined ? 'unknown' : node.flags.includes('maintenance') ? 'maintenance' : node.state
        ] += 1;
      }
      return COUNTED.filter((word) => word === 'up' || counts[word] > 0)
        .map((word) => t(`fleet.count.${word}`, { count: counts[word] }))
        .join(lang === 'zh' ? '，' : ', ');
    },
    [lang, t],
  );
};

/** The name of a place as it is written over its nodes. */
export const usePlaceName = (kind: Fleet['kind']) => {
  const t = useWords();
  return useCallback(
    (name: string): string =>
      kind === 'run'
        ? t('fleet.from', { name })
        : name === ''
          ? t(kind === 'rack' ? 'fleet.no-rack' : 'fleet.no-host')
          : name,
    [kind, t],
  );
};

/** The down limit that the legend names: the one most nodes have; null: none is known. */
export const usualLimit = (members: ReadonlyMap<string, NodeRowDto>): number | null => {
  const counts = new Map<number, number>();
  for (const { downLimit } of members.values())
    if (downLimit !== null) counts.set(downLimit, (counts.get(downLimit) ?? 0) + 1);
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
  return most?.[0] ?? null;
};
