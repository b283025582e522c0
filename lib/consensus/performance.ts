import type { NodeId } from '#lib/model/node.ts';
import { asHistogram } from '#lib/model/reading.ts';
import type { FieldValue, Histogram, Reading } from '#lib/model/reading.ts';
import type { Ms } from '#lib/model/time.ts';

/** How a member performs by its own numbers. Null: not offered, or nothing happened yet. */
export interface MemberPerformance {
  readonly fsyncP99Ms: number | null;
  readonly backendCommitP99Ms: number | null;
  readonly pending: number | null;
  /** Since we watch, over restarts of the member. */
  readonly proposalsFailed: number | null;
  readonly leaderChanges: number | null;
  readonly health: string | null;
}

/** What grew between two answers of one process. */
export interface Growth {
  take(reading: Reading): void;
  performance(node: NodeId, known: Readonly<Record<string, FieldValue>>): MemberPerformance | null;
  /** Mean round trip of the last ones that a member measured. */
  rttMs(from: NodeId, peer: string): number | null;
}

/** What a histogram grew by. A process that began anew began at nothing. */
export const growthOf = (before: Histogram | null, after: Histogram): Histogram =>
  before === null || before.count > after.count
    ? after
    : {
        sum: after.sum - before.sum,
        count: after.count - before.count,
        buckets: after.buckets.map(({ le, count }) => ({
          le,
          count: count - (before.buckets.find((bucket) => bucket.le === le)?.count ?? 0),
        })),
      };

/** A quantile, linear within its bucket as Prometheus' `histogram_quantile`; the highest finite bound where it lies beyond. */
export const quantileOf = ({ count, buckets }: Histogram, q: number): number | null => {
  if (count <= 0) return null;
  const rank = q * count;
  const at = buckets.findIndex((bucket) => bucket.count >= rank);
  const bucket = buckets[at];
  if (bucket === undefined) return null;
  const low = buckets[at - 1] ?? { le: 0, count: 0 };
  if (bucket.le === Infinity) return low.le;
  const inside = bucket.count - low.count;
  return low.le + (inside <= 0 ? 0 : ((rank - low.count) / inside) * (bucket.le - low.le));
};

interface Kept {
  startedAt: Ms | null;
  readonly histograms: Map<string, { last: Histogram; grown: Histogram }>;
  readonly counters: Map<string, { last: number; total: number }>;
}

/** A corrected clock moves what a process says of its start by a second. */
const START_MS = 1500;

export const createGrowth = (): Growth => {
  const members = new Map<NodeId, Kept>();

  const takeHistogram = (kept: Kept, name: string, value: Histogram): void => {
    const before = kept.histograms.get(name);
    const grown = growthOf(before?.last ?? null, value);
    // Between two answers without an event the one before still says most.
    kept.histograms.set(name, { last: value, grown: grown.count > 0 ? grown : (before?.grown ?? grown) });
  };
  const takeCounter = (kept: Kept, name: string, value: FieldValue | undefined): void => {
    if (typeof value !== 'number') return;
    const before = kept.counters.get(name);
    const added = before === undefined ? 0 : value >= before.last ? value - before.last : value;
    kept.counters.set(name, { last: value, total: (before?.total ?? 0) + added });
  };
  /** The same value may be that of a new process: only its start tells. */
  const beginAnew = (kept: Kept): void => {
    kept.histograms.clear();
    for (const [name, counter] of kept.counters) kept.counters.set(name, { ...counter, last: 0 });
  };
  const p99Ms = (kept: Kept, name: string): number | null => {
    const grown = kept.histograms.get(name)?.grown;
    const seconds = grown === undefined ? null : quantileOf(grown, 0.99);
    return seconds === null ? null : seconds * 1000;
  };

  return {
    take: ({ node, fields }) => {
      const kept = members.get(node) ?? { startedAt: null, histograms: new Map(), counters: new Map() };
      members.set(node, kept);
      const { startedAt } = fields;
      if (typeof startedAt === 'number') {
        if (kept.startedAt !== null && Math.abs(startedAt - kept.startedAt) >= START_MS) beginAnew(kept);
        kept.startedAt = startedAt;
      }
      for (const name of ['fsync', 'backendCommit']) {
        const histogram = asHistogram(fields[name]);
        if (histogram !== null) takeHistogram(kept, name, histogram);
      }
      for (const name of ['proposalsFailed', 'leaderChanges']) takeCounter(kept, name, fields[name]);
      if (Array.isArray(fields.peers))
        for (const peer of fields.peers)
          if (typeof peer === 'object' && 'rtts' in peer && peer.rtts !== null)
            takeHistogram(kept, `rtt ${peer.id}`, peer.rtts);
    },
    performance: (node, known) => {
      const kept = members.get(node);
      if (kept === undefined) return null;
      const found: MemberPerformance = {
        fsyncP99Ms: p99Ms(kept, 'fsync'),
        backendCommitP99Ms: p99Ms(kept, 'backendCommit'),
        pending: typeof known.pending === 'number' ? known.pending : null,
        proposalsFailed: kept.counters.get('proposalsFailed')?.total ?? null,
        leaderChanges: kept.counters.get('leaderChanges')?.total ?? null,
        health: typeof known.health === 'string' ? known.health : null,
      };
      return Object.values(found).every((value) => value === null) ? null : found;
    },
    rttMs: (from, peer) => {
      const grown = members.get(from)?.histograms.get(`rtt ${peer}`)?.grown;
      return grown === undefined || grown.count === 0 ? null : (grown.sum / grown.count) * 1000;
    },
  };
};
