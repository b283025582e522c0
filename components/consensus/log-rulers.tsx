'use client';

import { textWidth } from '#components/charts/text-width.ts';
import { useWidth } from '#components/charts/use-width.ts';
import { useInstant } from '#components/shell/instant.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { ClusterDto } from '#lib/api/schema.ts';
import { grouped } from '#lib/format/number.ts';
import { clockTime } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';

type Member = ClusterDto['members'][number];

const ROW = 34;
const TOP = 28;
const BAR = 8;
const LEAST_WINDOW = 40;
const MOST_WINDOW = 2000;
const BREAK = 64;
const BEHIND_WIDTH = 84;

/** Entries before (negative) or after the commit index; exact, since logs differ by far less than 2^53. */
const relative = (index: string | null, commit: string): number | null =>
  index === null ? null : Number(BigInt(index) - BigInt(commit));

interface Scale {
  readonly left: number;
  readonly broken: number;
  readonly right: number;
  x(entries: number): number;
  readonly windowEntries: number;
  readonly ahead: number;
}

/** The last entries before the commit index, as many as show every member that is not far behind. */
const scaleOf = (members: readonly Member[], commit: string, left: number, right: number): Scale => {
  const places = members.flatMap((member) => {
    const applied = relative(member.appliedIndex ?? member.commitIndex, commit);
    return applied === null || applied < -MOST_WINDOW ? [] : [-applied];
  });
  const windowEntries = Math.max(LEAST_WINDOW, Math.ceil(Math.max(0, ...places) * 1.25));
  const ahead = Math.max(
    windowEntries / 12,
    ...members.map((member) => relative(member.lastIndex, commit) ?? 0),
  );
  const broken = left + BREAK;
  return {
    left,
    broken,
    right,
    windowEntries,
    ahead,
    x: (entries) => broken + ((entries + windowEntries) * (right - broken)) / (windowEntries + ahead),
  };
};

/** Where the axis leaves out what everybody has. */
const BreakMark = ({ x, y }: { x: number; y: number }) => (
  <g>
    <path d={`M${x} ${y + 8}l6 -16h6l-6 16z`} fill="var(--ground)" />
    <path d={`M${x} ${y + 8}l6 -16M${x + 6} ${y + 8}l6 -16`} stroke="var(--role-follower)" />
  </g>
);

const LogRow = ({
  member,
  commit,
  scale,
  y,
  time,
}: {
  member: Member;
  commit: string;
  scale: Scale;
  y: number;
  time: (iso: string) => string;
}) => {
  const t = useWords();
  const { isPast } = useInstant();
  const applied = relative(member.appliedIndex ?? member.commitIndex, commit);
  const last = relative(member.lastIndex, commit);
  if (applied === null || applied < -scale.windowEntries) {
    const known = member.appliedIndex ?? member.commitIndex ?? member.lastKnownIndex;
    const label =
      member.observedAt === null
        ? t(isPast ? 'consensus.log-unknown' : 'consensus.log-never')
        : known === null
          ? t('consensus.log-unread', { time: time(member.observedAt) })
          : applied === null
            ? t('consensus.log-stopped', { index: grouped(known), time: time(member.observedAt) })
            : t('consensus.log-slow', { index: grouped(known) });
    return (
      <g data-log={member.node} data-stopped="true">
        {known !== null && (
          <>
            <path
              d={`M${scale.left} ${y - BAR / 2}h${BREAK - 12}v${BAR}h-${BREAK - 12}z`}
              fill="var(--st-suspect)"
            />
            <path d={`M${scale.left + BREAK - 12} ${y - 8}v16`} stroke="var(--st-suspect)" strokeWidth="2" />
          </>
        )}
        <rect
          x={scale.left + BREAK - 8}
          y={y - 9}
          width={textWidth(label, 12) + 12}
          height="18"
          fill="var(--ground)"
        />
        <text
          x={scale.left + BREAK - 2}
          y={y + 4}
          fontSize="12"
          fontWeight="600"
          fill="var(--st-suspect-ink)"
        >
          {label}
        </text>
      </g>
    );
  }
  const x = scale.x(applied);
  const until = scale.x(Math.max(applied, last ?? applied));
  return (
    <g data-log={member.node}>
      {until > x && (
        <rect
          x={x}
          y={y - BAR / 2 + 0.5}
          width={until - x}
          height={BAR - 1}
          fill="var(--ground)"
          stroke="var(--role-follower)"
        />
      )}
      <path d={`M${scale.left} ${y - BAR / 2}H${x}v${BAR}H${scale.left}z`} fill="var(--role-follower)" />
      <BreakMark x={scale.broken - 10} y={y} />
    </g>
  );
};

