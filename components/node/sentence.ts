'use client';

import { useWords } from '#components/words.tsx';
import type { NodeDto, NodeRowDto } from '#lib/api/schema.ts';

/** The one sentence about a node: what it counts as, and why. */
export const useNodeSentence = (
  { name, state, flags }: Pick<NodeRowDto, 'name' | 'state' | 'flags'>,
  { suspicion, certainty }: Pick<NodeDto, 'suspicion' | 'certainty'>,
): string => {
  const t = useWords();
  const silentMs = suspicion.silentMs ?? 0;
  if (flags.includes('withheld')) return t('ui.node.withheld', { node: name });
  if (state === 'down')
    return t(certainty.kind === 'certain' ? 'ui.node.down-certain' : 'ui.node.down-inferred', {
      node: name,
      silentMs,
    });
  if (state === 'suspect')
    return t('ui.node.suspect', { node: name, silentMs, leftMs: suspicion.timeToDownMs ?? 0 });
  return t(`ui.node.${state}`, { node: name });
};
