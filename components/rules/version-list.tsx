'use client';

import { useState } from 'react';

import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { RuleVersionsDto } from '#lib/api/schema-rules.ts';
import { clockTime, sinceSpan } from '#lib/format/time.ts';

import { VersionDiff } from './yaml-diff.tsx';
import type { Texts } from './yaml-diff.tsx';

type Version = Omit<RuleVersionsDto['versions'][number], 'rule' | 'yaml'>;

const Entry = ({
  version,
  before,
  after,
  onRestore,
}: {
  version: Version;
  before: Texts;
  after: Texts;
  /** Null: it cannot be brought back. */
  onRestore: (() => void) | null;
}) => {
  const t = useWords();
  const lang = useLang();
  const now = useNow();
  const [open, setOpen] = useState(false);
  return (
    <li className="border-b border-line py-2">
      <div className="flex flex-wrap items-center gap-3">
        <button type="button" className="btn ghost" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('ui.rules.version', { version: version.version })}
        </button>
        <span>{t(`ui.rules.change.${version.change}`)}</span>
        <span className="note">
          {now === 0 ? '' : `${clockTime(version.at, lang, now)} (${sinceSpan(version.at, lang, now)})`}
          {version.actor === null ? '' : ` · ${version.actor}`}
        </span>
        {onRestore !== null && (
          <button
            type="button"
            className="btn ml-auto"
            aria-label={`${t('ui.rules.restore')}: ${t('ui.rules.version', { version: version.version })}`}
            onClick={onRestore}
          >
            {t('ui.rules.restore')}
          </button>
        )}
      </div>
      {open && (
        <div className="mt-2">
          <VersionDiff before={before} after={after} />
        </div>
      )}
    </li>
  );
};

const NOTHING: Texts = { yaml: '', tests: '' };

/** Versions of a thing, the newest first, each with what it changed; any but the newest can be brought back. */
export const VersionList = <V extends Version>({
  versions,
  textsOf,
  onRestore,
}: {
  versions: readonly V[];
  textsOf: (version: V) => Texts;
  /** Null: nothing can be changed now. */
  onRestore: ((version: number) => void) | null;
}) => (
  <ol>
    {versions.map((version, i) => {
      const before = versions[i + 1];
      return (
        <Entry
          key={version.version}
          version={version}
          before={before === undefined ? NOTHING : textsOf(before)}
          after={textsOf(version)}
          onRestore={i === 0 || onRestore === null ? null : () => onRestore(version.version)}
        />
      );
    })}
  </ol>
);
