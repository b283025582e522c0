import 'server-only';
import { cookies, headers } from 'next/headers';

import type { Lang } from '#lib/i18n/lang.ts';

import { readClusters, readStatus } from './read.ts';
import { langIn } from './request.ts';
import type { ClustersDto, StatusDto } from './schema.ts';

/** The reader's choice from its cookies, else the browser's language and the light theme. */
export const readPreferences = async (): Promise<{ lang: Lang; theme: 'light' | 'dark' }> => {
  const [jar, sent] = await Promise.all([cookies(), headers()]);
  const lang = langIn(`${jar.get('lang')?.value ?? ''},${sent.get('accept-language') ?? ''}`) ?? 'en';
  return { lang, theme: jar.get('theme')?.value === 'dark' ? 'dark' : 'light' };
};

/** The browser's own language, for pages that read no cookie. */
export const readAcceptedLang = async (): Promise<Lang> =>
  langIn((await headers()).get('accept-language') ?? '') ?? 'en';

/** What a page shows before the live stream's first frame; null while the engine starts. */
export const readFirst = async (lang: Lang): Promise<{ status: StatusDto; clusters: ClustersDto } | null> => {
  try {
    const [status, clusters] = await Promise.all([readStatus({ lang }), readClusters({ lang })]);
    return { status, clusters };
  } catch {
    return null;
  }
};

/** Whether a cluster is watched, or was at an instant; while the engine starts nobody knows, so it is not denied. */
export const isKnownCluster = async (id: string, at: string | null): Promise<boolean> => {
  try {
    const { clusters } = await readClusters({ lang: 'en', at });
    return clusters.some((cluster) => cluster.id === id);
  } catch {
    return true;
  }
};
