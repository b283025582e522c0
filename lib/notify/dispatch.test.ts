import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { createDispatcher } from './dispatch.ts';
import type { GroupMemory, Notification, ToldAlert } from './dispatch.ts';
import type { Receiver, Route } from './route.ts';

const receiverOf = (sendResolved: boolean): Receiver => ({
  id: 'ops',
  name: 'ops',
  webhooks: [{ url: 'http://127.0.0.1/', sendResolved, maxAlerts: 0, authorization: null, timeoutMs: 1000 }],
});
const route: Route = {
  receiver: 'ops',
  matchers: [],
  groupBy: ['alertname'],
  groupWaitMs: 30,
  groupIntervalMs: 100,
  repeatIntervalMs: 1000,
  continue: false,
  routes: [],
};
const alert = (id: string, changedAt: number, endsAt: number | null = null): ToldAlert => ({
  id,
  labels: { alertname: 'A', id },
  annotations: {},
  startsAt: changedAt,
  endsAt,
  changedAt,
  generatorUrl: '',
});
const dispatcherOf = (
  sendResolved = true,
  memories: readonly GroupMemory[] = [],
  alerts: readonly ToldAlert[] = [],
  at = 0,
) => createDispatcher([route], new Map([['ops', receiverOf(sendResolved)]]), memories, alerts, at);
const shown = (notifications: readonly Notification[]): string[] =>
  notifications.map(({ alerts }) =>
    alerts.map(({ id, endsAt }) => (endsAt === null ? id : `${id}!`)).join(' '),
  );

test('a group waits, tells changes at its interval, repeats, and tells the end', () => {
  const dispatcher = dispatcherOf();
  dispatcher.update(alert('a', 0), 0);
  assert.deepEqual(shown(dispatcher.flush(29).notifications), []);
  assert.equal(dispatcher.owedTo('a'), 'ops');
  dispatcher.update(alert('b', 20), 20);
  assert.deepEqual(shown(dispatcher.flush(30).notifications), ['a b']);
  dispatcher.update(alert('c', 40), 40);
  assert.deepEqual(
    ['a', 'c', 'd'].map((id) => dispatcher.owedTo(id)),
    [null, 'ops', null],
  );
  assert.deepEqual(shown(dispatcher.flush(129).notifications), []);
  assert.deepEqual(shown(dispatcher.flush(130).notifications), ['a b c']);
  for (let at = 230; at < 1130; at += 100) assert.deepEqual(shown(dispatcher.flush(at).notifications), []);
  assert.deepEqual(shown(dispatcher.flush(1130).notifications), ['a b c'], 'repeated');
  dispatcher.update(alert('b', 1140, 1140), 1140);
  assert.deepEqual(shown(dispatcher.flush(1230).notifications), ['a b! c']);
  assert.ok(!dispatcher.holds('b'));
  for (const id of ['a', 'c']) dispatcher.update(alert(id, 1240, 1240), 1240);
  const last = dispatcher.flush(1330);
  assert.deepEqual(shown(last.notifications), ['a! c!']);
  assert.equal(last.forgotten.length, 1);
  assert.ok(!dispatcher.isDue(1e12));
});

test('who does not want the end is not told of it, and is told when it fires again', () => {
  const dispatcher = dispatcherOf(false);
  dispatcher.update(alert('a', 0), 0);
  assert.deepEqual(shown(dispatcher.flush(30).notifications), ['a']);
  dispatcher.update(alert('a', 50, 50), 50);
  assert.deepEqual(shown(dispatcher.flush(130).notifications), []);
  dispatcher.update(alert('a', 140), 140);
  assert.deepEqual(shown(dispatcher.flush(170).notifications), ['a']);
});

test('what ends within the wait is never told', () => {
  const dispatcher = dispatcherOf();
  dispatcher.update(alert('a', 0), 0);
  dispatcher.update(alert('a', 10, 10), 10);
  assert.deepEqual(shown(dispatcher.flush(30).notifications), []);
  assert.ok(!dispatcher.holds('a'));
});

test('a clock that went back, or a shorter interval, does not silence a group', () => {
  const dispatcher = dispatcherOf();
  dispatcher.update(alert('a', 5000), 5000);
  assert.deepEqual(shown(dispatcher.flush(5030).notifications), ['a']);
  dispatcher.update(alert('b', 1000), 1000);
  assert.ok(dispatcher.isDue(1000));
  assert.deepEqual(shown(dispatcher.flush(1000).notifications), ['a b']);
  assert.ok(!dispatcher.isDue(1000));

  const slow = { ...route, groupIntervalMs: 60_000 };
  const receivers = new Map([['ops', receiverOf(true)]]);
  const before = createDispatcher([slow], receivers, [], [alert('a', 0)], 0);
  const memories = before.flush(30).remembered;
  const after = dispatcherOf(true, memories, [alert('a', 0), alert('b', 40)], 50);
  assert.deepEqual(shown(after.flush(50).notifications), ['a b']);
});

