import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createLatenessPool } from '#lib/detector/lateness-pool.ts';
import { say } from '#lib/model/text.ts';

import { loadConfig } from '../config/load.ts';
import { createOutbox } from '../outbox.ts';
import { createConclusions } from './conclusions.ts';
import { createNodeRuntime } from './node-runtime.ts';
import { watchedOf } from './watched.ts';

test('a series of a node ends once, when it says nothing any more, and comes back', () => {
  const loaded = loadConfig('', null);
  assert.ok(loaded.ok);
  const outbox = createOutbox('b', 'm');
  const title = say('node.added', { node: 'n1' });
  const detail = { ...title.params, name: 'n1', labels: { zone: 'a' } };
  outbox.make({ kind: 'node.added', severity: 'info', cluster: null, node: 'n1', title, detail }, 0);
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
  const entry = watchedOf(runtime, null);
  const conclusions = createConclusions('m', () => 0, outbox);
  const wrote = (at: number): string => {
    conclusions.writeNode(entry, at);
    const delivery = outbox.next();
    assert.ok(delivery !== null);
    outbox.delivered(delivery);
    const names = (all: readonly { readonly __name__?: string }[]): string =>
      [...new Set(all.map((labels) => labels.__name__?.replace('quorate_node_', '')))].join(' ');
    return delivery.series
      .map(({ values, gone }) => `${names(values.map(({ labels }) => labels))} – ${names(gone)}`.trim())
      .join('; ');
  };
  assert.equal(wrote(0), 'down_limit_phi state –');
  runtime.heard(1000, null, true);
  runtime.look(1000, false, false);
  const heard = 'suspicion_phi down_limit_phi silent_seconds state time_to_down_seconds –';
  assert.equal(wrote(1000), heard);
  assert.equal(wrote(1500), heard);
  assert.equal(runtime.look(3_600_000, false, false).state, 'down');
  const down = 'suspicion_phi down_limit_phi silent_seconds state –';
  assert.equal(wrote(3_600_000), `${down} time_to_down_seconds`);
  assert.equal(wrote(3_601_000), down);
  runtime.heard(3_602_000, null, true);
  runtime.look(3_602_000, false, false);
  assert.equal(wrote(3_602_000), heard);
  conclusions.endNode('n1');
  assert.equal(outbox.next()?.series[0]?.gone.length, 9, 'five states, and one each of the others');
});
