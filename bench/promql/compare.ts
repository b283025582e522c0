import type { PeerAnswer, PeerData } from './peer.ts';

const TOLERANCE = 1e-9;

/** How two answers to one query relate. `close`: every value within 1e-9 of the other, but not every bit. */
export type Verdict =
  | { readonly kind: 'equal' | 'close' | 'both-refuse' }
  | { readonly kind: 'different'; readonly what: string };

/** Values by label set and instant. */
type Points = Map<string, string>;

interface Element {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

const keyOf = (metric: Element['metric']): string =>
  JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const pointsOf = (data: PeerData): Points => {
  if (data.resultType === 'scalar' || data.resultType === 'string') {
    const [at, value] = data.result as readonly [number, string]; // the documented shape of both types
    return new Map([[String(at), value]]);
  }
  const elements = data.result as readonly Element[]; // the documented shape of vectors and matrices
  return new Map(
    elements.flatMap(({ metric, value, values }) =>
      (values ?? (value === undefined ? [] : [value])).map(([at, text]): [string, string] => [
        `${keyOf(metric)} @${at}`,
        text,
      ]),
    ),
  );
};

const readBy = ({ stats }: PeerData): number | undefined => stats?.samples.totalQueryableSamples;

const numberOf = (text: string): number => Number(text.replace('Inf', 'Infinity'));

const closeness = (a: string, b: string): 'equal' | 'close' | 'different' => {
  if (a === b) return 'equal';
  const [x, y] = [numberOf(a), numberOf(b)];
  return Math.abs(x - y) <= TOLERANCE * Math.max(Math.abs(x), Math.abs(y)) ? 'close' : 'different';
};

/** Which of several equal candidates an error names depends on the order of hashes: label sets are left out. */
const errorWords = (text: string): string =>
  text.replace('invalid parameter "query": ', '').replaceAll(/\{[^{}]*\}/g, '{}');

/** Compares two answers in the shape of the query API. */
export const compareAnswers = (ours: PeerAnswer, theirs: PeerAnswer): Verdict => {
  if (ours.status === 'error' && theirs.status === 'error')
    return ours.errorType === theirs.errorType && errorWords(ours.error) === errorWords(theirs.error)
      ? { kind: 'both-refuse' }
      : { kind: 'different', what: `error: ${ours.error} | ${theirs.error}` };
  if (ours.status === 'error') return { kind: 'different', what: `only ours refuses: ${ours.error}` };
  if (theirs.status === 'error') return { kind: 'different', what: `only theirs refuses: ${theirs.error}` };
  if (ours.data.resultType !== theirs.data.resultType)
    return { kind: 'different', what: `type ${ours.data.resultType} | ${theirs.data.resultType}` };
  const [read, theirsRead] = [readBy(ours.data), readBy(theirs.data)];
  if (read !== theirsRead) return { kind: 'different', what: `samples read: ${read} | ${theirsRead}` };
  const [own, other] = [pointsOf(ours.data), pointsOf(theirs.data)];
  let close = false;
  for (const [key, value] of own) {
    const theirValue = other.get(key);
    if (theirValue === undefined) return { kind: 'different', what: `only ours: ${key} ${value}` };
    const relation = closeness(value, theirValue);
    if (relation === 'different')
      return { kind: 'different', what: `value: ${key} ${value} | ${theirValue}` };
    close ||= relation === 'close';
  }
  for (const [key, value] of other)
    if (!own.has(key)) return { kind: 'different', what: `only theirs: ${key} ${value}` };
  return { kind: close ? 'close' : 'equal' };
};
