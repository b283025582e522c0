import { redirect } from 'next/navigation';

/** Settings begin with the targets. */
export default function SettingsPage() {
  redirect('/settings/targets');
}
