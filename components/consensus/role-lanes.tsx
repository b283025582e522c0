'use client';

import { useId, useMemo } from 'react';

import { Hatch, Legend, LegendItem, LegendSwatch } from '#components/charts/legend.tsx';
import { CursorMark, useCursor, useCursorHandlers } from '#components/charts/cursor.tsx';
import { TimeAxis } from '#components/charts/time-axis.tsx';
import { timeScale } from '#components/charts/time-scale.ts';
import { useWidth } from '#components/charts/use-width.ts';
import { Glyph } from '#components/marks/glyphs.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { ClusterDto } from '#lib/api/schema.ts';
import { agreements, elections, termSpans, toldAt } from '#lib/consensus/role-history.ts';
import { clockTime } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';

import { AgreeLane } from './agree-lane.tsx';
import { agreementAt, LaneEnd, useSaid } from './lane-ends.tsx';
import { Lane } from './lane.tsx';
import { SuccessionNotes } from './succession-notes.tsx';
import { TermRuler } from './term-ruler.tsx';
import type { RoleHistory } from './use-role-history.ts';

const NARROW = 640;
const FIRST_LANE = 52;
const NAME_SIZE = 13;
const AGREE_HEIGHT = 32;
const AXIS_HEIGHT = 26;
const MANY_MEMBERS = 7;

/** Who believed what, and when: a lane for each member under a ruler of terms. */
export const RoleLanes = ({
  cluster,
  history,
  spanMs,
  end,
  isNow,
}: {
  cluster: ClusterDto;
  history: RoleHistory;
  spanMs: Ms;
  end: Ms;
  isNow: boolean;
}) => {
  const t = useWords();
  const lang = useLang();
  const id = useId();
  const [box, width] = useWidth<HTMLDivElement>();
  const cursor = useCursor();
  const { members } = history;
  const voters = useMemo(() => new Set(cluster.summary.voters.map((voter) => voter.node)), [cluster]);
  const votersKey = [...voters].join(' ');
  const derived = useMemo(
    () => ({
      terms: termSpans(members),
      agreed: agreements(members, new Set(votersKey.split(' '))),
      elections: elections(members),
    }),
    [members, votersKey],
  );
  const needs = cluster.quorum?.needs ?? 1;
  const isNarrow = width < NARROW;
  const names = members.map((member) => member.node.length);
  const left = isNarrow ? 1 : Math.min(180, Math.max(92, 34 + Math.max(0, ...names) * NAME_SIZE * 0.58));
  const scale = timeScale(end - spanMs, end, left, Math.max(left + 1, width - (isNarrow ? 1 : 176)));
  const rowHeight = members.length > MANY_MEMBERS && !isNarrow ? 34 : 48;
  const lanesEnd = FIRST_LANE + rowHeight * members.length;
  const bottom = lanesEnd + AGREE_HEIGHT;
  const handlers = useCursorHandlers(scale);
  const at = cursor.at === null ? end - 1 : Math.min(end - 1, cursor.at);
  const termKind =
    cluster.leader?.term?.kind ??
    cluster.members.find((member) => member.term !== null)?.term?.kind ??
    'term';
  const said = useSaid(termKind);
  const time = (instant: Ms): string => clockTime(new Date(instant).toISOString(), lang, end);
  const chosen = agreementAt(derived.agreed, at);
  const firstTold = Math.min(...members.flatMap((member) => member.told[0]?.from ?? []));
  const unwatched = scale.x(firstTold) - left;
  const marks = new Set(
    derived.elections
      .filter((each) => each.at >= scale.from && each.at <= scale.to)
      .map((each) => Math.round(scale.x(each.at) * 2) / 2),
  );
  return (
    <div ref={box} className="w-full min-w-0">
      {width > 0 && (
        <svg
          width={width}
          height={bottom + AXIS_HEIGHT}
          className="block touch-pan-y"
          role="slider"
          tabIndex={0}
          aria-label={t('consensus.lanes-label', {
            count: members.length,
            from: time(scale.from),
            to: time(end),
          })}
          aria-valuemin={Math.round(scale.from / 1000)}
          aria-valuemax={Math.round(end / 1000)}
          aria-valuenow={Math.round(at / 1000)}
          aria-valuetext={t('consensus.at-cursor', {
            time: time(at),
            said: members.map((member) => `${member.node} ${said(toldAt(member, at))}`).join('; '),
          })}
          data-testid="role-lanes"
          {...handlers}
        >
          <defs>
            <Hatch id={`${id}c`} colour="var(--st-suspect)" width={3.2} />
            <Hatch id={`${id}u`} colour="var(--st-unknown)" width={1.4} />
          </defs>
          <TimeAxis scale={scale} top={30} bottom={bottom} isNow={isNow} hasRoom={!isNarrow} />
          {!isNarrow && (
            <text x="0" y="18" fontSize="12" fill="var(--ink-2)">
              {t(`consensus.kind.${termKind}`)}
            </text>
          )}
          <TermRuler spans={derived.terms} scale={scale} />
          {unwatched > 170 && (
            <text x={left + unwatched - 10} y="18" textAnchor="end" fontSize="11" fill="var(--ink-3)">
              {t('consensus.not-watched', { time: time(firstTold) })}
            </text>
          )}
          <path
            d={[...marks].map((x) => `M${x} 32V${lanesEnd}`).join('')}
            stroke="var(--st-suspect)"
            strokeDasharray="2 3"
            data-testid="elections"
            data-count={marks.size}
          />
          <SuccessionNotes successions={history.successions} scale={scale} now={end} />
          {members.map((member, i) => {
            const top = FIRST_LANE + i * rowHeight;
            const y = top + (isNarrow ? 32 : rowHeight / 2);
            return (
              <g key={member.node}>
                <text
                  x="0"
                  y={isNarrow ? top + 15 : y + 4}
                  fontSize={NAME_SIZE}
                  fontWeight="600"
                  fill="var(--ink)"
                >
                  {member.node.length > 22 ? `${member.node.slice(0, 21)}…` : member.node}
                  {cluster.leader?.node === member.node && <tspan dx="6">★</tspan>}
                </text>
                <Lane
                  member={member}
                  agreed={derived.agreed}
                  needs={needs}
                  frame={{
                    scale,
                    y,
                    candidateHatch: `${id}c`,
                    unreadHatch: `${id}u`,
                    termKind,
                    labels: !isNarrow,
                  }}
                />
                {!isNarrow && (
                  <LaneEnd
                    cluster={cluster}
                    member={member}
                    agreed={derived.agreed}
                    at={at}
                    x={scale.right}
                    y={y}
                  />
                )}
                <path d={`M0 ${top + rowHeight + 0.5}H${width}`} stroke="var(--line)" />
              </g>
            );
          })}
          <AgreeLane
            agreed={derived.agreed}
            voters={voters.size}
            needs={needs}
            scale={scale}
            top={lanesEnd + 5}
          />
          {!isNarrow && (
            <text x={scale.right + 12} y={lanesEnd + 22} fontSize="12" fill="var(--ink-2)">
              {chosen === null || chosen.leader === null
                ? t('consensus.agree-nobody')
                : t('consensus.agree-on', { count: chosen.count, voters: voters.size, node: chosen.leader })}
            </text>
          )}
          <CursorMark scale={scale} top={48} bottom={bottom} now={end} />
        </svg>
      )}
      {isNarrow && cursor.at !== null && (
        <p className="text-12 text-ink-2" aria-hidden="true">
          {time(at)}: {members.map((member) => `${member.node} ${said(toldAt(member, at))}`).join('; ')}
        </p>
      )}
    </div>
  );
};

