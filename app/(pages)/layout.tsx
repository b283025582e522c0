import '#app/globals.css';
import type { Metadata, Viewport } from 'next';

import { Shell } from '#components/shell/shell.tsx';
import { readFirst, readPreferences } from '#lib/api/page.ts';

export const metadata: Metadata = {
  title: { default: 'Quorate', template: '%s · Quorate' },
  description: 'Health of distributed clusters',
};
export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

export default async function RootLayout({ children }: { children: React.ReactNode }) {
  const { lang, theme } = await readPreferences();
  const first = await readFirst(lang);
  return (
    <html lang={lang === 'zh' ? 'zh-CN' : 'en'} data-theme={theme}>
      <body>
        <Shell lang={lang} first={first}>
          {children}
        </Shell>
      </body>
    </html>
  );
}