const behindOf = (member: Member, commit: string): number | null =>
  relative(member.appliedIndex ?? member.commitIndex ?? member.lastKnownIndex, commit);

/** The end of every member's log beside the commit index. */
export const LogRulers = ({ cluster, end }: { cluster: ClusterDto; end: Ms }) => {
  const t = useWords();
  const lang = useLang();
  const [box, width] = useWidth<HTMLDivElement>();
  const commit = cluster.commit?.index ?? null;
  const members = cluster.members.toSorted((a, b) => a.node.localeCompare(b.node, 'en', { numeric: true }));
  const longest = Math.max(...members.map((member) => textWidth(member.node, 12)));
  const right = Math.max(180, width - BEHIND_WIDTH);
  const height = TOP + ROW * members.length;
  const time = (iso: string): string => clockTime(iso, lang, end);
  const said = members
    .map((member) =>
      t('consensus.log-row', {
        node: member.node,
        applied: grouped(member.appliedIndex ?? member.lastKnownIndex),
        appended: grouped(member.lastIndex),
      }),
    )
    .join('; ');
  return (
    <section>
      <div className="head">
        <h2>{t('consensus.log')}</h2>
        <span className="note">{t('consensus.log-note')}</span>
      </div>
      {commit === null ? (
        <p className="text-ink-3">{t('consensus.no-log')}</p>
      ) : (
        <div ref={box} className="w-full min-w-0">
          {width > 0 && (
            <Rulers
              scale={scaleOf(members, commit, Math.min(120, longest + 14), right)}
              {...{ members, commit, width, height, time, said }}
              leader={cluster.leader?.node ?? null}
            />
          )}
        </div>
      )}
    </section>
  );
};

const Rulers = ({
  scale,
  members,
  commit,
  width,
  height,
  time,
  said,
  leader,
}: {
  scale: Scale;
  members: readonly Member[];
  commit: string;
  width: number;
  height: number;
  time: (iso: string) => string;
  said: string;
  leader: string | null;
}) => {
  const t = useWords();
  const half = Math.round(scale.windowEntries / 2);
  const minus = (entries: number): string => `−${grouped(String(entries))}`;
  return (
    <svg
      width={width}
      height={height + 24}
      role="img"
      aria-label={t('consensus.log-label', { said })}
      className="block"
      data-testid="log-rulers"
    >
      <path d={`M${scale.x(0)} 14V${height}`} stroke="var(--ink)" strokeWidth="1.5" />
      {members.map((member, i) => {
        const y = TOP + i * ROW + 4;
        const behind = behindOf(member, commit);
        const isLow = behind !== null && behind < -scale.windowEntries;
        return (
          <g key={member.node}>
            <text x="0" y={y + 4} fontSize="12" fill="var(--ink)">
              {member.node}
            </text>
            <LogRow {...{ member, commit, scale, y, time }} />
            <text
              x={width}
              y={y + 4}
              textAnchor="end"
              fontSize="12"
              fontWeight={isLow ? 600 : 400}
              fill={isLow ? 'var(--st-suspect-ink)' : 'var(--ink-2)'}
            >
              {behind === null
                ? '?'
                : member.node === leader
                  ? t('consensus.leads-log')
                  : behind >= 0
                    ? '0'
                    : minus(-behind)}
            </text>
          </g>
        );
      })}
      <text
        x={scale.x(0) - 6}
        y="11"
        textAnchor="end"
        fontSize="11"
        fontWeight="600"
        fill="var(--ink)"
        data-testid="commit-line"
      >
        {t('consensus.commit-at', { index: grouped(commit) })}
      </text>
      <text x={width} y="11" textAnchor="end" fontSize="11" fill="var(--ink-3)">
        {t('consensus.behind')}
      </text>
      <path
        d={`M${scale.left} ${height}H${scale.broken - 8}M${scale.broken + 2} ${height}H${scale.right}`}
        stroke="var(--line-2)"
      />
      {[scale.windowEntries, half].map((entries) => (
        <text
          key={entries}
          x={scale.x(-entries) + (entries === scale.windowEntries ? 10 : 0)}
          y={height + 16}
          textAnchor="middle"
          fontSize="11"
          fill="var(--ink-3)"
        >
          {minus(entries)}
        </text>
      ))}
      <text x={scale.x(0)} y={height + 16} textAnchor="middle" fontSize="11" fill="var(--ink-3)">
        {t('consensus.commit-short')}
      </text>
    </svg>
  );
};
