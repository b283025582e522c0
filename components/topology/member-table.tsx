'use client';

import { Glyph } from '#components/marks/glyphs.tsx';
import { StateMark } from '#components/marks/state.tsx';
import { Link } from '#components/shell/link.tsx';
import { useWords } from '#components/words.tsx';
import type { ClusterDto, NodeRowDto } from '#lib/api/schema.ts';
import { grouped, phiText } from '#lib/format/number.ts';

/** Every member with what it says of itself. */
export const MemberTable = ({
  cluster,
  nodes,
}: {
  cluster: ClusterDto;
  nodes: ReadonlyMap<string, NodeRowDto>;
}) => {
  const t = useWords();
  const hasLog = cluster.protocol !== 'none';
  return (
    <div className="scroll-x">
      <table className="grid-table">
        <thead>
          <tr>
            <th scope="col">{t('ui.state')}</th>
            <th scope="col">{t('ui.node')}</th>
            {hasLog && (
              <>
                <th scope="col">{t('ui.role')}</th>
                <th scope="col">{t('ui.term')}</th>
                <th scope="col">{t('ui.names')}</th>
                <th scope="col" className="num">
                  {t('ui.commit')}
                </th>
                <th scope="col" className="num">
                  {t('ui.applied')}
                </th>
                <th scope="col" className="num">
                  {t('ui.lag')}
                </th>
              </>
            )}
            <th scope="col" className="num">
              {t('ui.suspicion')}
            </th>
            <th scope="col">{t('ui.place')}</th>
          </tr>
        </thead>
        <tbody>
          {cluster.members.map((member) => {
            const row = nodes.get(member.node);
            return (
              <tr key={member.node} data-node={member.node}>
                <td>
                  <StateMark state={member.state} />
                </td>
                <td>
                  <Link href={`/nodes/${encodeURIComponent(member.node)}`} className="font-strong">
                    {row?.name ?? member.node}
                  </Link>
                  {row?.flags.map((flag) => (
                    <span key={flag} className="tag ml-2">
                      {t(`ui.flag.${flag}`)}
                    </span>
                  ))}
                </td>
                {hasLog && (
                  <>
                    <td>
                      <span className="inline-flex items-center gap-1.5">
                        {member.role === 'leader' && <Glyph name="leader" />}
                        {t(`ui.role.${member.role}`)}
                      </span>
                    </td>
                    <td>{member.term?.text ?? '?'}</td>
                    <td className={member.agrees === false ? 'text-suspect-ink' : ''}>
                      {member.leader ?? '?'}
                    </td>
                    <td className="num">{grouped(member.commitIndex)}</td>
                    <td className="num">{grouped(member.appliedIndex)}</td>
                    <td className="num">{member.lag ?? '?'}</td>
                  </>
                )}
                <td className="num">
                  <b>{phiText(member.fused)}</b>{' '}
                  <span className="text-ink-3">/ {phiText(row?.downLimit ?? null)}</span>
                </td>
                <td className="text-ink-2">
                  {[row?.labels.zone, row?.labels.host].filter(Boolean).join(', ')}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};