test('a key is the same for the same change and another for every other', () => {
  const keys = [0, 1].map(() => {
    const dispatcher = dispatcherOf();
    dispatcher.update(alert('a', 0), 0);
    const first = dispatcher.flush(30);
    const again = dispatcher.flush(1030);
    dispatcher.update(alert('a', 1040, 1040), 1040);
    return [first, again, dispatcher.flush(1130)].flatMap(({ notifications }) =>
      notifications.map(({ key }) => key),
    );
  });
  assert.equal(new Set(keys[0]).size, 3);
  assert.deepEqual(keys[0], keys[1]);
});

/** What Alertmanager's rules say of one group, told over from the beginning at every flush. */
const naive = (steps: readonly Step[], sendResolved: boolean): string[] => {
  let group: Map<string, ToldAlert> | null = null;
  let nextAt = 0;
  let told: { at: number; firing: string[]; resolved: string[] } | null = null;
  const messages: string[] = [];
  let at = 0;
  for (const step of steps) {
    at += step.waitMs;
    const changed = alert(step.id, at, step.ends ? at : null);
    if (group === null && !step.ends) {
      group = new Map();
      nextAt = at + 30;
      told = null;
    }
    group?.set(step.id, changed);
    at += step.flushMs;
    if (group === null || at < nextAt) continue;
    nextAt += (Math.floor((at - nextAt) / 100) + 1) * 100;
    const all = [...group.values()];
    const firing = all.filter((one) => one.endsAt === null).map((one) => one.id);
    const resolved = all.filter((one) => one.endsAt !== null).map((one) => one.id);
    const isNew =
      told === null
        ? firing.length > 0
        : firing.some((id) => !told?.firing.includes(id)) ||
          (firing.length === 0 && told.firing.length > 0) ||
          (firing.length > 0 && sendResolved && resolved.some((id) => !told?.resolved.includes(id))) ||
          (firing.length > 0 && at - told.at >= 1000);
    if (isNew && (sendResolved || firing.length > 0)) {
      messages.push(
        all.flatMap((one) => (one.endsAt === null ? [one.id] : sendResolved ? [`${one.id}!`] : [])).join(' '),
      );
      told = { at, firing, resolved };
    }
    for (const id of resolved) group.delete(id);
    if (group.size === 0) group = null;
  }
  return messages;
};

interface Step {
  readonly waitMs: number;
  readonly id: string;
  readonly ends: boolean;
  readonly flushMs: number;
}
const steps = fc.array(
  fc.record({
    waitMs: fc.integer({ min: 0, max: 60 }),
    id: fc.constantFrom('a', 'b', 'c'),
    ends: fc.boolean(),
    flushMs: fc.integer({ min: 0, max: 700 }),
  }),
  { maxLength: 30 },
);

test('any life of a group is told as the naive reading of the rules tells it, over restarts too', () => {
  fc.assert(
    fc.property(steps, fc.boolean(), fc.boolean(), (life, sendResolved, restarts) => {
      let dispatcher = dispatcherOf(sendResolved);
      const memories = new Map<string, GroupMemory>();
      const alerts = new Map<string, ToldAlert>();
      const messages: string[] = [];
      let at = 0;
      for (const step of life) {
        at += step.waitMs;
        const changed = alert(step.id, at, step.ends ? at : null);
        alerts.delete(step.id);
        alerts.set(step.id, changed);
        dispatcher.update(changed, at);
        at += step.flushMs;
        const flush = dispatcher.flush(at);
        for (const memory of flush.remembered) memories.set(memory.id, memory);
        for (const id of flush.forgotten) memories.delete(id);
        messages.push(...shown(flush.notifications));
        for (const { id, endsAt } of [...alerts.values()])
          if (endsAt !== null && !dispatcher.holds(id)) alerts.delete(id);
        // A group that was told nothing yet begins its wait with the alert, so a restart may only fall after its first look.
        if (restarts && memories.size > 0)
          dispatcher = dispatcherOf(sendResolved, [...memories.values()], [...alerts.values()], at);
      }
      const sorted = (list: readonly string[]): string[] =>
        list.map((text) => text.split(' ').sort().join(' '));
      assert.deepEqual(sorted(messages), sorted(naive(life, sendResolved)));
    }),
    { numRuns: 2000 },
  );
});
