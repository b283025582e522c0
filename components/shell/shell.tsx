'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { toast, Toaster } from 'sonner';

import { FaultDrawer } from '#components/faults/fault-drawer.tsx';
import { Glyph } from '#components/marks/glyphs.tsx';
import { LangProvider, TenseProvider, useWords } from '#components/words.tsx';
import type { Lang } from '#lib/i18n/lang.ts';

import { Overlay } from './dialog.tsx';
import { useInstant } from './instant.tsx';
import { useHref } from './link.tsx';
import { FirstProvider, usePicture } from './live.tsx';
import type { FirstPicture } from './live.tsx';
import { toggleTheme } from './preferences.ts';
import { Rail } from './rail.tsx';
import { Strip } from './strip.tsx';
import { TimeField } from './time-field.tsx';
import { goTo, step } from './travel.ts';

const GO = {
  o: '/',
  t: '/topology',
  n: '/nodes',
  c: '/clusters',
  a: '/alerts',
  l: '/rules',
  s: '/settings/targets',
} as const;
const KEYS = [
  ['g o · g t · g n · g c · g a · g l · g s', 'ui.keys.go'],
  ['j k · Enter · e · /', 'alerts.keys'],
  ['[ · ]', 'ui.keys.step'],
  ['.', 'ui.keys.now'],
  ['t', 'ui.keys.time'],
  ['f', 'ui.keys.faults'],
  ['d', 'ui.keys.theme'],
  ['?', 'ui.keys.help'],
  ['Esc', 'ui.keys.close'],
] as const;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const Help = ({ open, onClose }: { open: boolean; onClose: () => void }) => {
  const t = useWords();
  return (
    <Overlay open={open} onClose={onClose} title={t('ui.keys.title')} shape="pop">
      <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
        {KEYS.map(([keys, code]) => (
          <div key={keys} className="contents">
            <dt>
              <span className="kbd">{keys}</span>
            </dt>
            <dd className="text-ink-2">{t(code)}</dd>
          </div>
        ))}
      </dl>
    </Overlay>
  );
};

/** Why the picture of the instant cannot be had. */
const Failure = () => {
  const t = useWords();
  const { failure } = usePicture();
  const { refused } = useInstant();
  if (refused !== null)
    return (
      <p role="alert" className="st mb-5 whitespace-normal text-down-ink">
        <Glyph name="down" />
        {t(`ui.time.refused.${refused.why}`, { text: refused.text })}
      </p>
    );
  if (failure === null) return null;
  return (
    <div role="alert" className="mb-5">
      <p className="st text-down-ink">
        <Glyph name="down" />
        {t('ui.failed')}
      </p>
      <pre className="well mt-1">{failure}</pre>
    </div>
  );
};

/** Sentences of a past instant are told in the past tense. */
const Tensed = ({ children }: { children: React.ReactNode }) => (
  <TenseProvider value={useInstant().isPast ? 'past' : 'present'}>{children}</TenseProvider>
);

const tellFailure = (cause: unknown): void =>
  void toast.error(cause instanceof Error ? cause.message : String(cause));

const Frame = ({ children }: { children: React.ReactNode }) => {
  const t = useWords();
  const router = useRouter();
  const href = useHref();
  const { isPast } = useInstant(); // nothing is broken in the past
  const [open, setOpen] = useState<'faults' | 'help' | 'time' | null>(null);
  const wentAt = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isSecond = event.timeStamp - wentAt.current < 1000;
      wentAt.current = 0;
      if (isSecond && event.key in GO) router.push(href(GO[event.key as keyof typeof GO]));
      else if (event.key === 'g') wentAt.current = event.timeStamp;
      else if (event.key === '[')
        void step('back').then((found) => found || toast(t('ui.time.no-earlier')), tellFailure);
      else if (event.key === ']') void step('on').catch(tellFailure);
      else if (event.key === '.') goTo(null);
      else if (event.key === 't') {
        event.preventDefault(); // the field that opens must not receive the key
        setOpen('time');
      } else if (event.key === 'f' && !isPast) setOpen('faults');
      else if (event.key === 'd') toggleTheme();
      else if (event.key === '?') setOpen('help');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [router, href, isPast, t]);
  return (
    <div className="frame">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-30 focus:bg-ground focus:p-2"
      >
        {t('ui.skip')}
      </a>
      <Rail />
      <Strip
        onFaults={() => setOpen('faults')}
        onHelp={() => setOpen('help')}
        time={<TimeField open={open === 'time'} onOpen={(isOpen) => setOpen(isOpen ? 'time' : null)} />}
      />
      <main className="main" id="main" tabIndex={-1}>
        <Failure />
        {children}
      </main>
      <FaultDrawer open={open === 'faults' && !isPast} onClose={() => setOpen(null)} />
      <Help open={open === 'help'} onClose={() => setOpen(null)} />
      <Toaster position="bottom-right" />
    </div>
  );
};

/** Everything around a page: rail, strip, drawers, language, the live picture. */
export const Shell = ({
  lang,
  first,
  children,
}: {
  lang: Lang;
  first: FirstPicture | null;
  children: React.ReactNode;
}) => (
  <LangProvider value={lang}>
    <FirstProvider value={first}>
      <Tensed>
        <Frame>{children}</Frame>
      </Tensed>
    </FirstProvider>
  </LangProvider>
);
