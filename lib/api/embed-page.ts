import 'server-only';

import type { Lang } from '#lib/i18n/lang.ts';
import type { Ms } from '#lib/model/time.ts';

import { embedOptions, embedTheme } from './embed-options.ts';
import type { EmbedTheme } from './embed-options.ts';
import { readEmbed } from './embed.ts';
import { readAcceptedLang } from './page.ts';
import { problemOf } from './problem.ts';
import { langIn } from './request.ts';
import type { EmbedDto } from './schema-embed.ts';

interface EmbedPage {
  readonly theme: EmbedTheme;
  readonly lang: Lang;
  /** Where the panel reads its data from then on. */
  readonly address: string;
  readonly refreshMs: Ms;
  /** What it shows at once. */
  readonly first: EmbedDto | null;
  readonly problem: string | null;
}

type Search = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How often a panel that has nothing to show asks whether that has changed. */
const WHENEVER_MS = 10_000;

/** Everything that the page of an embed is made of. It never fails: what goes wrong is a sentence in the panel's frame. */
export const readEmbedPage = async (panel: string, search: Search): Promise<EmbedPage> => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const [text] = typeof value === 'string' ? [value] : (value ?? []);
    if (text !== undefined) query.set(name, text);
  }
  const lang = langIn(query.get('lang') ?? '') ?? (await readAcceptedLang());
  query.set('lang', lang);
  const page = {
    theme: embedTheme(query),
    lang,
    address: `/embed/${encodeURIComponent(panel)}/data?${query.toString()}`,
  };
  try {
    const { refreshMs } = embedOptions(query, lang);
    return { ...page, refreshMs, first: await readEmbed(panel, query, lang), problem: null };
  } catch (cause) {
    return { ...page, refreshMs: WHENEVER_MS, first: null, problem: problemOf(cause).body.message };
  }
};
