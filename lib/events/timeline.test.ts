import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject, NewEvent } from './event.ts';
import { timeline } from './timeline.ts';
import { emptyWorld } from './world.ts';

const event = (at: number, kind: NewEvent['kind'], node: string | null, detail: JsonObject): NewEvent => ({
  key: `k-${at}`,
  at,
  kind,
  severity: 'info',
  monitor: 'm',
  actor: null,
  cluster: null,
  node,
  title: { code: kind, params: {} },
  detail,
});
const ALL = { from: 0, to: 100, cluster: null, node: null, kinds: ['state'] as const };
const shown = (events: readonly NewEvent[]): string =>
  timeline(emptyWorld, events, ALL)
    .lanes.flatMap((lane) => lane.segments.map((segment) => `${segment.from}-${segment.to} ${segment.value}`))
    .join(', ');

test('a lane goes on from state to state', () => {
  assert.equal(
    shown([
      event(10, 'node.added', 'a', {}),
      event(20, 'node.up', 'a', { state: 'up' }),
      event(50, 'node.down', 'a', { state: 'down' }),
    ]),
    '10-20 unknown, 20-50 up, 50-100 down',
  );
});

test('the time in which this monitor did not run is a gap, not a state', () => {
  assert.equal(
    shown([
      event(10, 'node.added', 'a', { state: 'up' }),
      event(60, 'monitor.started', null, { lastAliveAt: 30 }),
      event(70, 'node.down', 'a', { state: 'down' }),
    ]),
    '10-30 up, 60-70 up, 70-100 down',
  );
});
