import { Suspense } from 'react';

import { Alerts } from '#components/alerts/alerts.tsx';

export const metadata = { title: 'Alerts' };

export default function AlertsPage() {
  return (
    <Suspense>
      <Alerts />
    </Suspense>
  );
}
