'use client';

import { useSearchParams } from 'next/navigation';
import useSWR from 'swr';

import { useWords } from '#components/words.tsx';
import type { RuleDto } from '#lib/api/schema-rules.ts';
import { getJson } from '#lib/client/http.ts';

import { RuleEditor } from './rule-editor.tsx';

const REFRESH = { refreshInterval: 5000 };

/** One rule, or a new one; the editor begins anew with every version, so that nobody edits what is gone. */
export const RulePage = ({ id }: { id: string }) => {
  const t = useWords();
  const from = useSearchParams().get('from');
  const wanted = id === 'new' ? from : id;
  const { data, error, mutate } = useSWR<RuleDto, Error>(
    wanted === null ? null : `/api/rules/${encodeURIComponent(wanted)}`,
    (path: string) => getJson<RuleDto>(path),
    id === 'new' ? {} : REFRESH,
  );
  if (error !== undefined && data === undefined)
    return (
      <p role="alert" className="text-down-ink">
        {t('ui.failed')}: {error.message}
      </p>
    );
  if (wanted !== null && data === undefined) return <div className="skeleton h-64" />;
  const rule = id === 'new' ? null : (data ?? null);
  return (
    <RuleEditor
      key={rule === null ? 'new' : `${rule.id} ${rule.version}`}
      rule={rule}
      template={id === 'new' ? (data ?? null) : null}
      onChanged={() => void mutate()}
    />
  );
};
