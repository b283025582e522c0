import '#app/globals.css';
import type { Metadata, Viewport } from 'next';

import { readAcceptedLang } from '#lib/api/page.ts';

export const metadata: Metadata = { title: 'Quorate', robots: { index: false } };
export const viewport: Viewport = { width: 'device-width', initialScale: 1 };

/** Nothing but the panel: no shell, no live stream, no cookie, no storage. Theme and language come from the address. */
export default async function EmbedLayout({ children }: { children: React.ReactNode }) {
  return (
    <html lang={(await readAcceptedLang()) === 'zh' ? 'zh-CN' : 'en'}>
      <body className="embed">{children}</body>
    </html>
  );
}
