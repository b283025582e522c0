'use client';

import { useWords } from '#components/words.tsx';

/** One page's failure: said verbatim, with a way on; the frame around it stays. */
export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  const t = useWords();
  return (
    <div role="alert">
      <h1 className="verdict">{t('ui.failed')}</h1>
      <pre className="well my-3">{error.message}</pre>
      <button type="button" className="btn" onClick={reset}>
        {t('ui.retry')}
      </button>
    </div>
  );
}
