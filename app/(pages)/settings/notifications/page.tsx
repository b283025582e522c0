import { Channels } from '#components/settings/channels.tsx';

export const metadata = { title: 'Notifications' };

export default function NotificationsPage() {
  return <Channels />;
}
