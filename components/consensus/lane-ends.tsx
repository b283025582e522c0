'use client';

import { GlyphAt, STATE_GLYPH } from '#components/marks/glyphs.tsx';
import type { GlyphName } from '#components/marks/glyphs.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { ClusterDto } from '#lib/api/schema.ts';
import { toldAt } from '#lib/consensus/role-history.ts';
import type { Agreement, MemberHistory, Told } from '#lib/consensus/role-history.ts';
import { clockTime } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';
import { writeSpan } from '#lib/i18n/render.ts';

export const agreementAt = (agreed: readonly Agreement[], at: Ms): Agreement | null =>
  agreed.find((each) => each.from <= at && at < each.to) ?? null;

/** What a member said, in one clause. */
export const useSaid = (termKind: string) => {
  const t = useWords();
  return (told: Told | null): string => {
    if (told === null || told.role === 'unknown') return t('consensus.not-read');
    if (told.role === 'leader')
      return t('consensus.leader-term', { term: `${termKind} ${told.term ?? '?'}` });
    if (told.leader === null) return `${t(`ui.role.${told.role}`)}, ${t('consensus.names-none')}`;
    return t('consensus.follows', { node: told.leader });
  };
};

/** At the right end of each lane: what its member said at the end, or at the cursor. */
export const LaneEnd = ({
  cluster,
  member,
  agreed,
  at,
  x,
  y,
}: {
  cluster: ClusterDto;
  member: MemberHistory;
  agreed: readonly Agreement[];
  at: Ms;
  x: number;
  y: number;
}) => {
  const t = useWords();
  const lang = useLang();
  const told = toldAt(member, at);
  const row = cluster.members.find((each) => each.node === member.node);
  const chosen = agreementAt(agreed, at);
  const kind = cluster.leader?.term?.kind ?? row?.term?.kind ?? 'term';
  const isRead = told !== null && told.role !== 'unknown';
  const backed = chosen !== null && chosen.count >= (cluster.quorum?.needs ?? 1) ? chosen.leader : null;
  const disagrees = isRead && backed !== null && told.leader !== backed;
  const state = row?.state ?? 'unknown';
  const glyph: GlyphName = !isRead
    ? state === 'up'
      ? 'unknown'
      : STATE_GLYPH[state]
    : told.role === 'leader'
      ? backed === member.node
        ? 'leader'
        : 'claim'
      : disagrees
        ? 'suspect'
        : told.role === 'candidate'
          ? 'degraded'
          : 'up';
  const second = !isRead
    ? told === null
      ? ''
      : clockTime(new Date(told.from).toISOString(), lang, at)
    : told.role === 'leader'
      ? t('consensus.term-for', { term: `${kind} ${told.term ?? '?'}`, forMs: at - told.from })
      : told.leader === null
        ? t('consensus.names-none')
        : t('consensus.of', { node: told.leader });
  return (
    <g>
      <GlyphAt name={glyph} x={x + 20} y={y - 6} size={11} />
      <text
        x={x + 32}
        y={y - 2}
        fontSize="12"
        fontWeight="600"
        fill={disagrees ? 'var(--st-suspect-ink)' : 'var(--ink)'}
      >
        {t(isRead ? `ui.role.${told.role}` : 'consensus.not-read')}
      </text>
      <text x={x + 32} y={y + 13} fontSize="11" fill="var(--ink-3)">
        {!isRead && told !== null
          ? `${second}, ${writeSpan(Math.floor((at - told.from) / 1000) * 1000, lang)}`
          : second}
      </text>
    </g>
  );
};
