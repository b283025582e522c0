'use client';

import { Bell, ChartNoAxesGantt, CodeXml, Hexagon, List, Network, SlidersHorizontal } from 'lucide-react';
import { usePathname } from 'next/navigation';

import { useWords } from '#components/words.tsx';

import { useAlertCounts } from './alert-counts.ts';
import { Link } from './link.tsx';

const PAGES = [
  { href: '/', code: 'ui.overview', icon: List },
  { href: '/topology', code: 'ui.topology', icon: Network },
  { href: '/nodes', code: 'ui.nodes', icon: Hexagon },
  { href: '/clusters', code: 'consensus.title', icon: ChartNoAxesGantt },
  { href: '/alerts', code: 'alerts.title', icon: Bell },
  { href: '/rules', code: 'ui.rules', icon: CodeXml },
  { href: '/settings/targets', code: 'ui.settings', icon: SlidersHorizontal },
] as const;

export const Rail = () => {
  const t = useWords();
  const path = usePathname();
  const counts = useAlertCounts();
  const firing = counts === null ? 0 : counts.critical + counts.warning;
  const isCurrent = (href: string): boolean =>
    href === '/' ? path === '/' : path.startsWith(href.replace(/\/targets$/, ''));
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
      {PAGES.map(({ href, code, icon: Icon }, i) => (
        <Link
          key={href}
          href={href}
          title={t(code)}
          aria-label={href === '/alerts' && firing > 0 ? t('alerts.badge', { count: firing }) : t(code)}
          aria-current={isCurrent(href) ? 'page' : undefined}
          className={i === PAGES.length - 1 ? 'last' : ''}
        >
          <Icon size={17} strokeWidth={1.5} aria-hidden="true" />
          {href === '/alerts' && firing > 0 && <span className="badge">{firing > 99 ? '99+' : firing}</span>}
        </Link>
      ))}
    </nav>
  );
};
