'use client';

import { Glyph } from '#components/marks/glyphs.tsx';
import { QuorumPips } from '#components/marks/pips.tsx';
import { PhiSpark } from '#components/marks/spark.tsx';
import { TermText } from '#components/marks/term.tsx';
import { useLang, useText, useWords } from '#components/words.tsx';
import type { ClusterRowDto } from '#lib/api/schema.ts';
import { phiText, rangeText } from '#lib/format/number.ts';
import { sinceSpan } from '#lib/format/time.ts';
import type { Level } from '#lib/model/node.ts';

import { usePanelNow } from './frame.tsx';
import type { Band } from './range-strip.tsx';

const SUSPECT_FROM = 3;

const SHAPES: Readonly<Record<Level, { readonly height: number; readonly fill: string }>> = {
  healthy: { height: 3, fill: 'var(--st-ok)' },
  unknown: { height: 3, fill: 'var(--st-unknown)' },
  degraded: { height: 8, fill: 'var(--st-suspect)' },
  'at-risk': { height: 13, fill: 'var(--st-suspect)' },
  lost: { height: 18, fill: 'var(--st-down)' },
};

export const levelBands = (cluster: ClusterRowDto): Band[] =>
  cluster.summary.strip.map(({ from, to, level }) => ({ from, to, ...SHAPES[level] }));

/** How many more failures it survives, and its voters. */
export const Margin = ({ cluster }: { cluster: ClusterRowDto }) => {
  const { quorum, summary } = cluster;
  if (quorum === null) return <span className="text-ink-3">–</span>;
  const { margin } = quorum;
  const isLow = margin.pessimistic <= 0 && quorum.voters > 2;
  return (
    <>
      <b className={isLow ? 'text-suspect-ink' : ''}>{rangeText(margin.pessimistic, margin.optimistic)}</b>
      <QuorumPips voters={summary.voters} needs={quorum.needs} />
    </>
  );
};

export const Leader = ({ cluster, brief = false }: { cluster: ClusterRowDto; brief?: boolean }) => {
  const lang = useLang();
  const t = useWords();
  const now = usePanelNow();
  const { leader } = cluster;
  if (leader === null) return <span className="text-ink-3">{t('ui.none-needed')}</span>;
  if (leader.node === null || leader.state !== 'one')
    return (
      <span className="st text-suspect-ink">
        <Glyph name="claim" />
        {t(leader.state === 'contested' ? 'ui.contested' : 'ui.no-leader')}
      </span>
    );
  return (
    <>
      <Glyph name="leader" />
      <b>{leader.node}</b>
      {!brief && leader.term !== null && (
        <span className="text-ink-3">
          <TermText term={leader.term} />
          {leader.since !== null && now !== 0 && `, ${sinceSpan(leader.since, lang, now)}`}
        </span>
      )}
    </>
  );
};

export const Strongest = ({ cluster }: { cluster: ClusterRowDto }) => {
  const t = useWords();
  const { strongest } = cluster.summary;
  if (strongest === null) return <span className="text-ink-3">?</span>;
  return (
    <>
      <b>{strongest.node}</b>
      <PhiSpark values={strongest.spark} downLimit={strongest.downLimit} label={t('ui.strongest')} />
      <b className={strongest.fused >= SUSPECT_FROM ? 'text-suspect-ink' : ''}>{phiText(strongest.fused)}</b>
      <span className="text-ink-3">/ {phiText(strongest.downLimit)}</span>
    </>
  );
};

/** The sentence about one cluster, and why it is not well. */
export const useVerdictText = ({ verdict: { level, sentence, why } }: ClusterRowDto): string => {
  const text = useText();
  return level === 'healthy' || why === null ? text(sentence) : `${text(sentence)} ${text(why)}`;
};
