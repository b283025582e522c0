import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { agreements, claimSpans, elections, sharedTerm, termSpans, toldAt } from './role-history.ts';
import type { MemberHistory, Told } from './role-history.ts';
import { successions } from './successions.ts';

const says = (
  from: number,
  to: number,
  role: Told['role'],
  term: string | null,
  leader: string | null,
): Told => ({ from, to, role, term, leader });

/** `a` leads term 4 and is lost at 40; `b` stands at 50 and leads term 5 from 60. */
const STORY: readonly MemberHistory[] = [
  { node: 'a', told: [says(0, 40, 'leader', '4', 'a'), says(40, 100, 'unknown', null, null)] },
  {
    node: 'b',
    told: [
      says(0, 45, 'follower', '4', 'a'),
      says(45, 50, 'follower', '4', null),
      says(50, 60, 'candidate', '5', null),
      says(60, 100, 'leader', '5', 'b'),
    ],
  },
  { node: 'c', told: [says(0, 62, 'follower', '4', 'a'), says(62, 100, 'follower', '5', 'b')] },
];
const VOTERS = new Set(['a', 'b', 'c']);

test('terms run from change to change; the term of most counts, of as many the newer', () => {
  assert.deepEqual(termSpans(STORY), [
    { from: 0, to: 50, term: '4' },
    { from: 50, to: 100, term: '5' },
  ]);
});

test('agreement counts voters that name one leader in one term', () => {
  assert.deepEqual(
    agreements(STORY, VOTERS).map(({ from, to, leader, count }) => `${from}-${to} ${leader} ${count}`),
    ['0-40 a 3', '40-45 a 2', '45-60 a 1', '60-62 b 1', '62-100 b 2'],
  );
  assert.deepEqual(
    agreements(STORY, new Set(['b'])).map(({ count }) => count),
    [1, 0, 1],
  );
});

test('a claim is backed only while a majority names it', () => {
  const agreed = agreements(STORY, VOTERS);
  const spans = STORY.flatMap((member) => claimSpans(member, agreed, 2));
  assert.deepEqual(
    spans.map(({ from, to, term, backed }) => `${from}-${to} ${term} ${backed}`),
    ['0-40 4 true', '60-62 5 false', '62-100 5 true'],
  );
});

test('a new term is an election at its first mention', () => {
  assert.deepEqual(elections(STORY), [{ at: 50, node: 'b', term: '5' }]);
  assert.deepEqual(elections([]), []);
});

test('ballots are ordered by their number, not by their letters', () => {
  const ballots: MemberHistory = {
    node: 'p',
    told: [says(0, 1, 'leader', '9.p-2', 'p'), says(1, 2, 'leader', '10.p-1', 'p')],
  };
  assert.equal(elections([ballots])[0]?.term, '10.p-1');
});

test('two members that claim the same term are told', () => {
  assert.equal(sharedTerm(STORY), null);
  const rival: MemberHistory = { node: 'c', told: [says(70, 80, 'leader', '5', 'c')] };
  assert.deepEqual(sharedTerm([...STORY.slice(0, 2), rival]), { term: '5', nodes: ['b', 'c'] });
});

test('what a member said at an instant is found; a gap is nobody’s word', () => {
  const gap: MemberHistory = {
    node: 'a',
    told: [says(0, 10, 'leader', '1', 'a'), says(20, 30, 'follower', '2', 'b')],
  };
  assert.equal(toldAt(gap, 0)?.role, 'leader');
  assert.equal(toldAt(gap, 10), null);
  assert.equal(toldAt(gap, 20)?.role, 'follower');
  assert.equal(toldAt(gap, 30), null);
});

test('a succession tells how long and how often; ballots are not counted', () => {
  const story = successions([
    { at: 10, kind: 'elected', node: 'a', term: 'term 4' },
    { at: 40, kind: 'lost', node: 'a', term: 'term 4' },
    { at: 60, kind: 'elected', node: 'b', term: 'term 7' },
    { at: 90, kind: 'lost', node: 'b', term: 'ballot 8.b' },
  ]);
  assert.deepEqual(
    story.map(({ lost, elected, attempts }) => [lost?.at ?? null, elected?.at ?? null, attempts]),
    [
      [null, 10, null],
      [40, 60, 3],
      [90, null, null],
    ],
  );
});

const history = fc.array(
  fc.record({
    gap: fc.nat(3),
    length: fc.integer({ min: 1, max: 5 }),
    role: fc.constantFrom<Told['role']>('leader', 'follower', 'candidate', 'unknown'),
    term: fc.option(fc.nat(4).map(String)),
    leader: fc.option(fc.constantFrom('a', 'b', 'c')),
  }),
  { maxLength: 12 },
);
type Part = Omit<Told, 'from' | 'to'> & { readonly gap: number; readonly length: number };
const toHistory = (node: string, parts: readonly Part[]): MemberHistory => {
  let at = 0;
  return {
    node,
    told: parts.map(({ gap, length, ...said }) => {
      const from = at + gap;
      at = from + length;
      return { ...said, from, to: at };
    }),
  };
};

test('whatever was told: spans are in order, and claims cover exactly the time of claiming', () => {
  fc.assert(
    fc.property(history, history, history, (a, b, c) => {
      const members = [toHistory('a', a), toHistory('b', b), toHistory('c', c)];
      const agreed = agreements(members, VOTERS);
      for (const spans of [termSpans(members), agreed])
        spans.forEach((span, i) => assert.ok(span.from < span.to && span.from >= (spans[i - 1]?.to ?? 0)));
      for (const member of members) {
        const claimed = member.told.filter((told) => told.role === 'leader');
        const length = (parts: readonly { from: number; to: number }[]) =>
          parts.reduce((sum, part) => sum + part.to - part.from, 0);
        assert.equal(length(claimSpans(member, agreed, 2)), length(claimed));
      }
    }),
  );
});
