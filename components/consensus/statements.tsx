'use client';

import { TableHead } from '#components/marks/table-head.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { Link } from '#components/shell/link.tsx';
import { Glyph, STATE_GLYPH } from '#components/marks/glyphs.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { ClusterDto } from '#lib/api/schema.ts';
import { grouped } from '#lib/format/number.ts';
import { clockTime, spanOrUnknown } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';

type Member = ClusterDto['members'][number];

const isRead = (member: Member): boolean => member.role !== 'unknown';
/** Who disagrees comes first, then who was not read. */
const rank = (member: Member): number =>
  member.agrees === false ? 0 : isRead(member) ? (member.agrees === null ? 2 : 3) : 1;

const Verdict = ({ member }: { member: Member }) => {
  const t = useWords();
  if (!isRead(member))
    return (
      <span className="st text-unknown-ink">
        <Glyph name={member.state === 'up' ? 'unknown' : STATE_GLYPH[member.state]} />
        {t('consensus.not-read')}
      </span>
    );
  if (member.agrees === true)
    return (
      <span className="st text-ok-ink">
        <Glyph name="up" />
        {t('consensus.agrees')}
      </span>
    );
  return (
    <span className="st text-suspect-ink">
      <Glyph name={member.agrees === false ? 'suspect' : 'degraded'} />
      {t(member.agrees === false ? 'consensus.disagrees' : 'consensus.no-majority')}
    </span>
  );
};

const Named = ({ member }: { member: Member }) => {
  const t = useWords();
  if (!isRead(member)) return <span className="text-ink-3">?</span>;
  if (member.leader === null)
    return (
      <span className="st text-suspect-ink">
        <Glyph name="suspect" />
        {t('consensus.none')}
      </span>
    );
  return (
    <span className="inline-flex items-center gap-1.5">
      <Glyph name={member.agrees === true ? 'leader' : 'claim'} size={11} />
      {member.leader}
    </span>
  );
};

const useWhy = (cluster: ClusterDto) => {
  const t = useWords();
  return (member: Member): string | null => {
    const parts: string[] = [];
    const chosen = cluster.leader?.state === 'one' ? cluster.leader.node : null;
    if (!isRead(member)) {
      if (member.state !== 'up')
        parts.push(t('consensus.why-state', { state: t(`ui.state.${member.state}`) }));
      if (member.readError !== null) parts.push(t('consensus.why-error', { error: member.readError }));
    } else if (member.agrees === false && chosen !== null) {
      if (member.leader === null) parts.push(t('consensus.why-none', { chosen }));
      else if (member.leader !== chosen)
        parts.push(t('consensus.why-other', { leader: member.leader, chosen }));
      else if (member.term !== null)
        parts.push(t('consensus.why-term', { term: `${member.term.kind} ${member.term.text}` }));
    }
    return parts.length === 0 ? null : parts.join(' ');
  };
};

/** What each member says of itself, untouched, and whether that is what the majority says. */
export const Statements = ({ cluster, end }: { cluster: ClusterDto; end: Ms }) => {
  const t = useWords();
  const lang = useLang();
  const why = useWhy(cluster);
  const { isPast } = useInstant(); // when a member was read is not kept
  const rows = cluster.members.toSorted(
    (a, b) => rank(a) - rank(b) || a.node.localeCompare(b.node, 'en', { numeric: true }),
  );
  return (
    <section>
      <div className="head">
        <h2>{t('consensus.says')}</h2>
        <span className="note">{t('consensus.says-note', { time: clockTime(cluster.at, lang, end) })}</span>
      </div>
      <div className="scroll-x" role="group" aria-label={t('consensus.says')} tabIndex={0}>
        <table className="grid-table" data-testid="statements">
          <TableHead
            columns={[
              'consensus.member',
              ['consensus.native-role', 'max-sm:hidden'],
              'ui.leader',
              ['ui.term', 'num'],
              ['ui.commit-index', 'num max-sm:hidden'],
              ...(isPast ? [] : ([['consensus.read', 'num max-sm:hidden']] as const)),
              ['consensus.verdict', 'pl-4'],
            ]}
          />
          <tbody>
            {rows.map((member) => {
              const reason = why(member);
              return [
                <tr key={member.node} className={reason === null ? '' : 'has-why'} data-member={member.node}>
                  <td>
                    <Link href={`/nodes/${encodeURIComponent(member.node)}`} className="font-strong">
                      {member.node}
                    </Link>
                    {member.membership !== 'voter' && (
                      <span className="ml-2 tag">{t(`ui.membership.${member.membership}`)}</span>
                    )}
                  </td>
                  <td className="font-mono text-12 max-sm:hidden">
                    {member.nativeRole ?? (isRead(member) ? t(`ui.role.${member.role}`) : '?')}
                  </td>
                  <td>
                    <Named member={member} />
                  </td>
                  <td className="num">{member.term?.text ?? '?'}</td>
                  <td className="num max-sm:hidden">{grouped(member.commitIndex)}</td>
                  {!isPast && (
                    <td className="num text-ink-3 max-sm:hidden">
                      {member.observedAt === null
                        ? '?'
                        : spanOrUnknown(
                            Math.max(0, Date.parse(cluster.at) - Date.parse(member.observedAt)),
                            lang,
                          )}
                    </td>
                  )}
                  <td className="pl-4">
                    <Verdict member={member} />
                  </td>
                </tr>,
                ...(reason === null
                  ? []
                  : [
                      <tr key={`${member.node} why`} className="why">
                        <td colSpan={isPast ? 6 : 7}>{reason}</td>
                      </tr>,
                    ]),
              ];
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
};
