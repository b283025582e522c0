import type { Ms } from '#lib/model/time.ts';

import type { Lane, LaneKind, Segment } from './lane.ts';

/** Words of a lane, the best first; roles have no order. */
const WORDS: Readonly<Record<LaneKind, readonly string[]>> = {
  level: ['healthy', 'unknown', 'degraded', 'at-risk', 'lost'],
  state: ['up', 'unknown', 'recovering', 'suspect', 'down'],
  role: [],
  alert: ['suppressed', 'pending', 'info', 'warning', 'critical'],
};

/** A firing alert is as bad as its severity says; one without a known severity is a notice. */
const wordOf = (kind: LaneKind, { value, detail }: Segment): string =>
  kind !== 'alert' || value !== 'firing'
    ? value
    : detail.severity === 'critical' || detail.severity === 'warning'
      ? detail.severity
      : 'info';

interface Edge {
  readonly at: Ms;
  readonly rank: number;
  readonly by: 1 | -1;
}

/**
 * The lanes of one kind as one: at every instant the worst word that stood, and in `detail.count` on how many of them.
 * Instants without any are a gap.
 */
export const worstLane = (kind: LaneKind, lanes: readonly Lane[]): Lane => {
  const words = WORDS[kind];
  const edges: Edge[] = lanes
    .filter((lane) => lane.kind === kind)
    .flatMap((lane) => lane.segments)
    .flatMap((segment) => {
      const rank = words.indexOf(wordOf(kind, segment));
      return [
        { at: segment.from, rank, by: 1 as const },
        { at: segment.to, rank, by: -1 as const },
      ];
    })
    .sort((a, b) => a.at - b.at);
  const standing = words.map(() => 0);
  const segments: Segment[] = [];
  let from: Ms = 0;
  let shown = { rank: -1, count: 0 };
  for (const [i, { at, rank, by }] of edges.entries()) {
    standing[rank] = (standing[rank] ?? 0) + by;
    if (edges[i + 1]?.at === at) continue; // what changes at one instant is one change
    const worst = standing.findLastIndex((count) => count > 0);
    const count = standing[worst] ?? 0;
    if (worst === shown.rank && count === shown.count) continue;
    const value = words[shown.rank];
    if (value !== undefined) segments.push({ from, to: at, value, detail: { count: shown.count } });
    from = at;
    shown = { rank: worst, count };
  }
  return { kind, subject: '', segments };
};
