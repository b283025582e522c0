'use client';

import { diffLines } from 'diff';

import { useWords } from '#components/words.tsx';

/** Two texts line by line: what goes is struck, what comes is marked, with signs beside the colours. */
const YamlDiff = ({ before, after }: { before: string; after: string }) => {
  const t = useWords();
  if (before === after) return <p className="text-ink-2">{t('ui.rules.no-changes')}</p>;
  const lines = diffLines(before, after).flatMap((part) =>
    part.value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ text, sign: part.added ? '+' : part.removed ? '−' : ' ' })),
  );
  return (
    <pre className="well" data-testid="diff">
      {lines.map(({ text, sign }, i) => (
        <span
          key={`${i} ${text}`}
          className={
            sign === '+'
              ? 'block bg-hover font-semibold'
              : sign === '−'
                ? 'block text-ink-3 line-through'
                : 'block text-ink-2'
          }
        >
          {sign} {text}
        </span>
      ))}
    </pre>
  );
};

export interface Texts {
  readonly yaml: string;
  readonly tests: string;
}

/** What differs between two versions of a rule: in the rule itself, and in its unit tests. */
export const VersionDiff = ({ before, after }: { before: Texts; after: Texts }) => {
  const t = useWords();
  const hasTests = before.tests !== after.tests;
  return (
    <>
      {(before.yaml !== after.yaml || !hasTests) && <YamlDiff before={before.yaml} after={after.yaml} />}
      {hasTests && (
        <div>
          <p className="note mt-2 mb-1">{t('ui.rules.tab.tests')}</p>
          <YamlDiff before={before.tests} after={after.tests} />
        </div>
      )}
    </>
  );
};
