import { Suspense } from 'react';

import { RuleList } from '#components/rules/rule-list.tsx';

export const metadata = { title: 'Rules' };

export default function RulesPage() {
  return (
    <Suspense>
      <RuleList />
    </Suspense>
  );
}
