import { SettingsTabs } from '#components/settings/settings-tabs.tsx';

export default function SettingsLayout({ children }: { children: React.ReactNode }) {
  return (
    <>
      <SettingsTabs />
      {children}
    </>
  );
}
