import { Suspense } from 'react';

import { RulePage } from '#components/rules/rule-page.tsx';

export const metadata = { title: 'Rule' };

export default async function RuleRoute({ params }: { readonly params: Promise<{ readonly rule: string }> }) {
  const { rule } = await params;
  return (
    <Suspense>
      <RulePage id={decodeURIComponent(rule)} />
    </Suspense>
  );
}
