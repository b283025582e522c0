/** A period of leadership in any protocol's own notation. `major` and `minor` are decimal strings of any size. */
export interface Term {
  readonly kind: 'term' | 'epoch' | 'ballot' | 'timeline' | 'view';
  readonly text: string;
  readonly major: string;
  readonly minor: string | null;
}

const compareDecimal = (a: string, b: string): number => {
  const x = BigInt(a);
  const y = BigInt(b);
  return x < y ? -1 : x > y ? 1 : 0;
};

/** Negative when `a` is the older term, 0 when equal: by (major, minor). */
export const compareTerm = (a: Term, b: Term): number =>
  compareDecimal(a.major, b.major) || compareDecimal(a.minor ?? '0', b.minor ?? '0');

/** Two terms, or the want of one, alike. */
export const sameTerm = (a: Term | null, b: Term | null): boolean =>
  a === null || b === null ? a === b : compareTerm(a, b) === 0;
