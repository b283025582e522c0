'use client';

import { useText, useWords } from '#components/words.tsx';
import type { ClusterRowDto } from '#lib/api/schema.ts';
import type { Level } from '#lib/model/node.ts';
import { isFleet } from '#lib/topology/fleet.ts';

const RANK: Readonly<Record<Level, number>> = { lost: 0, 'at-risk': 1, degraded: 2, unknown: 3, healthy: 4 };

/** Worst first; clusters of one level keep their places. */
export const worstFirst = (clusters: readonly ClusterRowDto[]): ClusterRowDto[] =>
  clusters.toSorted((a, b) => RANK[a.verdict.level] - RANK[b.verdict.level]);

interface Headline {
  readonly level: Level;
  readonly sentence: string;
  readonly lede: string;
}

const sizeOf = ({ summary }: ClusterRowDto): number =>
  Object.values(summary.nodes).reduce((sum, count) => sum + count, 0);

const isLargeGroup = (cluster: ClusterRowDto): boolean =>
  cluster.protocol === 'none' && isFleet(sizeOf(cluster));

/** The largest group of nodes that need not agree, where one is too large to be told in a row; null: none is. */
export const largestFleet = (clusters: readonly ClusterRowDto[]): ClusterRowDto | null =>
  clusters
    .filter(isLargeGroup)
    .toSorted((a, b) => sizeOf(b) - sizeOf(a) || a.name.localeCompare(b.name))[0] ?? null;

/** The one sentence about all clusters: the worst one's own, or that all is well. */
export const useHeadline = (clusters: readonly ClusterRowDto[]): Headline | null => {
  const t = useWords();
  const text = useText();
  const [worst] = worstFirst(clusters);
  if (worst === undefined) return null;
  const { level, sentence, why } = worst.verdict;
  const reason = why === null ? '' : text(why);
  if (clusters.length === 1 && isLargeGroup(worst))
    return { level, sentence: text(sentence), lede: `${reason} ${t('fleet.no-quorum')}`.trim() };
  const well = clusters.filter((cluster) => cluster.verdict.level === 'healthy').length;
  if (level !== 'healthy')
    return {
      level,
      sentence: text(sentence),
      lede: t('ui.heading.some', { well, count: clusters.length, worst: reason }),
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