/** What the weights and hatches of the lanes mean. */
export const LanesLegend = () => {
  const t = useWords();
  const id = useId();
  return (
    <Legend>
      <LegendSwatch word={t('ui.role.leader')}>
        <rect width="22" height="12" fill="var(--role-leader)" />
      </LegendSwatch>
      <LegendSwatch word={t('ui.role.follower')}>
        <rect y="4" width="22" height="4" fill="var(--role-follower)" />
      </LegendSwatch>
      <LegendSwatch word={t('ui.role.candidate')}>
        <defs>
          <Hatch id={id} colour="var(--st-suspect)" width={3.2} />
        </defs>
        <rect x=".5" y=".5" width="21" height="11" fill={`url(#${id})`} stroke="var(--st-suspect)" />
      </LegendSwatch>
      <LegendSwatch word={t('consensus.names-none')}>
        <path d="M0 6h22" stroke="var(--st-unknown)" strokeWidth="1.5" strokeDasharray="2 3" />
      </LegendSwatch>
      <LegendSwatch word={t('consensus.claims')}>
        <rect x=".5" y=".5" width="21" height="11" fill="none" stroke="var(--role-leader)" />
      </LegendSwatch>
      <LegendItem
        word={t('consensus.election')}
        mark={
          <>
            <Glyph name="down" size={10} />
            <Glyph name="leader" />
            <svg width="4" height="12" aria-hidden="true">
              <path d="M2 0v12" stroke="var(--st-suspect)" strokeDasharray="2 3" />
            </svg>
          </>
        }
      />
    </Legend>
  );
};
