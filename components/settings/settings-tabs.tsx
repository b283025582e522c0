'use client';

import { usePathname } from 'next/navigation';

import { Link } from '#components/shell/link.tsx';
import { useWords } from '#components/words.tsx';

const TABS = [
  { href: '/settings/targets', code: 'ui.targets' },
  { href: '/settings/notifications', code: 'ui.channels' },
] as const;

/** The sections of Settings. */
export const SettingsTabs = () => {
  const t = useWords();
  const path = usePathname();
  return (
    <nav className="tabs mb-5" aria-label={t('ui.settings')}>
      {TABS.map(({ href, code }) => (
        <Link key={href} href={href} aria-current={path === href ? 'page' : undefined}>
          {t(code)}
        </Link>
      ))}
    </nav>
  );
};
