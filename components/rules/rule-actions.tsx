'use client';

import { useRouter } from 'next/navigation';
import { toast } from 'sonner';

import { Link, useHref } from '#components/shell/link.tsx';
import { useWords } from '#components/words.tsx';
import type { RuleDto } from '#lib/api/schema-rules.ts';
import { send } from '#lib/client/http.ts';

const UNDO_MS = 15_000;

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
  /** A deleted rule keeps its versions, so that what was deleted by mistake is one press away. */
  const remove = (gone: RuleDto): void => {
    const path = `/api/rules/${encodeURIComponent(gone.id)}`;
    const bringBack = (): void =>
      act(send('POST', `${path}/restore`, { version: gone.version }), () =>
        router.push(href(`/rules/${encodeURIComponent(gone.id)}`)),
      );
    act(send('DELETE', path, undefined, { 'if-match': `"${gone.version}"` }), () => {
      toast(t('ui.rules.deleted', { name: gone.name }), {
        duration: UNDO_MS,
        action: { label: t('ui.undo'), onClick: bringBack },
      });
      router.push(href('/rules'));
    });
  };
  const switchOf = (one: RuleDto): React.ReactNode => (
    <button
      type="button"
      className="btn"
      onClick={() =>
        act(
          send('POST', `/api/rules/${encodeURIComponent(one.id)}/enabled`, { enabled: !one.enabled }),
          onChanged,
        )
      }
    >
      {t(one.enabled ? 'ui.rules.disable' : 'ui.rules.enable')}
    </button>
  );
  if (rule !== null && rule.source !== 'ui')
    return (
      <div className="flex flex-wrap gap-2">
        {rule.source === 'ready' && switchOf(rule)}
        <Link className="btn" href={`/rules/new?from=${encodeURIComponent(rule.id)}`}>
          {t('ui.rules.copy-own')}
        </Link>
      </div>
    );
  return (
    <div className="flex flex-wrap gap-2">
      {rule !== null && (
        <>
          <button type="button" className="btn ghost" onClick={() => remove(rule)}>
            {t('ui.rules.delete')}
          </button>
          {switchOf(rule)}
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
