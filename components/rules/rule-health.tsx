'use client';

import { useNow } from '#components/shell/use-now.ts';
import { useWords } from '#components/words.tsx';
import type { RuleDto } from '#lib/api/schema-rules.ts';

/** When the rule was evaluated last, and what went wrong then. */
export const RuleHealth = ({ rule }: { rule: Pick<RuleDto, 'error' | 'evaluatedAt'> }) => {
  const t = useWords();
  const now = useNow();
  const { error, evaluatedAt } = rule;
  if (error !== null)
    return (
      <p className="mt-1 text-down-ink" data-testid="rule-health">
        {t('ui.rules.failed-with')} <span className="font-mono text-12 wrap-anywhere">{error}</span>
      </p>
    );
  if (evaluatedAt === null || now === 0) return null;
  const agoMs = Math.max(0, Math.floor((now - Date.parse(evaluatedAt)) / 1000) * 1000);
  return (
    <p className="note mt-1" data-testid="rule-health">
      {t('ui.rules.rule-evaluated', { agoMs })}
    </p>
  );
};
