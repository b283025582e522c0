'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { useWords } from '#components/words.tsx';
import { send } from '#lib/client/http.ts';
import { STARTER_CONFIG } from '#lib/format/starter-config.ts';

/** Nothing is configured: two doors. */
export const FirstStart = () => {
  const t = useWords();
  const router = useRouter();
  const [starting, setStarting] = useState(false);
  const [copied, setCopied] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const start = async (): Promise<void> => {
    setStarting(true);
    setError(null);
    try {
      await send('POST', '/api/demo', {});
      router.refresh();
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
      setStarting(false);
    }
  };
  return (
    <div className="mx-auto max-w-4xl pt-8">
      <h1 className="verdict">{t('ui.start.verdict')}</h1>
      <p className="lede mt-1">{t('ui.start.lede')}</p>
      <div className="mt-6 grid gap-6 md:grid-cols-2">
        <section className="grid content-start gap-3 rounded-3 border border-line-2 p-5">
          <h2 className="text-14 font-head">{t('ui.start.sample')}</h2>
          <p className="text-ink-2">{t('ui.start.sample-text')}</p>
          <button
            type="button"
            className="btn primary justify-self-start"
            disabled={starting}
            onClick={() => void start()}
          >
            {t(starting ? 'ui.start.starting' : 'ui.start.sample-do')}
          </button>
          {error !== null && (
            <p role="alert" className="text-down-ink">
              {error}
            </p>
          )}
        </section>
        <section className="grid content-start gap-3 rounded-3 border border-line-2 p-5">
          <h2 className="text-14 font-head">{t('ui.start.config')}</h2>
          <p className="text-ink-2">{t('ui.start.config-text')}</p>
          <textarea
            className="well h-[26rem] w-full resize-none"
            readOnly
            aria-label="quorate.yml"
            value={STARTER_CONFIG}
          />
          <button
            type="button"
            className="btn justify-self-start"
            onClick={() => {
              navigator.clipboard.writeText(STARTER_CONFIG).then(
                () => setCopied(true),
                () => undefined, // without permission the text can still be marked
              );
            }}
          >
            {t(copied ? 'ui.copied' : 'ui.copy')}
          </button>
        </section>
      </div>
    </div>
  );
};
