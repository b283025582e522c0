'use client';

import { useWords } from '#components/words.tsx';
import type { Level, NodeState } from '#lib/model/node.ts';

import { Glyph, LEVEL_GLYPH, LEVEL_INK, STATE_GLYPH, STATE_INK } from './glyphs.tsx';

export const LevelMark = ({ level }: { level: Level }) => {
  const t = useWords();
  return (
    <span className={`st ${LEVEL_INK[level]}`}>
      <Glyph name={LEVEL_GLYPH[level]} />
      {t(`ui.level.${level}`)}
    </span>
  );
};

export const StateMark = ({ state }: { state: NodeState }) => {
  const t = useWords();
  return (
    <span className={`st ${STATE_INK[state]}`}>
      <Glyph name={STATE_GLYPH[state]} />
      {t(`ui.state.${state}`)}
    </span>
  );
};

/** A count with its glyph; zero stays in its place, dimmed. */
export const StateCount = ({ state, count }: { state: NodeState; count: number }) => {
  const t = useWords();
  return (
    <span className={`st ${count === 0 ? 'zero' : STATE_INK[state]}`} title={t(`ui.state.${state}`)}>
      <Glyph name={STATE_GLYPH[state]} size={11} />
      {count}
      <span className="sr-only">{t(`ui.state.${state}`)}</span>
    </span>
  );
};
