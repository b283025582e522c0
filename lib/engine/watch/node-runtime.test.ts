import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createLatenessPool } from '#lib/detector/lateness-pool.ts';

import { loadConfig } from '../config/load.ts';
import { createNodeRuntime } from './node-runtime.ts';

test('a process that says that it began a second earlier is the same one; one that began later is another', () => {
  const loaded = loadConfig('', null);
  assert.ok(loaded.ok);
  const runtime = createNodeRuntime({
    plan: {
      id: 'n1',
      name: 'n1',
      labels: {},
      host: 'n1',
      address: null,
      pool: 'kv',
      etaMs: 500,
      liveness: null,
    },
    detection: loaded.config.detection,
    pool: createLatenessPool(0, null),
    restored: null,
    silence: (last, now) => now - last,
    now: 0,
  });
  const startedAt = Date.UTC(2026, 0, 1);
  assert.equal(runtime.began(startedAt, 1000), false);
  assert.equal(runtime.began(startedAt - 1000, 2000), false, 'its clock was corrected');
  assert.equal(runtime.began(startedAt, 3000), false);
  assert.equal(runtime.began(startedAt + 60_000, 70_000), true);
});
