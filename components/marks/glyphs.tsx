import type { Level, NodeState } from '#lib/model/node.ts';

export type GlyphName =
  | 'up'
  | 'suspect'
  | 'degraded'
  | 'down'
  | 'unknown'
  | 'recovering'
  | 'maintenance'
  | 'leader'
  | 'claim'
  | 'election'
  | 'critical'
  | 'warning'
  | 'pending'
  | 'suppressed'
  | 'deploy'
  | 'note'
  | 'fault'
  | 'info';

/** Shape says the state; colour only repeats it. */
const SHAPES: Readonly<Record<GlyphName, React.ReactNode>> = {
  up: <circle cx="6" cy="6" r="4.6" fill="currentColor" />,
  suspect: <path d="M6 .9 11.6 11H.4z" fill="currentColor" />,
  degraded: (
    <path
      d="M6 2.3 10.6 10.2H1.4z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
    />
  ),
  down: (
    <>
      <path d="M1 1h10v10H1z" fill="currentColor" />
      <path d="m3.6 3.6 4.8 4.8m0-4.8L3.6 8.4" stroke="var(--ground)" strokeWidth="1.5" />
    </>
  ),
  unknown: (
    <circle
      cx="6"
      cy="6"
      r="4.2"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeDasharray="2 1.6"
    />
  ),
  recovering: (
    <>
      <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="M6 1.8a4.2 4.2 0 0 1 0 8.4z" fill="currentColor" />
    </>
  ),
  maintenance: <path d="M6 .6 11.4 6 6 11.4.6 6z" fill="currentColor" />,
  leader: (
    <path d="m6 .8 1.6 3.4 3.7.5-2.7 2.6.7 3.7L6 9.2 2.7 11l.7-3.7L.7 4.7l3.7-.5z" fill="currentColor" />
  ),
  claim: (
    <path
      d="m6 1.6 1.3 2.9 3.1.4-2.3 2.2.6 3.1L6 8.7l-2.7 1.5.6-3.1-2.3-2.2 3.1-.4z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.1"
    />
  ),
  election: (
    <>
      <path d="M6 .8v10.4" stroke="currentColor" strokeWidth="1.4" />
      <path d="M6 3 9.4 6 6 9 2.6 6z" fill="currentColor" />
    </>
  ),
  critical: (
    <>
      <path d="M3.6.8h4.8l2.8 2.8v4.8l-2.8 2.8H3.6L.8 8.4V3.6z" fill="currentColor" />
      <path d="M6 3v3.6M6 8.1v1.2" stroke="var(--ground)" strokeWidth="1.5" />
    </>
  ),
  warning: (
    <>
      <path d="M6 .9 11.6 11H.4z" fill="currentColor" />
      <path d="M6 4.4v3M6 8.5v1.2" stroke="var(--ground)" strokeWidth="1.3" />
    </>
  ),
  pending: (
    <>
      <circle cx="6" cy="6" r="4.3" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="M6 3.4V6l1.8 1.2" fill="none" stroke="currentColor" strokeWidth="1.3" />
    </>
  ),
  suppressed: (
    <>
      <path d="M1.2 4.2h2.4L6.6 1.8v8.4L3.6 7.8H1.2z" fill="currentColor" />
      <path d="m8.4 4.4 3 3.2m0-3.2-3 3.2" stroke="currentColor" strokeWidth="1.3" />
    </>
  ),
  deploy: <path d="M6 1 10.4 6H7.6v5H4.4V6H1.6z" fill="currentColor" />,
  fault: <path d="M7.2.6 2.4 7h3L4.8 11.4 9.6 5h-3z" fill="currentColor" />,
  note: (
    <>
      <path d="M2.4 1v10.4" stroke="currentColor" strokeWidth="1.3" />
      <path d="M3 1.4h7L8.2 3.9 10 6.4H3z" fill="currentColor" />
    </>
  ),
  info: <path d="M6 1v10M1 6h10" stroke="currentColor" strokeWidth="1.4" />,
};

const COLOURS: Readonly<Record<GlyphName, string>> = {
  up: 'text-ok',
  suspect: 'text-suspect',
  degraded: 'text-suspect',
  down: 'text-down',
  unknown: 'text-unknown',
  recovering: 'text-ok',
  maintenance: 'text-unknown',
  leader: 'text-ink',
  claim: 'text-ink',
  election: 'text-ink',
  critical: 'text-down',
  warning: 'text-suspect',
  pending: 'text-suspect',
  suppressed: 'text-unknown',
  deploy: 'text-ink',
  note: 'text-ink',
  fault: 'text-ink',
  info: 'text-ink-3',
};

export const Glyph = ({ name, size = 12 }: { name: GlyphName; size?: number }) => (
  <svg
    className={`inline-block flex-none ${COLOURS[name]}`}
    width={size}
    height={size}
    viewBox="0 0 12 12"
    aria-hidden="true"
  >
    {SHAPES[name]}
  </svg>
);

/** A glyph in a chart, around a point. */
export const GlyphAt = ({
  name,
  x,
  y,
  size = 12,
}: {
  name: GlyphName;
  x: number;
  y: number;
  size?: number;
}) => (
  <svg
    className={COLOURS[name]}
    x={x - size / 2}
    y={y - size / 2}
    width={size}
    height={size}
    viewBox="0 0 12 12"
    aria-hidden="true"
  >
    {SHAPES[name]}
  </svg>
);

export const LEVEL_GLYPH: Readonly<Record<Level, GlyphName>> = {
  healthy: 'up',
  degraded: 'degraded',
  'at-risk': 'suspect',
  lost: 'down',
  unknown: 'unknown',
};
export const LEVEL_INK: Readonly<Record<Level, string>> = {
  healthy: 'text-ok-ink',
  degraded: 'text-suspect-ink',
  'at-risk': 'text-suspect-ink',
  lost: 'text-down-ink',
  unknown: 'text-unknown-ink',
};
export const STATE_GLYPH: Readonly<Record<NodeState, GlyphName>> = {
  up: 'up',
  suspect: 'suspect',
  down: 'down',
  unknown: 'unknown',
  recovering: 'recovering',
};
export const STATE_INK: Readonly<Record<NodeState, string>> = {
  up: 'text-ok-ink',
  suspect: 'text-suspect-ink',
  down: 'text-down-ink',
  unknown: 'text-unknown-ink',
  recovering: 'text-ok-ink',
};
