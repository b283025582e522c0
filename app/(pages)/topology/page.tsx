import { Suspense } from 'react';

import { Topology } from '#components/topology/topology.tsx';

export const metadata = { title: 'Topology' };

export default function TopologyPage() {
  return (
    <Suspense>
      <Topology />
    </Suspense>
  );
}
