'use client';

import { createContext, use, useCallback, useSyncExternalStore } from 'react';

import type { TextDto } from '#lib/api/schema.ts';
import { renderText } from '#lib/i18n/render.ts';
import type { Lang, Tense } from '#lib/i18n/lang.ts';
import type { alertsPageMessages } from '#lib/i18n/alerts-page.ts';
import type { consensusPageMessages } from '#lib/i18n/consensus-page.ts';
import type { embedMessages } from '#lib/i18n/embed.ts';
import type { fleetMessages } from '#lib/i18n/fleet.ts';
import type { rulesMessages } from '#lib/i18n/rules.ts';
import type { settingsMessages } from '#lib/i18n/settings.ts';
import type { timeMessages } from '#lib/i18n/time.ts';
import type { uiMessages } from '#lib/i18n/ui.ts';

const LangContext = createContext<Lang>('en');
export const LangProvider = LangContext.Provider;

export const useLang = (): Lang => use(LangContext);

const TenseContext = createContext<Tense>('present');
export const TenseProvider = TenseContext.Provider;

export type UiCode =
  | keyof typeof alertsPageMessages
  | keyof typeof consensusPageMessages
  | keyof typeof embedMessages
  | keyof typeof fleetMessages
  | keyof typeof rulesMessages
  | keyof typeof settingsMessages
  | keyof typeof timeMessages
  | keyof typeof uiMessages;

/** The words of the pages in the reader's language, in the past tense while the page shows a past instant. */
export const useWords = () => {
  const lang = useLang();
  const tense = use(TenseContext);
  return useCallback(
    (code: UiCode, params: Readonly<Record<string, string | number | boolean | null>> = {}): string =>
      renderText({ code, params }, lang, tense),
    [lang, tense],
  );
};

const never = (): (() => void) => () => undefined;

/** Sentences that the server wrote, with their times by the reader's calendar and zone; as the server wrote them until the page is alive. */
export const useText = () => {
  const lang = useLang();
  const tense = use(TenseContext);
  const today = useSyncExternalStore(
    never,
    () => new Date().toDateString(),
    () => null,
  );
  return useCallback(
    (text: TextDto): string => (today === null ? text.text : renderText(text, lang, tense, new Date(today))),
    [today, lang, tense],
  );
};
