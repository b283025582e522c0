'use client';

import useSWR from 'swr';

import type { GroupSettingsDto, RuleDto, RuleGroupDto } from '#lib/api/schema-rules.ts';
import { getJson } from '#lib/client/http.ts';

/** What is shown until the server has said what a group says. */
const UNKNOWN: GroupSettingsDto = { intervalMs: 5000, limit: 0, queryOffsetMs: 0, labels: {} };

export interface Group {
  readonly settings: GroupSettingsDto;
  /** A group of the UI, as it can be edited; null: it cannot. */
  readonly own: RuleGroupDto | null;
  readonly again: () => void;
}

/** What the group of a rule says for it. @param saved the rule when it is read only: its group comes with it */
export const useGroup = (name: string, saved: RuleDto | null): Group => {
  const { data, mutate } = useSWR<RuleGroupDto>(
    saved !== null || name === '' ? null : `/api/rules/groups/${encodeURIComponent(name)}`,
    (path: string) => getJson<RuleGroupDto>(path),
  );
  const own = data ?? null;
  return { settings: saved?.settings ?? own ?? UNKNOWN, own, again: () => void mutate() };
};
