'use client';

import {
  Bell,
  ChartNoAxesGantt,
  CodeXml,
  Ellipsis,
  Hexagon,
  List,
  Network,
  SlidersHorizontal,
} from 'lucide-react';
import { usePathname } from 'next/navigation';
import { useState } from 'react';

import { useWords } from '#components/words.tsx';

import { useAlertCounts } from './alert-counts.ts';
import { Overlay } from './dialog.tsx';
import { Link } from './link.tsx';
import { LanguageButton, ThemeButton } from './preference-buttons.tsx';

/** A telephone has room for four of them, and for "more". */
const PAGES = [
  { href: '/', code: 'ui.overview', icon: List, onPhone: true },
  { href: '/topology', code: 'ui.topology', icon: Network, onPhone: true },
  { href: '/nodes', code: 'ui.nodes', icon: Hexagon, onPhone: false },
  { href: '/clusters', code: 'consensus.title', icon: ChartNoAxesGantt, onPhone: true },
  { href: '/alerts', code: 'alerts.title', icon: Bell, onPhone: true },
  { href: '/rules', code: 'ui.rules', icon: CodeXml, onPhone: false },
  { href: '/settings/targets', code: 'ui.settings', icon: SlidersHorizontal, onPhone: false },
] as const;

const isCurrent = (href: string, path: string): boolean =>
  href === '/' ? path === '/' : path.startsWith(href.replace(/\/targets$/, ''));

/** What a telephone's bar has no room for. */
const More = ({ path }: { path: string }) => {
  const t = useWords();
  const [open, setOpen] = useState(false);
  const pages = PAGES.filter(({ onPhone }) => !onPhone);
  return (
    <>
      <button
        type="button"
        className="more"
        aria-label={t('ui.more')}
        aria-current={pages.some(({ href }) => isCurrent(href, path)) ? 'true' : undefined}
        onClick={() => setOpen(true)}
      >
        <Ellipsis size={17} strokeWidth={1.5} aria-hidden="true" />
      </button>
      <Overlay open={open} onClose={() => setOpen(false)} title={t('ui.more')} shape="pop">
        <ul className="mb-2">
          {pages.map(({ href, code, icon: Icon }) => (
            <li key={href}>
              <Link
                href={href}
                className="flex min-h-11 items-center gap-3 border-b border-line"
                onClick={() => setOpen(false)}
              >
                <Icon size={17} strokeWidth={1.5} aria-hidden="true" />
                {t(code)}
              </Link>
            </li>
          ))}
        </ul>
        <div className="flex gap-2">
          <ThemeButton />
          <LanguageButton />
        </div>
      </Overlay>
    </>
  );
};

export const Rail = () => {
  const t = useWords();
  const path = usePathname();
  const counts = useAlertCounts();
  const firing = counts === null ? 0 : counts.critical + counts.warning;
  return (
    <nav className="rail" aria-label={t('ui.pages')}>
      <span className="logo mb-1 grid h-9 w-9 place-items-center" aria-hidden="true">
        <svg width="22" height="22" viewBox="0 0 22 22" fill="currentColor">
          <circle cx="11" cy="3.5" r="2.4" />
          <circle cx="18.2" cy="8.8" r="2.4" />
          <circle cx="15.4" cy="17.4" r="2.4" />
          <circle cx="6.6" cy="17.4" r="2" opacity=".45" />
          <circle cx="3.8" cy="8.8" r="2" opacity=".45" />
        </svg>
      </span>
      {PAGES.map(({ href, code, icon: Icon, onPhone }, i) => (
        <Link
          key={href}
          href={href}
          title={t(code)}
          aria-label={href === '/alerts' && firing > 0 ? t('alerts.badge', { count: firing }) : t(code)}
          aria-current={isCurrent(href, path) ? 'page' : undefined}
          className={`${onPhone ? '' : 'wide'} ${i === PAGES.length - 1 ? 'last' : ''}`}
        >
          <Icon size={17} strokeWidth={1.5} aria-hidden="true" />
          {href === '/alerts' && firing > 0 && (
            <span className={counts?.critical === 0 ? 'badge' : 'badge critical'}>
              {firing > 99 ? '99+' : firing}
            </span>
          )}
        </Link>
      ))}
      <More path={path} />
    </nav>
  );
};
