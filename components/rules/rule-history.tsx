'use client';

import { useInstant } from '#components/shell/instant.tsx';
import { useRead } from '#components/shell/read.ts';
import type { RuleDto, RuleVersionsDto } from '#lib/api/schema-rules.ts';

import { useRestore } from './use-restore.ts';
import { VersionList } from './version-list.tsx';

/** Every version of a rule, the newest first; any of them can be brought back as a new one. */
export const RuleHistory = ({ rule, onRestored }: { rule: RuleDto; onRestored: () => void }) => {
  const path = `/api/rules/${encodeURIComponent(rule.id)}`;
  const { isPast } = useInstant();
  const { data, again } = useRead<RuleVersionsDto>(`${path}/versions?v=${rule.version}`);
  const restore = useRestore(path, rule.version, () => {
    again();
    onRestored();
  });
  if (data === undefined) return <div className="skeleton h-24" />;
  return (
    <VersionList
      versions={data.versions}
      textsOf={({ yaml, rule: draft }) => ({ yaml, tests: draft.tests })}
      onRestore={isPast ? null : restore}
    />
  );
};
