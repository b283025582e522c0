import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { createDispatcher } from './dispatch.ts';
import type { Dispatcher, GroupMemory, Notification, ToldAlert } from './dispatch.ts';
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
/** Looks after the groups; every message is taken at once. */
const told = (dispatcher: Dispatcher, at: number): readonly Notification[] => {
  const { notifications } = dispatcher.flush(at);
  for (const { group, key } of notifications) dispatcher.settled(group.id, key, true);
  return notifications;
};
const shown = (notifications: readonly Notification[]): string[] =>
  notifications.map(({ alerts }) =>
    alerts.map(({ id, endsAt }) => (endsAt === null ? id : `${id}!`)).join(' '),
  );

test('after a restart no webhook is told again of an end that it knows and another webhook does not', () => {
  const dispatcher = dispatcherOf();
  dispatcher.update(alert('a', 0), 0);
  dispatcher.update(alert('b', 0), 0);
  assert.deepEqual(shown(told(dispatcher, 30)), ['a b']);
  dispatcher.update(alert('a', 40, 40), 40);
  assert.deepEqual(shown(told(dispatcher, 130)), ['a! b']);
  dispatcher.update(alert('c', 140), 140);
  const { notifications } = dispatcher.flush(230);
  assert.deepEqual(shown(notifications), ['b c']);
  const memories = notifications.flatMap(
    ({ group, key }) => dispatcher.settled(group.id, key, true).remembered,
  );
  const again = dispatcherOf(true, memories, [alert('a', 40, 40), alert('b', 0), alert('c', 140)], 240);
  assert.ok(!again.holds('a'));
  assert.deepEqual(shown(told(again, 330)), []);
  again.update(alert('b', 340, 340), 340);
  assert.deepEqual(shown(told(again, 430)), ['b! c'], 'later ends are told');
});

test('a group waits, tells changes at its interval, repeats, and tells the end', () => {
  const dispatcher = dispatcherOf();
  dispatcher.update(alert('a', 0), 0);
  assert.deepEqual(shown(told(dispatcher, 29)), []);
  assert.equal(dispatcher.owedTo('a'), 'ops');
  dispatcher.update(alert('b', 20), 20);
  assert.deepEqual(shown(told(dispatcher, 30)), ['a b']);
  dispatcher.update(alert('c', 40), 40);
  assert.deepEqual(
    ['a', 'c', 'd'].map((id) => dispatcher.owedTo(id)),
    [null, 'ops', null],
  );
  assert.deepEqual(shown(told(dispatcher, 129)), []);
  assert.deepEqual(shown(told(dispatcher, 130)), ['a b c']);
  for (let at = 230; at < 1130; at += 100) assert.deepEqual(shown(told(dispatcher, at)), []);
  assert.deepEqual(shown(told(dispatcher, 1130)), ['a b c'], 'repeated');
  dispatcher.update(alert('b', 1140, 1140), 1140);
  assert.deepEqual(shown(told(dispatcher, 1230)), ['a b! c']);
  assert.ok(!dispatcher.holds('b'));
  for (const id of ['a', 'c']) dispatcher.update(alert(id, 1240, 1240), 1240);
  const [last] = dispatcher.flush(1330).notifications;
  assert.deepEqual(shown(last === undefined ? [] : [last]), ['a! c!']);
  const { forgotten } = dispatcher.settled(last?.group.id ?? '', last?.key ?? '', true);
  assert.equal(forgotten.length, 1);
  assert.ok(!dispatcher.isDue(1e12));
});

test('who does not want the end is not told of it, and is told when it fires again', () => {
  const dispatcher = dispatcherOf(false);
  dispatcher.update(alert('a', 0), 0);
  assert.deepEqual(shown(told(dispatcher, 30)), ['a']);
  dispatcher.update(alert('a', 50, 50), 50);
  assert.deepEqual(shown(told(dispatcher, 130)), []);
  dispatcher.update(alert('a', 140), 140);
  assert.deepEqual(shown(told(dispatcher, 170)), ['a']);
});

test('what ends within the wait is never told', () => {
  const dispatcher = dispatcherOf();
  dispatcher.update(alert('a', 0), 0);
  dispatcher.update(alert('a', 10, 10), 10);
  assert.deepEqual(shown(told(dispatcher, 30)), []);
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

test('what is refused is owed again at the next interval, with all that the group holds then', () => {
  const dispatcher = dispatcherOf();
  const refuse = (at: number): string[] => {
    const { notifications } = dispatcher.flush(at);
    for (const { group, key } of notifications) dispatcher.settled(group.id, key, false);
    return shown(notifications);
  };
  dispatcher.update(alert('a', 0), 0);
  assert.deepEqual(refuse(30), ['a']);
  assert.equal(dispatcher.owedTo('a'), 'ops');
  assert.deepEqual(shown(dispatcher.flush(129).notifications), [], 'not before its interval');
  dispatcher.update(alert('b', 129), 129);
  assert.deepEqual(shown(told(dispatcher, 130)), ['a b']);
  for (const id of ['a', 'b']) dispatcher.update(alert(id, 200, 200), 200);
  assert.deepEqual(refuse(230), ['a! b!']);
  assert.deepEqual(refuse(330), ['a! b!'], 'the end is owed, too');
  assert.ok(dispatcher.holds('a'));
  assert.deepEqual(shown(dispatcher.flush(86_400_230).notifications), ['a! b!']);
  assert.ok(!dispatcher.holds('a'), 'not for ever');
});

test('what waits for a receiver that is away is not told twice, and outlives a restart', () => {
  const before = dispatcherOf();
  before.update(alert('a', 0), 0);
  const { notifications, remembered } = before.flush(30);
  assert.deepEqual(shown(before.flush(130).notifications), []);
  const after = dispatcherOf(true, remembered, [alert('a', 0)], 140);
  assert.deepEqual(shown(after.flush(230).notifications), []);
  after.settled(remembered[0]?.id ?? '', notifications[0]?.key ?? '', false);
  assert.deepEqual(shown(after.flush(330).notifications), ['a']);
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
    const isTold = isNew && (sendResolved || firing.length > 0);
    if (isTold)
      messages.push(
        all.flatMap((one) => (one.endsAt === null ? [one.id] : sendResolved ? [`${one.id}!`] : [])).join(' '),
      );
    if (isTold && !step.taken) continue;
    if (isTold) told = { at, firing, resolved };
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
  /** Whether the receiver takes the message, if there is one. */
  readonly taken: boolean;
}
const steps = fc.array(
  fc.record({
    waitMs: fc.integer({ min: 0, max: 60 }),
    id: fc.constantFrom('a', 'b', 'c'),
    ends: fc.boolean(),
    flushMs: fc.integer({ min: 0, max: 700 }),
    taken: fc.boolean(),
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
        const ends = flush.notifications.map(({ group, key }) =>
          dispatcher.settled(group.id, key, step.taken),
        );
        for (const { remembered, forgotten } of [flush, ...ends]) {
          for (const memory of remembered) memories.set(memory.id, memory);
          for (const id of forgotten) memories.delete(id);
        }
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
