'use client';

import { textWidth } from '#components/charts/text-width.ts';
import type { TimeScale } from '#components/charts/time-scale.ts';
import { useWords } from '#components/words.tsx';
import type { Agreement, ClaimSpan, MemberHistory, Told } from '#lib/consensus/role-history.ts';
import { claimSpans } from '#lib/consensus/role-history.ts';

const LEADER_HEIGHT = 20;
const CANDIDATE_HEIGHT = 19;
const FOLLOWER_HEIGHT = 4;
const LEARNER_HEIGHT = 2;
const LEAST_WIDTH = 1.5;

export interface LaneFrame {
  readonly scale: TimeScale;
  /** The lane's middle. */
  readonly y: number;
  /** Ids of the hatches. */
  readonly candidateHatch: string;
  readonly unreadHatch: string;
  readonly termKind: string;
  readonly labels: boolean;
}

type Drawn = 'follower' | 'learner' | 'candidate' | 'silent' | 'unread';

const kindOf = ({ role, leader }: Told): Drawn | null => {
  if (role === 'leader') return null; // a claim: drawn by its backing
  if (role === 'unknown') return 'unread';
  if (role === 'candidate') return 'candidate';
  if (leader === null) return 'silent';
  return role === 'follower' ? 'follower' : 'learner';
};

interface Run {
  readonly kind: Drawn;
  readonly told: Told;
  readonly x: number;
  readonly until: number;
}

/** Neighbours that are drawn alike are one run, so that a lane costs as many shapes as it shows. */
const runsOf = (member: MemberHistory, scale: TimeScale): Run[] => {
  const runs: Run[] = [];
  for (const told of member.told) {
    const kind = kindOf(told);
    if (kind === null || told.to <= scale.from || told.from >= scale.to) continue;
    const x = scale.x(told.from);
    const until = scale.x(told.to);
    const last = runs.at(-1);
    if (last?.kind === kind && last.told.leader === told.leader && x - last.until < 0.5)
      runs[runs.length - 1] = { ...last, until };
    else runs.push({ kind, told, x, until });
  }
  return runs;
};

const box = (x: number, until: number, y: number, height: number): string =>
  `M${x} ${y - height / 2}H${Math.max(until, x + LEAST_WIDTH)}v${height}H${x}z`;

const Claims = ({ spans, frame }: { spans: readonly ClaimSpan[]; frame: LaneFrame }) => {
  const t = useWords();
  const { scale, y } = frame;
  return spans
    .filter((span) => span.to > scale.from && span.from < scale.to)
    .map((span) => {
      const x = scale.x(span.from);
      const until = scale.x(span.to);
      const term = span.term === null ? '?' : `${frame.termKind} ${span.term}`;
      const label = t(span.backed ? 'consensus.leader-term' : 'consensus.claims-term', { term });
      const fitting = [label, t('ui.term-text', { term }), span.term ?? '?'].find(
        (text) => until - x > textWidth(text, 12) + 12,
      );
      return (
        <g key={span.from} data-claim={span.backed ? 'leader' : 'claim'} data-term={span.term}>
          <path
            d={box(x, until, y, LEADER_HEIGHT)}
            fill={span.backed ? 'var(--role-leader)' : 'var(--ground)'}
            stroke={span.backed ? 'none' : 'var(--role-leader)'}
          />
          {fitting !== undefined && (
            <text
              x={x + Math.min(10, (until - x - textWidth(fitting, 12)) / 2)}
              y={y + 4}
              fontSize="12"
              fontWeight="600"
              fill={span.backed ? 'var(--on-leader)' : 'var(--ink)'}
            >
              {fitting}
            </text>
          )}
          <title>{label}</title>
        </g>
      );
    });
};

const Labels = ({ runs, frame }: { runs: readonly Run[]; frame: LaneFrame }) => {
  const t = useWords();
  return runs.flatMap(({ kind, told, x, until }) => {
    const label =
      kind === 'follower' || kind === 'learner'
        ? t('consensus.follows', { node: told.leader })
        : kind === 'unread'
          ? t('consensus.not-read')
          : null;
    if (label === null || until - x < textWidth(label, 11) + 6) return [];
    return [
      <text key={x} x={x + 2} y={frame.y - 6} fontSize="11" fill="var(--ink-3)">
        {label}
      </text>,
    ];
  });
};

/** One member's own words over time: weight says the role. */
export const Lane = ({
  member,
  agreed,
  needs,
  frame,
}: {
  member: MemberHistory;
  agreed: readonly Agreement[];
  needs: number;
  frame: LaneFrame;
}) => {
  const { scale, y } = frame;
  const runs = runsOf(member, scale);
  const path = (kind: Drawn, draw: (run: Run) => string): string =>
    runs
      .filter((run) => run.kind === kind)
      .map(draw)
      .join('');
  return (
    <g data-lane={member.node}>
      <path
        d={path('unread', ({ x, until }) => box(x, until, y + 6, 8))}
        fill={`url(#${frame.unreadHatch})`}
      />
      <path
        d={path('follower', ({ x, until }) => box(x, until, y, FOLLOWER_HEIGHT))}
        fill="var(--role-follower)"
      />
      <path
        d={path('learner', ({ x, until }) => box(x, until, y, LEARNER_HEIGHT))}
        fill="var(--role-learner)"
      />
      <path
        d={path('silent', ({ x, until }) => `M${x} ${y}H${Math.max(until, x + LEAST_WIDTH)}`)}
        stroke="var(--st-unknown)"
        strokeWidth="1.5"
        strokeDasharray="2 3"
      />
      <path
        d={path('candidate', ({ x, until }) => box(x, until, y, CANDIDATE_HEIGHT))}
        fill={`url(#${frame.candidateHatch})`}
        stroke="var(--st-suspect)"
      />
      <Claims spans={claimSpans(member, agreed, needs)} frame={frame} />
      {frame.labels && <Labels runs={runs} frame={frame} />}
    </g>
  );
};
