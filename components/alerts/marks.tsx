'use client';

import { Glyph } from '#components/marks/glyphs.tsx';
import type { GlyphName } from '#components/marks/glyphs.tsx';
import { useWords } from '#components/words.tsx';
import type { AlertDto } from '#lib/api/schema-alerts.ts';

type Word = 'critical' | 'warning' | 'info' | 'pending' | 'suppressed' | 'resolved';

/** What is said of an alert first: how bad it is while it fires, else its state. */
const wordOf = ({ state, severity }: Pick<AlertDto, 'state' | 'severity'>): Word =>
  state === 'firing' ? severity : state;

const GLYPHS: Readonly<Record<Word, GlyphName>> = {
  critical: 'critical',
  warning: 'warning',
  info: 'info',
  pending: 'pending',
  suppressed: 'suppressed',
  resolved: 'up',
};
const INKS: Readonly<Record<Word, string>> = {
  critical: 'text-down-ink',
  warning: 'text-suspect-ink',
  info: 'text-ink-2',
  pending: 'text-suspect-ink',
  suppressed: 'text-unknown-ink',
  resolved: 'text-ok-ink',
};

export const AlertMark = ({ alert }: { alert: Pick<AlertDto, 'state' | 'severity'> }) => {
  const t = useWords();
  const word = wordOf(alert);
  return (
    <span className={`st ${INKS[word]}`}>
      <Glyph name={GLYPHS[word]} />
      {t(`alerts.${word}`)}
    </span>
  );
};

/** A count of alerts with its glyph; zero stays in its place, dimmed. */
export const AlertCount = ({
  word,
  count,
  size = 11,
}: {
  word: 'critical' | 'warning' | 'pending' | 'suppressed';
  count: number;
  size?: number;
}) => {
  const t = useWords();
  return (
    <span className={`st ${count === 0 ? 'zero' : INKS[word]}`} title={t(`alerts.${word}`)}>
      <Glyph name={GLYPHS[word]} size={size} />
      {count}
      <span className="sr-only"> {t(`alerts.${word}`)}</span>
    </span>
  );
};
