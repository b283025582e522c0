import type { Metadata } from 'next';

import { NodePage } from '#components/node/node-page.tsx';

interface Props {
  readonly params: Promise<{ readonly node: string }>;
}

export const generateMetadata = async ({ params }: Props): Promise<Metadata> => ({
  title: decodeURIComponent((await params).node),
});

export default async function NodeRoute({ params }: Props) {
  return <NodePage id={decodeURIComponent((await params).node)} />;
}
