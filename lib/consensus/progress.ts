import type { Ms } from '#lib/model/time.ts';

import type { Statement } from './statement.ts';

export interface Commit {
  readonly index: string;
  readonly advancing: boolean | null;
  readonly advancedAt: Ms;
}

/** How far the log has come, by everything that members said. */
export interface Progress {
  take(fresh: readonly Statement[], now: Ms): { readonly commit: Commit | null; readonly stalled: boolean };
  /**
   * How far a member's applied index was behind what was known to be committed when it spoke. Members speak at different
   * instants: what was committed later is no lag.
   */
  lag(statement: Statement): number | null;
}

const HISTORY_MS = 10_000;

const largest = (values: readonly (string | null)[]): string | null =>
  values.reduce(
    (best, value) => (value !== null && (best === null || BigInt(value) > BigInt(best)) ? value : best),
    null,
  );

export const createProgress = (electionTimeoutMs: Ms): Progress => {
  let commit: { readonly index: string; readonly at: Ms } | null = null;
  let waitingSince: Ms | null = null;
  /** Since when nobody states as much as was known. A follower's delay is shorter: then the log was put back. */
  let shortSince: Ms | null = null;
  /** Commit indexes by the instant at which somebody stated them. */
  let stated: { readonly at: Ms; readonly index: string }[] = [];

  const remember = (fresh: readonly Statement[], now: Ms): void => {
    const known = new Set(stated.map(({ at, index }) => `${at} ${index}`));
    for (const { commitIndex, observedAt } of fresh)
      if (commitIndex !== null && !known.has(`${observedAt} ${commitIndex}`))
        stated.push({ at: observedAt, index: commitIndex });
    stated = stated.filter(({ at }) => now - at <= HISTORY_MS);
  };

  /** When somebody last said that something waits to be committed; null: nothing does. */
  const waitingAt = (fresh: readonly Statement[], index: string | null, now: Ms): Ms | null => {
    const last = largest(
      fresh.filter((statement) => statement.role === 'leader').map((statement) => statement.lastIndex),
    );
    if (index !== null && last !== null && BigInt(last) > BigInt(index)) return now;
    const pending = fresh.flatMap((statement) => (statement.pending.count > 0 ? statement.pending.at : []));
    return pending.length === 0 ? null : Math.max(...pending);
  };

  return {
    take: (fresh, now) => {
      remember(fresh, now);
      const index = largest(fresh.map((statement) => statement.commitIndex));
      if (index !== null && (commit === null || BigInt(index) > BigInt(commit.index))) {
        commit = { index, at: now };
        waitingSince = null;
      }
      if (index === null || commit === null || index === commit.index) shortSince = null;
      else if (now - (shortSince ??= now) >= HISTORY_MS) commit = { index, at: commit.at };
      const waiting = waitingAt(fresh, index, now);
      if (waiting === null) waitingSince = null;
      else if (commit === null || waiting >= commit.at) waitingSince ??= waiting;
      const stalled =
        waiting !== null && waitingSince !== null && waiting - waitingSince >= 2 * electionTimeoutMs;
      if (commit === null) return { commit: null, stalled: false };
      const recent = now - commit.at < 2 * electionTimeoutMs;
      return {
        commit: {
          index: commit.index,
          advancing: stalled ? false : recent ? true : null,
          advancedAt: commit.at,
        },
        stalled,
      };
    },
    lag: ({ appliedIndex, observedAt }) => {
      if (appliedIndex === null) return null;
      const top = largest(stated.flatMap(({ at, index }) => (at <= observedAt ? index : [])));
      return top === null ? null : Math.max(0, Number(BigInt(top) - BigInt(appliedIndex)));
    },
  };
};
