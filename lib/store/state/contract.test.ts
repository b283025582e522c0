import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';

import type { NewEvent } from '#lib/events/event.ts';
import type { GroupMemory } from '#lib/notify/dispatch.ts';
import type { Alert, RuleDraft } from '#lib/rules/rule.ts';

import { openStateReader, openStateWriter } from './sqlite.ts';
import type { OutboxRow, StateReader, StateWriter, VersionChange } from './state-store.ts';

const event = (seq: number, at: number, more: Partial<NewEvent> = {}): NewEvent => ({
  key: `boot-${seq}`,
  at,
  kind: 'node.up',
  severity: 'info',
  monitor: 'm',
  actor: null,
  cluster: null,
  node: 'n1',
  title: { code: 'node.up', params: { node: 'n1' } },
  detail: { state: 'up' },
  ...more,
});
const everything = { from: null, to: null, kinds: [], cluster: null, node: null };

/** What every StateStore must do; run against each implementation. */
const contract = (name: string, open: () => Promise<{ writer: StateWriter; reader: StateReader }>): void => {
  void describe(name, () => {
    void test('events get growing ids, in their order, and a repeated key is stored once', async () => {
      const { writer, reader } = await open();
      const first = await writer.appendEvents([event(1, 100), event(2, 100)]);
      const again = await writer.appendEvents([event(2, 999), event(3, 300)]);
      const ids = [...first, ...again].map((stored) => Number(stored.id));
      assert.ok((ids[0] ?? 0) < (ids[1] ?? 0) && ids[1] === ids[2] && (ids[2] ?? 0) < (ids[3] ?? 0));
      assert.equal(again[0]?.at, 100, 'the stored one comes back');
      assert.equal((await reader.readEvents(everything, 10, null)).events.length, 3);
      assert.deepEqual(first[0], { ...event(1, 100), id: first[0]?.id });
      await Promise.all([writer.close(), reader.close()]);
    });

    void test('reads filter by time, kind, cluster and node, newest first, page by cursor', async () => {
      const { writer, reader } = await open();
      await writer.appendEvents(
        Array.from({ length: 1200 }, (_, seq) =>
          event(seq, seq, seq % 2 === 0 ? { kind: 'leader.lost', cluster: 'kv', node: null } : {}),
        ),
      );
      const page = await reader.readEvents({ ...everything, cluster: 'kv', from: 10, to: 1000 }, 100, null);
      assert.equal(page.events[0]?.at, 1000);
      const second = await reader.readEvents(
        { ...everything, cluster: 'kv', from: 10, to: 1000 },
        1000,
        page.next,
      );
      assert.equal(page.events.length + second.events.length, 496);
      assert.equal(second.next, null);
      assert.equal(
        (await reader.readEvents({ ...everything, kinds: ['node.up'], node: 'n1' }, 5000, null)).events
          .length,
        600,
      );
      assert.equal((await reader.eventsAfter(await reader.lastEventId(), 10)).length, 0);
      assert.equal((await reader.eventsUntil('0', 99)).length, 100);
      await Promise.all([writer.close(), reader.close()]);
    });

    void test('events are counted by step and severity, and read oldest first when asked so', async () => {
      const { writer, reader } = await open();
      await writer.appendEvents([
        event(1, 999),
        event(2, 1000),
        event(3, 1099, { severity: 'critical' }),
        event(4, 1100, { severity: 'warning' }),
        event(5, 1199, { severity: 'warning' }),
        event(6, 1200),
      ]);
      const none = { info: 0, warning: 0, critical: 0 };
      assert.deepEqual(await reader.eventDensity(1000, 1200, 2), [
        { ...none, info: 1, critical: 1 },
        { ...none, warning: 2 },
      ]);
      assert.deepEqual(await reader.eventDensity(5000, 5003, 3), [none, none, none]);
      const first = await reader.readEvents({ ...everything, from: 1000 }, 2, null, 'oldest');
      assert.deepEqual(
        first.events.map((stored) => stored.at),
        [1000, 1099],
      );
      const rest = await reader.readEvents({ ...everything, from: 1000 }, 9, first.next, 'oldest');
      assert.deepEqual(
        rest.events.map((stored) => stored.at),
        [1100, 1199, 1200],
      );
      await Promise.all([writer.close(), reader.close()]);
    });

    void test('settings, pools and checkpoints are read back; retention keeps the edge', async () => {
      const { writer, reader } = await open();
      await writer.putSetting('k', { a: 1 });
      await writer.putSetting('k', { a: 2 });
      assert.deepEqual(await reader.setting('k'), { a: 2 });
      assert.equal(await reader.setting('none'), null);
      await writer.putPools({ kv: 'x' });
      assert.deepEqual(await reader.pools(), { kv: 'x' });
      const stored = await writer.appendEvents(Array.from({ length: 10 }, (_, seq) => event(seq, seq * 10)));
      const world = { nodes: [], clusters: [], monitor: { degraded: false, reasons: [], configError: null } };
      await writer.putCheckpoint({ eventId: stored[4]?.id ?? '', at: 40, world });
      assert.equal(await reader.checkpointBefore(39), null);
      assert.deepEqual(await reader.checkpointBefore(45), { eventId: stored[4]?.id, at: 40, world });
      await writer.retain(60);
      assert.deepEqual(
        (await reader.readEvents(everything, 20, null)).events.map((kept) => kept.at),
        [90, 80, 70, 60, 50],
      );
      await Promise.all([writer.close(), reader.close()]);
    });
  });
};

