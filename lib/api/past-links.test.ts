import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { ClusterWords, LinkWords, NodeWords } from '#lib/events/world.ts';
import type { NodeState } from '#lib/model/node.ts';

import { linksAt } from './past-links.ts';

const IDS = ['a', 'b', 'c'];
const words = (cuts: readonly LinkWords[]): ClusterWords => ({
  id: 'kv',
  name: 'kv',
  system: 'raft',
  protocol: 'raft',
  level: 'healthy',
  sentence: { code: 'x', params: {} },
  why: null,
  since: 0,
  leader: null,
  quorum: null,
  members: IDS.map((node) => ({
    node,
    membership: 'voter',
    role: 'follower',
    nativeRole: null,
    term: null,
    leader: null,
    agrees: null,
    readError: null,
  })),
  cuts,
});
const nodes = (down: string | null = null): ReadonlyMap<string, NodeWords> =>
  new Map(
    IDS.map((id) => [
      id,
      {
        id,
        name: id,
        labels: {},
        state: (id === down ? 'down' : 'up') satisfies NodeState,
        flags: [],
        since: 0,
        certainty: { kind: 'certain', confidence: 1 },
        incarnation: { id: null, startedAt: null },
      },
    ]),
  );
/** `a>b+`: a hears b. */
const shown = (...given: Parameters<typeof linksAt>): string =>
  linksAt(...given)
    .map(({ from, to, up }) => `${from}>${to}${up === true ? '+' : '-'}`)
    .sort()
    .join(' ');
const counts = (heard: readonly number[], unheard: readonly number[] = [0, 0, 0]) => {
  const byMember = (list: readonly number[]) =>
    Object.fromEntries(IDS.map((id, i) => [`kv/${id}`, list[i] ?? 0]));
  return { heardBy: byMember(heard), unheardBy: byMember(unheard) };
};

test('whom all hear is heard by each; a cut is told, and the others’ word counts beside it', () => {
  assert.equal(shown(words([]), nodes(), counts([2, 2, 2])), 'a>b+ a>c+ b>a+ b>c+ c>a+ c>b+');
  const cut = { from: 'b', to: 'a', by: 'member' } as const;
  assert.equal(shown(words([cut]), nodes(), counts([2, 1, 2], [0, 1, 0])), 'a>b- a>c+ b>a+ b>c+ c>a+ c>b+');
});

test('a member that is down says nothing, and is heard by nobody when all say so', () => {
  assert.equal(shown(words([]), nodes('c'), counts([1, 1, 0], [0, 0, 2])), 'a>b+ a>c- b>a+ b>c-');
});

test('where peers differ, or nothing was counted, nothing is said', () => {
  assert.equal(shown(words([]), nodes(), counts([1, 2, 2], [1, 0, 0])), 'a>b+ a>c+ b>c+ c>b+');
  assert.equal(shown(words([]), nodes(), { heardBy: {}, unheardBy: {} }), '');
});
