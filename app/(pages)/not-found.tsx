import Link from 'next/link';

import { renderText } from '#lib/i18n/render.ts';
import { readPreferences } from '#lib/api/page.ts';

export default async function NotFound() {
  const { lang } = await readPreferences();
  return (
    <>
      <h1 className="verdict mb-4">{renderText({ code: 'ui.not-found', params: {} }, lang)}</h1>
      <Link href="/" className="btn">
        {renderText({ code: 'ui.to-overview', params: {} }, lang)}
      </Link>
    </>
  );
}
