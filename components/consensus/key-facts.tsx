'use client';

import { useState } from 'react';

import { QuorumPips } from '#components/marks/pips.tsx';
import { useWords } from '#components/words.tsx';
import type { ClusterDto } from '#lib/api/schema.ts';
import { grouped, rangeText } from '#lib/format/number.ts';
import type { Ms } from '#lib/model/time.ts';

const RATE_OVER_MS = 10_000;

interface Sight {
  readonly at: Ms;
  readonly index: bigint;
}

/** Entries committed a second, over the last ten seconds that this page saw; null until it saw two. */
const useCommitRate = (cluster: ClusterDto): number | null => {
  const [sights, setSights] = useState<readonly Sight[]>([]);
  const index = cluster.commit?.index ?? null;
  const at = Date.parse(cluster.at);
  // The sight is kept while rendering, as React has it for state that follows from what came before.
  if (index !== null && sights.at(-1)?.at !== at)
    setSights([
      ...sights.filter((sight) => sight.at < at && sight.at >= at - RATE_OVER_MS),
      { at, index: BigInt(index) },
    ]);
  const [first] = sights;
  const last = sights.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < 1000) return null;
  return (Number(last.index - first.index) * 1000) / (last.at - first.at);
};

const rateText = (rate: number): string =>
  rate < 10 ? String(Math.round(rate * 10) / 10) : String(Math.round(rate));

/** The two numbers of the page: how many failures it survives, and how far it has agreed. */
export const KeyFacts = ({ cluster, end }: { cluster: ClusterDto; end: Ms }) => {
  const t = useWords();
  const rate = useCommitRate(cluster);
  const { quorum, commit } = cluster;
  return (
    <dl className="flex flex-wrap gap-x-9 gap-y-2">
      {quorum !== null && (
        <div>
          <dt className="note">{t('ui.survives')}</dt>
          <dd className="mt-0.5 flex items-center gap-2.5 whitespace-nowrap">
            <b
              className={`text-18 font-head ${quorum.margin.pessimistic <= 0 && quorum.voters > 2 ? 'text-suspect-ink' : ''}`}
              data-testid="margin"
            >
              {rangeText(quorum.margin.pessimistic, quorum.margin.optimistic)}
            </b>
            <QuorumPips voters={cluster.summary.voters} needs={quorum.needs} />
          </dd>
        </div>
      )}
      {commit !== null && commit.index !== null && (
        <div>
          <dt className="note">{t('ui.commit')}</dt>
          <dd className="mt-0.5 flex items-center gap-2.5 whitespace-nowrap">
            <b className="text-18 font-head" data-testid="commit">
              {grouped(commit.index)}
            </b>
            <span className="text-ink-3">
              {[
                ...(rate === null ? [] : [t('consensus.rate', { rate: rateText(rate) })]),
                ...(commit.advancedAt === null
                  ? []
                  : [
                      t('consensus.ago', {
                        agoMs: Math.max(
                          0,
                          Math.min(end, Date.parse(cluster.at)) - Date.parse(commit.advancedAt),
                        ),
                      }),
                    ]),
                ...(commit.advancing === false ? [t('ui.stalled')] : []),
              ].join(', ')}
            </span>
          </dd>
        </div>
      )}
    </dl>
  );
};
