'use client';

import { useWords } from '#components/words.tsx';
import type { NodeState } from '#lib/model/node.ts';

import { Glyph, STATE_GLYPH } from './glyphs.tsx';

const ORDER: Readonly<Record<NodeState, number>> = { up: 0, recovering: 1, suspect: 2, unknown: 3, down: 4 };
const MOST_DRAWN = 9;

/** One glyph per voter, certain ones first; a bar after the place that makes the majority. */
export const QuorumPips = ({
  voters,
  needs,
}: {
  voters: readonly { readonly node: string; readonly state: NodeState }[];
  needs: number;
}) => {
  const t = useWords();
  const sorted = voters.toSorted((a, b) => ORDER[a.state] - ORDER[b.state] || a.node.localeCompare(b.node));
  const label = t('ui.pips', {
    up: voters.filter((voter) => voter.state === 'up').length,
    voters: voters.length,
    needs,
  });
  if (sorted.length > MOST_DRAWN) return <span>{label}</span>;
  return (
    <span role="img" aria-label={label} title={label} className="inline-flex items-center gap-1">
      {sorted.map((voter, place) => (
        <span key={voter.node} className="inline-flex items-center gap-1">
          <Glyph name={STATE_GLYPH[voter.state]} size={13} />
          {place === needs - 1 && <span className="mx-0.5 h-5 w-0.5 bg-ink" />}
        </span>
      ))}
    </span>
  );
};
