import { Targets } from '#components/settings/targets.tsx';

export const metadata = { title: 'Targets' };

export default function TargetsPage() {
  return <Targets />;
}
