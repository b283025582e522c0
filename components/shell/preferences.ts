'use client';

const YEAR_S = 31_536_000;

/** Kept in cookies, so that the server renders the right theme and language at once. */
const remember = (name: string, value: string): void => {
  document.cookie = `${name}=${value};path=/;max-age=${YEAR_S};samesite=lax`;
};

export const toggleTheme = (): void => {
  const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = next;
  remember('theme', next);
};

export const rememberLang = (lang: string): void => remember('lang', lang);
