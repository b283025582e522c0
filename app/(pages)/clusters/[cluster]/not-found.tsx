import { UnknownCluster } from '#components/consensus/unknown-cluster.tsx';

export default function ClusterNotFound() {
  return <UnknownCluster />;
}
