'use client';

import { useState } from 'react';
import { toast } from 'sonner';

import { useInstant } from '#components/shell/instant.tsx';
import { useRead } from '#components/shell/read.ts';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { RuleDto, RuleVersionsDto } from '#lib/api/schema-rules.ts';
import { ask } from '#lib/client/http.ts';
import { clockTime, sinceSpan } from '#lib/format/time.ts';

import { VersionDiff } from './yaml-diff.tsx';

type Version = RuleVersionsDto['versions'][number];

const Entry = ({
  version,
  before,
  canRestore,
  onRestore,
}: {
  version: Version;
  before: Version | undefined;
  canRestore: boolean;
  onRestore: () => void;
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
        {canRestore && (
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
          <VersionDiff
            before={{ yaml: before?.yaml ?? '', tests: before?.rule.tests ?? '' }}
            after={{ yaml: version.yaml, tests: version.rule.tests }}
          />
        </div>
      )}
    </li>
  );
};

/** Every version of a rule, the newest first; any of them can be brought back as a new one. */
export const RuleHistory = ({ rule, onRestored }: { rule: RuleDto; onRestored: () => void }) => {
  const t = useWords();
  const path = `/api/rules/${encodeURIComponent(rule.id)}`;
  const { isPast } = useInstant();
  const { data, again } = useRead<RuleVersionsDto>(`${path}/versions?v=${rule.version}`);
  if (data === undefined) return <div className="skeleton h-24" />;
  const restore = (version: number): void => {
    ask('POST', `${path}/restore`, { version }, { 'if-match': `"${rule.version}"` })
      .then(() => {
        toast(t('ui.rules.restored', { version }));
        again();
        onRestored();
      })
      .catch((cause: unknown) => toast.error(cause instanceof Error ? cause.message : String(cause)));
  };
  return (
    <ol>
      {data.versions.map((version, i) => (
        <Entry
          key={version.version}
          version={version}
          before={data.versions[i + 1]}
          canRestore={i > 0 && !isPast}
          onRestore={() => restore(version.version)}
        />
      ))}
    </ol>
  );
};
