import assert from 'node:assert/strict';
import { test } from 'node:test';

import { runDifferential } from '#bench/promql/differential.ts';
import { explain } from '#bench/promql/explain.ts';
import { hasPeer } from '#bench/promql/peer.ts';

const QUERIES = 300;

test(
  'random queries answer as an installed Prometheus answers over the same samples',
  { skip: hasPeer() ? false : 'prometheus and promtool are not installed' },
  async () => {
    const { equal, close, refused, empty, differences } = await runDifferential(7, QUERIES);
    assert.deepEqual(
      differences.filter((difference) => explain(difference) === null),
      [],
    );
    assert.equal(equal + close + refused + differences.length, QUERIES);
    assert.ok(equal > QUERIES * 0.8 && empty < QUERIES * 0.4, `${equal} equal, ${empty} empty`);
  },
);
