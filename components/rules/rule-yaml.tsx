'use client';

import useSWR from 'swr';

import { useRead } from '#components/shell/read.ts';
import { useWords } from '#components/words.tsx';
import type { GroupSettingsDto, RuleDraftDto, RuleDto } from '#lib/api/schema-rules.ts';
import { ask } from '#lib/client/http.ts';

/** A draft as a rule file, in its group as that is now. @param settings what its group says: it belongs to the question */
export const useYaml = (
  draft: RuleDraftDto | null,
  settings: GroupSettingsDto | null = null,
): string | undefined =>
  useSWR(draft === null ? null : ['/api/rules/render', JSON.stringify([draft, settings])], () =>
    ask<{ yaml: string }>('POST', '/api/rules/render', draft),
  ).data?.yaml;

/** A rule as files of Prometheus: its group with it alone, and its unit tests. */
export const RuleYaml = ({
  draft,
  saved,
  settings,
}: {
  draft: RuleDraftDto;
  /** A rule that is read only stands in its own group; null: the draft counts. */
  saved: RuleDto | null;
  settings: GroupSettingsDto;
}) => {
  const t = useWords();
  const rendered = useYaml(saved === null ? draft : null, settings);
  const read = useRead<{ yaml: string }>(
    saved === null ? null : `/api/rules/${encodeURIComponent(saved.id)}/yaml`,
  ).data?.yaml;
  const yaml = saved === null ? rendered : read;
  if (yaml === undefined) return <div className="skeleton h-40" />;
  return (
    <>
      <pre className="well" data-testid="yaml">
        {yaml}
      </pre>
      {draft.tests !== '' && (
        <>
          <p className="note mt-3 mb-1">{t('ui.rules.tab.tests')}</p>
          <pre className="well">{draft.tests}</pre>
        </>
      )}
    </>
  );
};
