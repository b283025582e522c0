'use client';

import { useSearchParams } from 'next/navigation';

import { useInstant } from '#components/shell/instant.tsx';
import { useRead } from '#components/shell/read.ts';
import { useWords } from '#components/words.tsx';
import type { RuleDto } from '#lib/api/schema-rules.ts';
import { ApiError } from '#lib/client/http.ts';

import { RuleEditor } from './rule-editor.tsx';

const REFRESH_MS = 5000;

const Failed = ({ error }: { error: Error }) => {
  const t = useWords();
  const { isPast } = useInstant();
  return isPast && error instanceof ApiError && error.status === 404 ? (
    <h1 className="verdict">{t('ui.rules.not-then')}</h1>
  ) : (
    <p role="alert" className="text-down-ink">
      {t('ui.failed')}: {error.message}
    </p>
  );
};

/**
 * One rule, or a new one, as of the page's instant; the editor begins anew with every version, so that nobody edits what
 * is gone.
 */
export const RulePage = ({ id }: { id: string }) => {
  const t = useWords();
  const { isPast, text } = useInstant();
  const from = useSearchParams().get('from');
  const isNew = id === 'new';
  const wanted = isNew ? from : id;
  const { data, error, again } = useRead<RuleDto>(
    wanted === null ? null : `/api/rules/${encodeURIComponent(wanted)}`,
    isNew ? 0 : REFRESH_MS,
  );
  if (isNew && isPast) return <h1 className="verdict">{t('ui.rules.new-then')}</h1>;
  if (error !== undefined && (isPast || data === undefined)) return <Failed error={error} />;
  if (wanted !== null && data?.id !== wanted) return <div className="skeleton h-64" />;
  const rule = isNew ? null : (data ?? null);
  return (
    <RuleEditor
      key={rule === null ? 'new' : `${rule.id} ${rule.version} ${text ?? ''}`}
      rule={rule}
      template={isNew ? (data ?? null) : null}
      onChanged={again}
    />
  );
};