const alert = (id: string, state: Alert['state']): Alert => ({
  id,
  ruleId: 'r',
  labels: { alertname: 'NodeDown', node: id },
  annotations: {},
  state,
  activeAt: 1,
  firedAt: state === 'pending' ? null : 2,
  resolvedAt: null,
  keptSince: null,
  value: 1,
});
const group: GroupMemory = {
  id: 'g',
  receiver: 'file:ops',
  webhook: 0,
  key: '{}:{alertname="NodeDown"}',
  labels: { alertname: 'NodeDown' },
  nextFlushAt: 5,
  told: { at: 4, firing: ['a'], resolved: [] },
  underway: [],
};
const message = (key: string, createdAt: number): OutboxRow => ({
  key,
  receiver: 'file:ops',
  webhook: 0,
  groupId: 'g',
  payload: '{}',
  alerts: ['a'],
  state: 'waiting',
  attempts: 0,
  nextAt: createdAt,
  createdAt,
  settledAt: null,
  lastError: null,
});
const draft: RuleDraft = {
  group: 'g',
  kind: 'alert',
  name: 'R',
  expr: 'up == 0',
  forMs: 0,
  keepFiringForMs: 0,
  labels: {},
  annotations: {},
  enabled: true,
};

const contractOfChanges = (
  name: string,
  open: () => Promise<{ writer: StateWriter; reader: StateReader }>,
): void => {
  void describe(`${name}, changes of state`, () => {
    void test('events, alerts, groups and messages of a change are stored together, and again changes nothing', async () => {
      const { writer, reader } = await open();
      const change = {
        events: [event(1, 100)],
        alerts: { put: [alert('a', 'firing'), alert('b', 'pending')], remove: [] },
        groups: { put: [group], remove: [] },
        outbox: [message('k1', 10), message('k2', 20)],
      };
      const first = await writer.applyChange(change);
      const [sent] = await reader.outbox('waiting', 1);
      assert.equal(sent?.key, 'k1', 'the oldest goes first');
      const attempt = {
        key: 'k1',
        state: 'sent',
        attempts: 1,
        nextAt: 10,
        settledAt: 11,
        lastError: null,
      } as const;
      await writer.applyChange({ attempts: [attempt] });
      assert.deepEqual(await writer.applyChange(change), first, 'the events come back as they were stored');
      assert.deepEqual(await reader.alerts(), change.alerts.put);
      assert.deepEqual(await reader.groups(), [group]);
      assert.deepEqual(
        (await reader.recentOutbox(10)).map((row) => [row.key, row.state, row.attempts]),
        [
          ['k2', 'waiting', 0],
          ['k1', 'sent', 1],
        ],
      );
      assert.deepEqual((await reader.outbox('waiting', 10))[0], message('k2', 20));
      await writer.applyChange({ alerts: { put: [], remove: ['a'] }, groups: { put: [], remove: ['g'] } });
      assert.deepEqual(
        (await reader.alerts()).map(({ id }) => id),
        ['b'],
      );
      assert.deepEqual(await reader.groups(), []);
      const waitedAt = async (at: number) => (await reader.waitingAt(at)).map(({ count }) => count);
      assert.deepEqual(
        [await waitedAt(10), await waitedAt(11), await waitedAt(20)],
        [[1], [], [1]],
        'a message waits from when it is made until it is settled',
      );
      await writer.retain(12);
      assert.deepEqual(
        (await reader.recentOutbox(10)).map(({ key }) => key),
        ['k2'],
        'a settled message goes with its age',
      );
      await Promise.all([writer.close(), reader.close()]);
    });

    void test('a message that was given up may be tried anew, by the same key', async () => {
      const { writer, reader } = await open();
      await writer.applyChange({ outbox: [message('k', 10)] });
      const failed = { key: 'k', state: 'failed', attempts: 1, nextAt: 11, settledAt: 11 } as const;
      await writer.applyChange({ attempts: [{ ...failed, lastError: 'answered 404' }] });
      await writer.applyChange({ outbox: [message('k', 20)] });
      assert.deepEqual(await reader.outbox('waiting', 10), [message('k', 20)]);
      await Promise.all([writer.close(), reader.close()]);
    });

    void test('a change that fails leaves nothing behind', async () => {
      const { writer, reader } = await open();
      const broken = { ...message('k', 1), payload: undefined as unknown as string };
      await assert.rejects(
        writer.applyChange({
          events: [event(1, 1)],
          alerts: { put: [alert('a', 'firing')], remove: [] },
          outbox: [broken],
        }),
      );
      assert.deepEqual(await reader.alerts(), []);
      assert.deepEqual((await reader.readEvents(everything, 10, null)).events, []);
      await Promise.all([writer.close(), reader.close()]);
    });

    void test('what stood at an instant is read by the instants of its versions', async () => {
      const { writer, reader } = await open();
      const settings = (intervalMs: number) => ({ intervalMs, limit: 0, queryOffsetMs: 0, labels: {} });
      const version = <Draft>(number: number, change: VersionChange, kept: Draft) => ({
        id: 'a',
        version: number,
        change,
        draft: kept,
        at: number * 10,
        actor: null,
      });
      const rules = [version(1, 'created', draft), version(2, 'deleted', draft)];
      const ruleGroups = [version(1, 'created', settings(1)), version(2, 'edited', settings(2))];
      const ruleFiles = [version(1, 'created', { groups: [] }), version(2, 'deleted', { groups: [] })];
      await writer.applyChange({ rules, ruleGroups, ruleFiles });
      assert.deepEqual(
        [await reader.rules(9), await reader.rules(10), await reader.rules(20)],
        [[], [rules[0]], []],
      );
      assert.deepEqual(
        [await reader.ruleGroups(9), await reader.ruleGroups(19), await reader.ruleGroups()],
        [[], [ruleGroups[0]], [ruleGroups[1]]],
      );
      assert.deepEqual(await reader.ruleGroupVersions('a'), ruleGroups.toReversed());
      assert.deepEqual(
        [await reader.ruleFiles(19), await reader.ruleFiles()],
        [[ruleFiles[0]], [ruleFiles[1]]],
        'one that is gone is told, too',
      );
      await Promise.all([writer.close(), reader.close()]);
    });

    void test('rules and channels are read in their newest version, deleted ones only by their history', async () => {
      const { writer, reader } = await open();
      const version = (id: string, number: number, change: VersionChange, more: Partial<RuleDraft> = {}) => ({
        id,
        version: number,
        change,
        draft: { ...draft, ...more },
        at: number,
        actor: null,
      });
      await writer.applyChange({ rules: [version('a', 1, 'created'), version('b', 1, 'created')] });
      await writer.applyChange({ rules: [version('a', 2, 'edited', { expr: 'up' })] });
      await writer.applyChange({ rules: [version('b', 2, 'deleted')] });
      assert.deepEqual(await reader.rules(), [version('a', 2, 'edited', { expr: 'up' })]);
      assert.deepEqual(
        (await reader.ruleVersions('b')).map(({ change }) => change),
        ['deleted', 'created'],
      );
      await writer.applyChange({
        channels: [
          { id: 'c', version: 1, change: 'created', draft: { url: 'http://x' }, at: 1, actor: 'ann' },
        ],
      });
      assert.deepEqual(
        (await reader.channels()).map((channel) => [channel.draft, channel.actor]),
        [[{ url: 'http://x' }, 'ann']],
      );
      await writer.applyChange({
        channels: [
          { id: 'c', version: 2, change: 'deleted', draft: { url: 'http://x' }, at: 9, actor: 'ann' },
        ],
      });
      const changesAt = async (at?: number) => (await reader.channels(at)).map(({ change }) => change);
      assert.deepEqual(
        [await changesAt(0), await changesAt(8), await changesAt()],
        [[], ['created'], ['deleted']],
      );
      await Promise.all([writer.close(), reader.close()]);
    });
  });
};

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
const freshFolder = async (): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'quorate-state-'));
  folders.push(folder);
  return folder;
};

