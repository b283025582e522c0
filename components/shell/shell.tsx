'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { Toaster } from 'sonner';

import { FaultDrawer } from '#components/faults/fault-drawer.tsx';
import { LangProvider, useWords } from '#components/words.tsx';
import type { Lang } from '#lib/i18n/render.ts';

import { Overlay } from './dialog.tsx';
import { FirstProvider } from './live.tsx';
import type { FirstPicture } from './live.tsx';
import { toggleTheme } from './preferences.ts';
import { Rail } from './rail.tsx';
import { Strip } from './strip.tsx';

const GO = { o: '/', t: '/topology', n: '/nodes', s: '/settings/targets' } as const;
const KEYS = [
  ['g o · g t · g n · g s', 'ui.keys.go'],
  ['f', 'ui.keys.faults'],
  ['d', 'ui.keys.theme'],
  ['?', 'ui.keys.help'],
  ['Esc', 'ui.keys.close'],
] as const;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);

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

const Frame = ({ children }: { children: React.ReactNode }) => {
  const t = useWords();
  const router = useRouter();
  const [open, setOpen] = useState<'faults' | 'help' | null>(null);
  const wentAt = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isSecond = event.timeStamp - wentAt.current < 1000;
      wentAt.current = 0;
      if (isSecond && event.key in GO) router.push(GO[event.key as keyof typeof GO]);
      else if (event.key === 'g') wentAt.current = event.timeStamp;
      else if (event.key === 'f') setOpen('faults');
      else if (event.key === 'd') toggleTheme();
      else if (event.key === '?') setOpen('help');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [router]);
  return (
    <div className="frame">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-30 focus:bg-ground focus:p-2"
      >
        {t('ui.skip')}
      </a>
      <Rail />
      <Strip onFaults={() => setOpen('faults')} onHelp={() => setOpen('help')} />
      <main className="main" id="main" tabIndex={-1}>
        {children}
      </main>
      <FaultDrawer open={open === 'faults'} onClose={() => setOpen(null)} />
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
      <Frame>{children}</Frame>
    </FirstProvider>
  </LangProvider>
);
