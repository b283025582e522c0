'use client';

import { toast } from 'sonner';

import { useInstant } from '#components/shell/instant.tsx';
import { useRead } from '#components/shell/read.ts';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { WatchedTargetsDto } from '#lib/api/schema-settings.ts';
import { send } from '#lib/client/http.ts';
import { sinceSpan } from '#lib/format/time.ts';

import { WatchAddress } from './watch-address.tsx';

/** Targets that no file names: add one by its address, remove one. Of the past they are only shown. */
export const OwnTargets = ({ onChange }: { onChange: () => void }) => {
  const lang = useLang();
  const t = useWords();
  const now = useNow();
  const { isPast } = useInstant();
  const { data, again } = useRead<WatchedTargetsDto>('/api/targets');
  const changed = (): void => {
    again();
    onChange();
  };
  const remove = (id: string, address: string): void => {
    send('DELETE', `/api/targets/${id}`)
      .then(() => toast(t('ui.watch.removed', { address })))
      .then(changed)
      .catch((cause: unknown) => toast.error(cause instanceof Error ? cause.message : String(cause)));
  };
  const targets = data?.targets ?? [];
  if (isPast && targets.length === 0) return null;
  return (
    <section className="mb-6 grid gap-6 border-b border-line-2 pb-6 lg:grid-cols-[minmax(280px,420px)_1fr]">
      {!isPast && (
        <div>
          <div className="head">
            <h2>{t('ui.watch.add')}</h2>
          </div>
          <WatchAddress onWatched={changed} />
        </div>
      )}
      {targets.length > 0 && (
        <div className="scroll-x">
          <div className="head">
            <h2>{t('ui.watch.own')}</h2>
            <span className="note">{t('ui.watch.own-note')}</span>
          </div>
          <table className="grid-table">
            <thead>
              <tr>
                <th scope="col">{t('ui.cluster')}</th>
                <th scope="col">{t('ui.address')}</th>
                <th scope="col">{t('ui.watch.kind')}</th>
                <th scope="col" className="num">
                  {t('ui.watch.since')}
                </th>
                {!isPast && (
                  <th scope="col">
                    <span className="sr-only">{t('ui.watch.remove')}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {targets.map(({ id, name, address, scheme, path, kind, addedAt, targetCount }) => (
                <tr key={id} data-own-target={address}>
                  <td>{name}</td>
                  <td className="font-mono text-12">
                    {scheme}://{address}
                    {path === '/' ? '' : path}
                  </td>
                  <td>
                    {t(`ui.watch.kind.${kind}`)}
                    {targetCount !== null && (
                      <span className="note ml-2">{t('ui.scrapers', { count: targetCount })}</span>
                    )}
                  </td>
                  <td className="num text-ink-2">{now === 0 ? '' : sinceSpan(addedAt, lang, now)}</td>
                  {!isPast && (
                    <td className="num">
                      <button
                        type="button"
                        className="btn"
                        aria-label={t('ui.watch.remove-name', { address, name })}
                        onClick={() => remove(id, address)}
                      >
                        {t('ui.watch.remove')}
                      </button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
};