contract('SQLite', async () => {
  const folder = await freshFolder();
  return { writer: await openStateWriter(folder), reader: openStateReader(folder) };
});

contractOfChanges('SQLite', async () => {
  const folder = await freshFolder();
  return { writer: await openStateWriter(folder), reader: openStateReader(folder) };
});

void test('a data folder of the first schema is brought to the newest and keeps what it holds', async () => {
  const folder = await freshFolder();
  copyFileSync(path.join(import.meta.dirname, 'testdata/schema-1.db'), path.join(folder, 'state.db'));
  const writer = await openStateWriter(folder);
  const reader = openStateReader(folder);
  assert.equal((await reader.readEvents(everything, 10, null)).events[0]?.key, 'boot-1');
  await writer.applyChange({ outbox: [message('k', 1)], rules: [] });
  assert.equal((await reader.outbox('waiting', 10)).length, 1);
  await Promise.all([writer.close(), reader.close()]);
});

void test('what was acknowledged before a kill -9 is there afterwards', async () => {
  const folder = await freshFolder();
  const child = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '-e',
      `import { openStateWriter } from '#lib/store/state/sqlite.ts';
       const writer = await openStateWriter(${JSON.stringify(folder)});
       for (let seq = 0; ; seq += 1) {
         const [stored] = await writer.appendEvents([{ key: 'b-' + seq, at: seq, kind: 'node.up', severity: 'info', monitor: 'm', actor: null, cluster: null, node: 'n', title: { code: 'x', params: {} }, detail: {} }]);
         process.stdout.write(stored.id + '\\n');
       }`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.split('\n').length > 40) break;
  }
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const acknowledged = output.split('\n').slice(0, -1).length;
  const writer = await openStateWriter(folder);
  const reader = openStateReader(folder);
  const { events } = await reader.readEvents(everything, 100_000, null);
  assert.ok(events.length >= acknowledged, `${events.length} of ${acknowledged}`);
  await Promise.all([writer.close(), reader.close()]);
});
