'use client';

import { useState } from 'react';
import useSWR from 'swr';

import { Overlay } from '#components/shell/dialog.tsx';
import { useWords } from '#components/words.tsx';
import type { RuleDraftDto, RuleDto } from '#lib/api/schema-rules.ts';
import { ask } from '#lib/client/http.ts';

import { YamlDiff } from './yaml-diff.tsx';

export const useYaml = (draft: RuleDraftDto | null): string | undefined =>
  useSWR(draft === null ? null : ['/api/rules/render', JSON.stringify(draft)], () =>
    ask<{ yaml: string }>('POST', '/api/rules/render', draft),
  ).data?.yaml;

/** What saving would change, line by line, before it does. */
export const SaveDialog = ({
  draft,
  saved,
  onClose,
  onSaved,
}: {
  draft: RuleDraftDto;
  /** Null: a new rule. */
  saved: RuleDto | null;
  onClose: () => void;
  onSaved: (rule: RuleDto) => void;
}) => {
  const t = useWords();
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const before = useYaml(saved);
  const after = useYaml(draft);
  const ready = after !== undefined && (saved === null || before !== undefined);
  const save = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      onSaved(
        saved === null
          ? await ask<RuleDto>('POST', '/api/rules', draft)
          : await ask<RuleDto>('PUT', `/api/rules/${encodeURIComponent(saved.id)}`, draft, {
              'if-match': `"${saved.version}"`,
            }),
      );
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
      setBusy(false);
    }
  };
  return (
    <Overlay open onClose={onClose} title={t('ui.rules.changes')} shape="drawer">
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {ready ? (
          <YamlDiff before={saved === null ? '' : (before ?? '')} after={after} />
        ) : (
          <div className="skeleton h-40" />
        )}
        <button type="submit" className="btn primary justify-self-start" disabled={!ready || busy}>
          {t('ui.rules.save')}
        </button>
        {error !== null && (
          <p role="alert" className="text-down-ink">
            {error}
          </p>
        )}
      </form>
    </Overlay>
  );
};
