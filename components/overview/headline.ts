'use client';

import { useWords } from '#components/words.tsx';
import type { ClusterRowDto } from '#lib/api/schema.ts';
import type { Level } from '#lib/model/node.ts';

const RANK: Readonly<Record<Level, number>> = { lost: 0, 'at-risk': 1, degraded: 2, unknown: 3, healthy: 4 };

/** Worst first; clusters of one level keep their places. */
export const worstFirst = (clusters: readonly ClusterRowDto[]): ClusterRowDto[] =>
  clusters.toSorted((a, b) => RANK[a.verdict.level] - RANK[b.verdict.level]);

interface Headline {
  readonly level: Level;
  readonly sentence: string;
  readonly lede: string;
}

/** The one sentence about all clusters: the worst one's own, or that all is well. */
export const useHeadline = (clusters: readonly ClusterRowDto[]): Headline | null => {
  const t = useWords();
  const [worst] = worstFirst(clusters);
  if (worst === undefined) return null;
  const { level } = worst.verdict;
  const well = clusters.filter((cluster) => cluster.verdict.level === 'healthy').length;
  if (level !== 'healthy')
    return {
      level,
      sentence: worst.verdict.sentence.text,
      lede: t('ui.heading.some', { well, count: clusters.length, worst: worst.verdict.why?.text ?? '' }),
    };
  const weakest = clusters
    .flatMap(({ name, quorum }) => (quorum === null ? [] : [{ name, margin: quorum.margin.pessimistic }]))
    .toSorted((a, b) => a.margin - b.margin)[0];
  return {
    level,
    sentence:
      clusters.length === 1
        ? t('ui.heading.one-well', { name: worst.name })
        : t('ui.heading.all-agree', { count: clusters.length }),
    lede:
      weakest === undefined
        ? ''
        : t('ui.heading.weakest', { name: weakest.name, margin: Math.max(0, weakest.margin) }),
  };
};
