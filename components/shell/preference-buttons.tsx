'use client';

import { Moon } from 'lucide-react';
import { useRouter } from 'next/navigation';

import { useLang, useWords } from '#components/words.tsx';

import { rememberLang, toggleTheme } from './preferences.ts';

export const ThemeButton = () => {
  const t = useWords();
  return (
    <button
      type="button"
      className="btn ghost"
      aria-label={t('ui.theme')}
      title={t('ui.theme')}
      onClick={toggleTheme}
    >
      <Moon size={16} strokeWidth={1.5} aria-hidden="true" />
    </button>
  );
};

/** To the other language. */
export const LanguageButton = () => {
  const t = useWords();
  const lang = useLang();
  const router = useRouter();
  return (
    <button
      type="button"
      className="btn ghost"
      aria-label={`${t('ui.language')}: ${lang === 'en' ? '中文' : 'EN'}`}
      onClick={() => {
        rememberLang(lang === 'en' ? 'zh' : 'en');
        router.refresh();
      }}
    >
      {lang === 'en' ? '中文' : 'EN'}
    </button>
  );
};
