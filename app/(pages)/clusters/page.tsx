import Link from 'next/link';
import { redirect } from 'next/navigation';

import { readFirst, readPreferences } from '#lib/api/page.ts';
import { renderText } from '#lib/i18n/render.ts';

export const metadata = { title: 'Consensus' };

/** Opens the cluster that needs the reader most; where none is watched, says what would stand here. */
export default async function ClustersRoute({ searchParams }: PageProps<'/clusters'>) {
  const { lang } = await readPreferences();
  const clusters = (await readFirst(lang))?.clusters.clusters ?? [];
  const first = clusters.find((cluster) => cluster.protocol !== 'none') ?? clusters[0];
  if (first !== undefined) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(await searchParams))
      if (typeof value === 'string') query.set(name, value);
    redirect(`/clusters/${encodeURIComponent(first.id)}${query.size === 0 ? '' : `?${query.toString()}`}`);
  }
  const say = (code: string): string => renderText({ code, params: {} }, lang);
  return (
    <>
      <h1 className="verdict">{say('consensus.nothing')}</h1>
      <p className="lede mt-1 mb-4">{say('consensus.nothing-lede')}</p>
      <Link href="/" className="btn">
        {say('ui.to-overview')}
      </Link>
    </>
  );
}
