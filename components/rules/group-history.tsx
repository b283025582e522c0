'use client';

import { useRead } from '#components/shell/read.ts';
import { useWords } from '#components/words.tsx';
import type { RuleGroupDto, RuleGroupVersionsDto } from '#lib/api/schema-rules.ts';

import { useRestore } from './use-restore.ts';
import { VersionList } from './version-list.tsx';

/** Everything that a group said for its rules, the newest first; any of it can be brought back as a new version. */
export const GroupHistory = ({
  group,
  onRestored,
}: {
  group: Pick<RuleGroupDto, 'name' | 'version'>;
  onRestored: () => void;
}) => {
  const t = useWords();
  const path = `/api/rules/groups/${encodeURIComponent(group.name)}`;
  const { data } = useRead<RuleGroupVersionsDto>(`${path}/versions?v=${group.version}`);
  const restore = useRestore(path, group.version, onRestored);
  if (data === undefined) return <div className="skeleton h-24" />;
  if (data.versions.length === 0) return <p className="note">{t('ui.rules.group-never')}</p>;
  return (
    <VersionList versions={data.versions} textsOf={({ yaml }) => ({ yaml, tests: '' })} onRestore={restore} />
  );
};
