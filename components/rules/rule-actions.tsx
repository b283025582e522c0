'use client';

import { useRouter } from 'next/navigation';
import { toast } from 'sonner';

import { Link, useHref } from '#components/shell/link.tsx';
import { useWords } from '#components/words.tsx';
import type { RuleDto } from '#lib/api/schema-rules.ts';
import { send } from '#lib/client/http.ts';

/** What can be done with a rule, by where it comes from. */
export const RuleActions = ({
  rule,
  isDirty,
  canSave,
  onDiscard,
  onReview,
  onChanged,
}: {
  rule: RuleDto | null;
  isDirty: boolean;
  canSave: boolean;
  onDiscard: () => void;
  onReview: () => void;
  onChanged: () => void;
}) => {
  const t = useWords();
  const router = useRouter();
  const href = useHref();
  const act = (work: Promise<unknown>, done: () => void): void => {
    work
      .then(done)
      .catch((cause: unknown) => toast.error(cause instanceof Error ? cause.message : String(cause)));
  };
  if (rule !== null && rule.source !== 'ui')
    return (
      <div className="flex flex-wrap gap-2">
        {rule.source === 'ready' && (
          <button
            type="button"
            className="btn"
            onClick={() =>
              act(
                send('POST', `/api/rules/${encodeURIComponent(rule.id)}/enabled`, { enabled: !rule.enabled }),
                onChanged,
              )
            }
          >
            {t(rule.enabled ? 'ui.rules.disable' : 'ui.rules.enable')}
          </button>
        )}
        <Link className="btn" href={`/rules/new?from=${encodeURIComponent(rule.id)}`}>
          {t('ui.rules.copy-own')}
        </Link>
      </div>
    );
  return (
    <div className="flex flex-wrap gap-2">
      {rule !== null && (
        <>
          <button
            type="button"
            className="btn ghost"
            onClick={() =>
              act(
                send('DELETE', `/api/rules/${encodeURIComponent(rule.id)}`, undefined, {
                  'if-match': `"${rule.version}"`,
                }),
                () => {
                  toast(t('ui.rules.deleted', { name: rule.name }));
                  router.push(href('/rules'));
                },
              )
            }
          >
            {t('ui.rules.delete')}
          </button>
          <button
            type="button"
            className="btn"
            onClick={() =>
              act(
                send('POST', `/api/rules/${encodeURIComponent(rule.id)}/enabled`, { enabled: !rule.enabled }),
                onChanged,
              )
            }
          >
            {t(rule.enabled ? 'ui.rules.disable' : 'ui.rules.enable')}
          </button>
        </>
      )}
      <button type="button" className="btn" disabled={!isDirty} onClick={onDiscard}>
        {t('ui.rules.discard')}
      </button>
      <button
        type="button"
        className="btn primary"
        aria-keyshortcuts="Control+S"
        disabled={!canSave}
        onClick={onReview}
      >
        {t('ui.rules.review')}{' '}
        <span className="kbd border-transparent bg-transparent text-inherit">Ctrl S</span>
      </button>
    </div>
  );
};
