'use client';

import { useState } from 'react';

import { Overlay } from '#components/shell/dialog.tsx';
import { useWords } from '#components/words.tsx';
import type { RuleDraftDto, RuleDto, RuleTestsDto } from '#lib/api/schema-rules.ts';
import { ask } from '#lib/client/http.ts';

import { TestsPassed } from './rule-tests.tsx';
import { useYaml } from './rule-yaml.tsx';
import { VersionDiff } from './yaml-diff.tsx';

/** What saving would change, line by line, before it does. */
export const SaveDialog = ({
  draft,
  saved,
  tests,
  onClose,
  onSaved,
}: {
  draft: RuleDraftDto;
  /** Null: a new rule. */
  saved: RuleDto | null;
  /** What the draft's tests came to; null: there are none. */
  tests: RuleTestsDto['tests'] | null;
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
          <VersionDiff
            before={{ yaml: saved === null ? '' : (before ?? ''), tests: saved?.tests ?? '' }}
            after={{ yaml: after, tests: draft.tests }}
          />
        ) : (
          <div className="skeleton h-40" />
        )}
        {tests !== null && <TestsPassed tests={tests} />}
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
