import type { Difference } from './differential.ts';

const CALENDAR = /\b(?:minute|hour|day_of_week|day_of_month|day_of_year|days_in_month|month|year)\b/;

/** Whether the two values of a difference are within a share of each other. */
const isWithin = (what: string, share: number): boolean => {
  const [, ours, theirs] = /^value: .* (\S+) \| (\S+)$/.exec(what) ?? [];
  const [x, y] = [Number(ours), Number(theirs)];
  return Math.abs(x - y) <= share * Math.max(Math.abs(x), Math.abs(y));
};

/** Differences that the version or the machine of the peer accounts for, each with why. */
const REASONS: readonly { readonly why: string; readonly applies: (difference: Difference) => boolean }[] = [
  {
    why: 'atan2 keeps the name of its left side in Prometheus 2; an operator that is no comparison drops it in 3',
    applies: ({ query }) => query.includes('atan2'),
  },
  {
    why: 'predict_linear of a range pinned by @ moves the range with each step in Prometheus 2 and holds it in 3',
    applies: ({ query, at }) => at.includes('"step"') && /predict_linear\(.*@/.test(query),
  },
  {
    why: 'stddev and stdvar of a single NaN or Inf are 0 in Prometheus 2 and NaN in 3',
    applies: ({ query, what }) => /\bstd(?:dev|var)\b/.test(query) && /NaN/.test(what),
  },
  {
    why: 'the date of NaN or Inf: Go leaves their conversion to an integer to the machine, here it is NaN',
    applies: ({ query, what }) => CALENDAR.test(query) && /^value: .* NaN \|/.test(what),
  },
  {
    why: 'rate and increase: Prometheus 3 limits the way to a far start of the range to half the spacing before it looks where the counter would be zero, 2 after that; both were calculated from the points',
    applies: ({ byExtrapolation }) => byExtrapolation,
  },
  {
    why: 'a value made into a label by count_values shows its last bit, and powers and exponentials differ there between languages',
    applies: ({ query, what }) =>
      /count_values/.test(query) && /\^|\bexp\b/.test(query) && what.startsWith('only'),
  },
  {
    why: 'stddev and stdvar of values that are large beside their spread: the last digits depend on the order of the series',
    applies: ({ query, what }) => /\bstd(?:dev|var)\b/.test(query) && isWithin(what, 1e-6),
  },
];

/** @returns why a difference is none of ours; null when it cannot be told */
export const explain = (difference: Difference): string | null =>
  REASONS.find((reason) => reason.applies(difference))?.why ?? null;
