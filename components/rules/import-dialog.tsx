'use client';

import { useState } from 'react';

import { Overlay } from '#components/shell/dialog.tsx';
import { useWords } from '#components/words.tsx';
import { send } from '#lib/client/http.ts';

/** Takes a rule file's text; what is wrong in it is said with its line. */
export const ImportDialog = ({ onClose, onImported }: { onClose: () => void; onImported: () => void }) => {
  const t = useWords();
  const [yaml, setYaml] = useState('');
  const [error, setError] = useState<string | null>(null);
  return (
    <Overlay
      open
      onClose={onClose}
      title={t('ui.rules.import')}
      note={t('ui.rules.import-note')}
      shape="drawer"
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          setError(null);
          send('POST', '/api/rules/yaml', { yaml })
            .then(onImported)
            .catch((cause: unknown) => setError(cause instanceof Error ? cause.message : String(cause)));
        }}
      >
        <textarea
          className="field font-mono"
          rows={20}
          aria-label="YAML"
          spellCheck={false}
          placeholder={'groups:\n  - name: own\n    rules:\n      - alert: …'}
          value={yaml}
          onChange={(event) => setYaml(event.target.value)}
        />
        <button type="submit" className="btn primary justify-self-start" disabled={yaml.trim() === ''}>
          {t('ui.rules.import-do')}
        </button>
        {error !== null && (
          <pre role="alert" className="well text-down-ink">
            {error}
          </pre>
        )}
      </form>
    </Overlay>
  );
};
