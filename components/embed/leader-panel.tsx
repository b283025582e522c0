'use client';

import { Glyph } from '#components/marks/glyphs.tsx';
import type { GlyphName } from '#components/marks/glyphs.tsx';
import { useWords } from '#components/words.tsx';
import type { EmbedOf } from '#lib/api/schema-embed.ts';
import type { ClusterDto } from '#lib/api/schema.ts';

import { consensusPage, pastOf } from './addresses.ts';
import { Leader } from './cluster-facts.tsx';
import { PanelFrame, Value, Values } from './frame.tsx';
import { RangeAxis, RangeStrip } from './range-strip.tsx';
import type { Band } from './range-strip.tsx';

type Lane = EmbedOf<'leader'>['lanes'][number];

const useSentence = (cluster: ClusterDto): string => {
  const t = useWords();
  const { leader, name } = cluster;
  if (leader === null) return t('embed.no-leaders', { name });
  if (leader.state === 'contested') return t('embed.contested', { count: leader.claims.length, name });
  if (leader.state === 'none') return t('embed.leaderless', { name });
  if (leader.state === 'unknown' || leader.node === null) return t('embed.leader-unknown', { name });
  const term = leader.term === null ? name : `${leader.term.kind} ${leader.term.text}`;
  return t('embed.leads', {
    node: leader.node,
    term,
    backers: leader.statements.filter((statement) => statement.leader === leader.node).length,
    voters: cluster.quorum?.voters ?? cluster.members.length,
  });
};

/** Roles differ by weight: a leader is a full bar, a follower a thin line, a candidate an outline. */
const ROLE_SHAPES: Readonly<Record<string, Omit<Band, 'from' | 'to'>>> = {
  leader: { height: 14, fill: 'var(--role-leader)' },
  follower: { height: 3, fill: 'var(--role-follower)' },
  learner: { height: 3, fill: 'var(--role-learner)' },
  observer: { height: 3, fill: 'var(--role-learner)' },
  candidate: { height: 8, fill: 'var(--ink-2)', hollow: true },
};

const bandsOf = (lane: Lane): Band[] =>
  lane.segments.flatMap(({ from, to, value }) => {
    const shape = ROLE_SHAPES[value];
    return shape === undefined ? [] : [{ from, to, ...shape }];
  });

/** How often somebody began to lead. Who led when the range began did not begin in it. */
const changesIn = (lanes: readonly Lane[], from: number): number =>
  lanes
    .flatMap((lane) => lane.segments)
    .filter((segment) => segment.value === 'leader' && Date.parse(segment.from) > from).length;

const GLYPH: Readonly<Record<string, GlyphName>> = { one: 'leader', none: 'down', contested: 'claim' };

/** Who leads, since when and backed by whom, and the roles of every member over the range. */
export const LeaderPanel = ({ data }: { data: EmbedOf<'leader'> }) => {
  const t = useWords();
  const { cluster, lanes, at, rangeMs, past } = data;
  const { leader } = cluster;
  const sentence = useSentence(cluster);
  const agreeing = cluster.members.filter((member) => member.agrees === true).length;
  const byName = lanes.toSorted((a, b) => a.subject.localeCompare(b.subject, 'en', { numeric: true }));
  return (
    <PanelFrame
      title={cluster.name}
      note={cluster.system}
      href={consensusPage(cluster.id, pastOf(data))}
      glyph={GLYPH[leader?.state ?? ''] ?? 'unknown'}
      sentence={sentence}
    >
      <Values>
        <Value label={t('ui.leader')}>
          <Leader cluster={cluster} />
        </Value>
        {leader !== null && (
          <Value label={t('embed.agree')}>
            <b>{t('embed.of', { count: agreeing, total: cluster.members.length })}</b>
          </Value>
        )}
        {leader !== null && (
          <Value label={t('embed.changes')}>
            <b>{changesIn(lanes, Date.parse(at) - rangeMs)}</b>
          </Value>
        )}
      </Values>
      {byName.length > 0 && (
        <div className="mt-3" role="group" aria-label={t('embed.roles')}>
          <ul>
            {byName.map((lane) => {
              const node = lane.subject.slice(cluster.id.length + 1);
              const role = cluster.members.find((member) => member.node === node)?.role ?? 'unknown';
              return (
                <li
                  key={lane.subject}
                  className="grid min-h-5 grid-cols-[96px_minmax(0,1fr)] items-center gap-2 text-12"
                >
                  <span className="inline-flex items-center gap-1 truncate">
                    {node}
                    {role === 'leader' && <Glyph name="leader" size={10} />}
                  </span>
                  <RangeStrip
                    bands={bandsOf(lane)}
                    at={at}
                    rangeMs={rangeMs}
                    height={14}
                    label={`${node}: ${t(`ui.role.${role}`)}`}
                  />
                </li>
              );
            })}
          </ul>
          <div className="pl-[104px]">
            <RangeAxis at={at} rangeMs={rangeMs} past={past} />
          </div>
        </div>
      )}
    </PanelFrame>
  );
};
