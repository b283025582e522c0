'use client';

import './panel.css';
import { createContext, use } from 'react';

import { Glyph } from '#components/marks/glyphs.tsx';
import type { GlyphName } from '#components/marks/glyphs.tsx';
import { useClock } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import { clockTime } from '#lib/format/time.ts';

/** What is known of a panel's picture: when it arrived here, and which past instant it shows, if one. */
export interface PictureState {
  readonly receivedAt: number | null;
  readonly pastAt: string | null;
  readonly refreshMs: number;
  readonly isLost: boolean;
}
const PictureContext = createContext<PictureState>({
  receivedAt: null,
  pastAt: null,
  refreshMs: 0,
  isLost: false,
});
export const PictureProvider = PictureContext.Provider;

/** The instant that a panel counts from: the one it shows, or this browser's clock; 0 while the server renders. */
export const usePanelNow = (): number => {
  const clock = useClock();
  const { pastAt } = use(PictureContext);
  return pastAt === null || clock === 0 ? clock : Date.parse(pastAt);
};

/** Two pictures may be missed before the one that is shown counts as stale. */
const MISSED = 2;

/** An instant far from every other is written with its day. */
const WITH_DAY = 0;

const Age = () => {
  const t = useWords();
  const lang = useLang();
  const now = useClock();
  const { receivedAt, pastAt, refreshMs, isLost } = use(PictureContext);
  if (now === 0) return null;
  if (pastAt !== null) return <span>{t('embed.at', { day: clockTime(pastAt, lang, WITH_DAY) })}</span>;
  if (receivedAt === null) return <span>{t('ui.connecting')}</span>;
  const ageMs = Math.max(0, now - receivedAt);
  return isLost || ageMs > (MISSED + 1) * refreshMs ? (
    <b className="text-suspect-ink">{t('ui.stale', { sinceAt: new Date(receivedAt).toISOString() })}</b>
  ) : (
    <span>{t('ui.age', { ageMs: Math.round(ageMs / 1000) * 1000 })}</span>
  );
};

/** The box that every panel stands in, also when it has nothing to show: title, age of the picture, one sentence. */
export const PanelFrame = ({
  title,
  note = null,
  href,
  glyph = null,
  sentence,
  children,
}: {
  title: string;
  note?: string | null;
  /** The page that the panel comes from. */
  href: string;
  glyph?: GlyphName | null;
  sentence: string;
  children?: React.ReactNode;
}) => (
  <div className="panel-box">
    <section className="panel" aria-label={title} data-testid="panel">
      <div className="panel-top">
        <h1>
          <a href={href} target="_blank" rel="noopener">
            {title}
          </a>
        </h1>
        {note !== null && <span className="text-ink-3">{note}</span>}
        <span className="panel-age" data-testid="picture-age">
          <Age />
        </span>
      </div>
      <p className="panel-says" data-testid="sentence">
        {glyph === null ? <span /> : <Glyph name={glyph} size={16} />}
        <span>{sentence}</span>
      </p>
      {children}
    </section>
  </div>
);

export const Values = ({ children }: { children: React.ReactNode }) => (
  <dl className="panel-values">{children}</dl>
);

export const Value = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <div className="panel-value">
    <dt className="text-12 text-ink-3">{label}</dt>
    <dd>{children}</dd>
  </div>
);
