import { redirect } from 'next/navigation';

/** Settings begin with the targets, at the same instant. */
export default async function SettingsPage({ searchParams }: PageProps<'/settings'>) {
  const { at } = await searchParams;
  redirect(typeof at === 'string' ? `/settings/targets?at=${encodeURIComponent(at)}` : '/settings/targets');
}
