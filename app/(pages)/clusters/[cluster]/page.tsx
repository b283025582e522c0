import type { Metadata } from 'next';
import { notFound } from 'next/navigation';

import { Consensus } from '#components/consensus/consensus.tsx';
import { isKnownCluster } from '#lib/api/page.ts';

type Props = PageProps<'/clusters/[cluster]'>;

export const generateMetadata = async ({ params }: Props): Promise<Metadata> => ({
  title: decodeURIComponent((await params).cluster),
});

export default async function ClusterRoute({ params, searchParams }: Props) {
  const id = decodeURIComponent((await params).cluster);
  const { at } = await searchParams;
  if (!(await isKnownCluster(id, typeof at === 'string' ? at : null))) notFound();
  return <Consensus id={id} />;
}
