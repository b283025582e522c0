import { NodeList } from '#components/node/node-list.tsx';

export const metadata = { title: 'Nodes' };

export default function NodesPage() {
  return <NodeList />;
}
