import { Overview } from '#components/overview/overview.tsx';
import { FirstStart } from '#components/start/first-start.tsx';
import { readFirst, readPreferences } from '#lib/api/page.ts';

export const metadata = { title: 'Overview' };

export default async function OverviewPage() {
  const { lang } = await readPreferences();
  const first = await readFirst(lang);
  return first !== null && !first.status.configured ? <FirstStart /> : <Overview />;
}
