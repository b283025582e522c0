import assert from 'node:assert/strict';
import { test } from 'node:test';

import { watchedBefore } from './past-watched.ts';
import type { WatchedTarget } from './watched-targets.ts';

const target = (id: string, addedAt: number): Omit<WatchedTarget, 'targets'> => ({
  id,
  kind: 'exporter',
  address: `10.0.0.1:${addedAt}`,
  scheme: 'http',
  path: '/metrics',
  name: 'web',
  addedAt,
  actor: null,
});
const event = (code: string, detail: Partial<ReturnType<typeof target>>) => ({
  title: { code, params: {} },
  detail: { ...detail },
});

test('a target that was removed since stood then, one that was added since did not', () => {
  const [stays, goes, comes, passes] = [target('s', 1), target('g', 0), target('c', 5), target('p', 6)];
  const since = [
    event('target.added', comes),
    event('target.added', passes),
    event('target.removed', goes),
    event('target.removed', passes),
  ];
  assert.deepEqual(watchedBefore([stays, comes], since), [goes, stays]);
  assert.deepEqual(watchedBefore([stays, comes], []), [stays, comes]);
  assert.deepEqual(
    watchedBefore([{ ...stays, targets: [] }], []),
    [stays],
    'what it scrapes now is not told of then',
  );
  assert.deepEqual(
    watchedBefore([stays, comes], [event('target.added', { id: 'c' })]),
    [stays],
    'told long ago',
  );
});
