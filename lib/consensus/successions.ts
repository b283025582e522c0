import type { NodeId } from '#lib/model/node.ts';
import type { Ms } from '#lib/model/time.ts';

/** A leader that was lost or elected, as the event log tells it. `term` is written `term 417`. */
export interface LeaderChange {
  readonly at: Ms;
  readonly kind: 'lost' | 'elected';
  readonly node: NodeId;
  readonly term: string | null;
}

/** From the loss of one leader to the election of the next; either end may be unknown. */
export interface Succession {
  readonly lost: LeaderChange | null;
  readonly elected: LeaderChange | null;
  /** Terms from the lost leader's to the new one's: how often somebody stood. Null where terms are no plain numbers. */
  readonly attempts: number | null;
}

const termNumber = (term: string | null | undefined): bigint | null => {
  const digits = /^\w+ (\d+)$/.exec(term ?? '')?.[1];
  return digits === undefined ? null : BigInt(digits);
};

const attemptsBetween = (lost: LeaderChange | null, elected: LeaderChange | null): number | null => {
  const from = termNumber(lost?.term);
  const to = termNumber(elected?.term);
  return from === null || to === null || to <= from ? null : Number(to - from);
};

/** The successions that a list of changes, oldest first, tells of. */
export const successions = (changes: readonly LeaderChange[]): Succession[] => {
  const found: Succession[] = [];
  let lost: LeaderChange | null = null;
  for (const change of changes) {
    if (change.kind === 'lost') {
      if (lost !== null) found.push({ lost, elected: null, attempts: null });
      lost = change;
      continue;
    }
    found.push({ lost, elected: change, attempts: attemptsBetween(lost, change) });
    lost = null;
  }
  if (lost !== null) found.push({ lost, elected: null, attempts: null });
  return found;
};
