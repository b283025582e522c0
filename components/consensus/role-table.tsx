'use client';

import { TableHead } from '#components/marks/table-head.tsx';
import { useLang, useWords } from '#components/words.tsx';
import { clockTime, spanOrUnknown } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';

import type { RoleHistory } from './use-role-history.ts';

const MOST_ROWS = 200;

/** The lanes as rows, newest first. */
export const RoleTable = ({ history, from, end }: { history: RoleHistory; from: Ms; end: Ms }) => {
  const t = useWords();
  const lang = useLang();
  const rows = history.members
    .flatMap((member) => member.told.map((told) => ({ node: member.node, ...told })))
    .filter((row) => row.to > from && row.from < end)
    .toSorted((a, b) => b.from - a.from || a.node.localeCompare(b.node, 'en', { numeric: true }))
    .slice(0, MOST_ROWS);
  const time = (at: Ms): string => clockTime(new Date(at).toISOString(), lang, end);
  return (
    <div className="scroll-x" role="group" aria-label={t('consensus.roles')} tabIndex={0}>
      <table className="grid-table" data-testid="role-table">
        <TableHead
          columns={[
            'ui.since',
            ['consensus.until', 'max-sm:hidden'],
            ['consensus.lasted', 'num'],
            'consensus.member',
            'ui.role',
            'ui.names',
            ['ui.term', 'num'],
          ]}
        />
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.node} ${row.from}`}>
              <td>{time(Math.max(from, row.from))}</td>
              <td className="text-ink-3 max-sm:hidden">{row.to >= end ? '–' : time(row.to)}</td>
              <td className="num">
                {spanOrUnknown(
                  Math.floor((Math.min(row.to, end) - Math.max(from, row.from)) / 1000) * 1000,
                  lang,
                )}
              </td>
              <td>
                <b>{row.node}</b>
              </td>
              <td>{t(`ui.role.${row.role}`)}</td>
              <td>
                {row.leader ?? (
                  <span className="text-ink-3">
                    {t(row.role === 'unknown' ? 'ui.not-told' : 'consensus.none')}
                  </span>
                )}
              </td>
              <td className="num">{row.term ?? '?'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
