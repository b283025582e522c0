import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import type { RuleDraft } from '#lib/rules/rule.ts';

import { configOf, eventually, freshFolder, start, START } from '../testdata/monitor.ts';
import { UI_SETTINGS } from './rule-groups.ts';

type Monitor = Awaited<ReturnType<typeof start>>;

const draft = (more: Partial<RuleDraft>): RuleDraft => ({
  group: 'own',
  kind: 'alert',
  name: 'A',
  expr: 'one == 1',
  forMs: 0,
  keepFiringForMs: 0,
  labels: {},
  annotations: {},
  enabled: true,
  ...more,
});
const create = async (monitor: Monitor, more: Partial<RuleDraft>): Promise<string> => {
  const edit = { id: null, change: 'created', draft: draft(more), expected: null, actor: 'local' } as const;
  const [id = ''] = await monitor.alerting.reads.editRules([edit]);
  return id;
};
const edit = (monitor: Monitor, id: string, more: Partial<RuleDraft>) =>
  monitor.alerting.reads.editRules([
    { id, change: 'edited', draft: draft(more), expected: null, actor: 'local' },
  ]);
const setGroup = (monitor: Monitor, expected: number | null, more: Partial<typeof UI_SETTINGS>) =>
  monitor.alerting.reads.editRules(
    [],
    [{ name: 'own', change: 'edited', settings: { ...UI_SETTINGS, ...more }, expected, actor: 'ann' }],
  );
const own = (monitor: Monitor) =>
  monitor.alerting.reads.rules().groups.find(({ source }) => source === 'ui') ?? assert.fail('no group');
const evaluations = (monitor: Monitor, metric: string): number[] =>
  monitor.samples
    .select(metric, () => true, 0, Infinity)
    .flatMap(({ samples }) => samples.map(({ at }) => at));

test('what a group of the UI says drives its rules, is versioned, and outlives a restart', async () => {
  const folder = freshFolder();
  const first = await start(folder, configOf(''));
  await create(first, { kind: 'record', name: 'r:x', expr: 'vector(time())' });
  assert.deepEqual([own(first).intervalMs, own(first).version], [5000, 0], 'the default');
  await setGroup(first, 0, { intervalMs: 2000, queryOffsetMs: 3000, labels: { team: 'a' } });
  await assert.rejects(setGroup(first, 0, { intervalMs: 9000 }), /at version 1, not 0/);
  await first.advance(12_000);
  await eventually('evaluated every 2 s', () => evaluations(first, 'r:x').length >= 5);
  const instants = evaluations(first, 'r:x');
  assert.deepEqual(
    instants.map((at, i) => at - (instants[i - 1] ?? at - 2000)),
    instants.map(() => 2000),
  );
  const [series] = first.samples.select('r:x', () => true, 0, Infinity);
  assert.deepEqual(series?.labels, { __name__: 'r:x', team: 'a' }, 'the labels of the group are there');
  assert.deepEqual(
    series?.samples.map(({ at, value }) => at - value * 1000),
    instants.map(() => 0),
    'evaluated and stored at the instant of the offset',
  );
  await first.stop();
  const second = await start(folder, configOf(''), START + 20_000);
  const { intervalMs, queryOffsetMs, labels, version } = own(second);
  assert.deepEqual([intervalMs, queryOffsetMs, labels, version], [2000, 3000, { team: 'a' }, 1]);
  await setGroup(second, 1, { limit: 7 });
  assert.deepEqual([own(second).limit, own(second).labels, own(second).version], [7, {}, 2]);
  await second.stop();
});

test('a rule that becomes a recording rule ends its alerts', async () => {
  const monitor = await start(freshFolder(), configOf(''));
  const id = await create(monitor, {});
  monitor.sample('one', 1);
  await monitor.advance(6000);
  await eventually('fires', () => monitor.states().includes('A firing'));
  await edit(monitor, id, { kind: 'record', name: 'one:copy', expr: 'one' });
  await monitor.advance(6000);
  await eventually('it is over', () => monitor.states().length === 0);
  await eventually('it records', () => evaluations(monitor, 'one:copy').length > 0);
  await monitor.stop();
});

test('keep_firing_for goes on over a restart', async () => {
  const folder = freshFolder();
  const first = await start(folder, configOf(''));
  await create(first, { keepFiringForMs: 60_000 });
  first.sample('one', 1);
  await first.advance(6000);
  await eventually('fires', () => first.states().includes('A firing'));
  first.sample('one', 0);
  await first.advance(11_000);
  const kept = async (monitor: Monitor) => (await monitor.reader.alerts())[0]?.keptSince ?? null;
  await eventually('kept', async () => (await kept(first)) !== null);
  const since = (await kept(first)) ?? 0;
  const at = first.clock.now;
  await first.stop();

  const second = await start(folder, configOf(''), at + 20_000);
  second.sample('one', 0);
  await second.advance(since + 50_000 - second.clock.now);
  assert.deepEqual(second.states(), ['A firing'], 'not yet');
  assert.equal(await kept(second), since, 'not begun anew');
  await second.advance(16_000);
  await eventually('resolved', () => second.states().length === 0);
  const ends = (await second.reader.eventsAfter('0', 1000)).filter(({ kind }) => kind === 'alert.resolved');
  assert.ok(
    (ends[0]?.at ?? 0) - since < 67_000,
    `${(ends[0]?.at ?? 0) - since} ms after it began to be kept`,
  );
  await second.stop();
});

const fileOf = (name: string, expr: string, forText = '0s'): string =>
  `groups:\n  - name: ${name}\n    rules:\n      - { alert: ${name}, expr: "${expr}", for: ${forText} }\n`;
const fileRules = (monitor: Monitor): string[] =>
  monitor.alerting.reads
    .rules()
    .groups.filter(({ source }) => source === 'file')
    .flatMap(({ rules }) => rules.map(({ rule }) => `${rule.name} ${rule.expr}`));

test('rule files are read again when one changes, appears or goes; a bad one keeps its rules, also over a restart', async () => {
  const folder = freshFolder();
  const file = (name: string) => path.join(folder, `${name}.rules.yml`);
  writeFileSync(file('a'), fileOf('A', 'one == 1'));
  writeFileSync(file('b'), fileOf('B', 'one == 1', '1h'));
  const config = configOf(
    'rule_files: ["*.rules.yml"]\nglobal: { evaluation_interval: 2s }\n',
    path.join(folder, 'quorate.yml'),
  );
  const monitor = await start(folder, config);
  assert.deepEqual(fileRules(monitor), ['A one == 1', 'B one == 1']);
  assert.equal(monitor.alerting.reads.rules().groups[1]?.intervalMs, 2000, 'global.evaluation_interval');
  monitor.sample('one', 1);
  await monitor.advance(3000);
  await eventually('both', () => monitor.states().toSorted().join() === 'A firing,B pending');
  const sinceOf = (from: Monitor, rule: string) =>
    [...from.world().alerts.values()].find((alert) => alert.rule === rule)?.since;
  const since = [sinceOf(monitor, 'A'), sinceOf(monitor, 'B')];

  writeFileSync(file('c'), fileOf('C', 'one == 2'));
  await eventually('appears', () => fileRules(monitor).includes('C one == 2'));
  writeFileSync(path.join(folder, 'new'), fileOf('C', 'one == 3'));
  renameSync(path.join(folder, 'new'), file('c'));
  await eventually('changes', () => fileRules(monitor).includes('C one == 3'));
  const before = monitor.clock.now;
  await monitor.advance(1000);
  writeFileSync(file('a'), fileOf('A', 'one =='));
  await eventually('refused', () => monitor.alerting.reads.rules().problems.length === 1);
  assert.match(
    monitor.alerting.reads.rules().problems[0] ?? '',
    /a\.rules\.yml:4:\d+: could not parse expression: 1:7: parse error/,
  );
  assert.ok(fileRules(monitor).includes('A one == 1'), 'its rules of before are in force');
  rmSync(file('c'));
  await eventually('goes', () => fileRules(monitor).join() === 'A one == 1,B one == 1');
  monitor.sample('one', 1);
  await monitor.advance(3000);
  assert.deepEqual([sinceOf(monitor, 'A'), sinceOf(monitor, 'B')], since, 'activeAt stays');
  const told = async () =>
    (await monitor.reader.eventsAfter('0', 1000))
      .filter(({ kind }) => kind === 'rule.changed')
      .map(({ title }) => title.code);
  await eventually('all is told', async () => (await told()).at(-1) === 'rule.file-gone');
  assert.deepEqual(await told(), [
    'rule.file-read',
    'rule.file-read',
    'rule.file-read',
    'rule.file-read',
    'rule.file-refused',
    'rule.file-gone',
  ]);
  const then = await monitor.alerting.reads.rulesAt(before);
  assert.deepEqual(
    then.groups
      .filter(({ source }) => source === 'file')
      .flatMap(({ rules }) => rules.map(({ rule, alerts }) => [rule.expr, alerts.map(({ state }) => state)])),
    [
      ['one == 1', ['firing']],
      ['one == 1', ['pending']],
      ['one == 3', []],
    ],
  );
  await monitor.stop();

  const second = await start(folder, config, START + 60_000);
  assert.deepEqual(fileRules(second), ['A one == 1', 'B one == 1'], 'what it said when it was good');
  second.sample('one', 1);
  await second.advance(3000);
  assert.deepEqual([sinceOf(second, 'A'), sinceOf(second, 'B')], since);
  writeFileSync(file('a'), fileOf('A', 'one == 4'));
  await eventually('good again', () => second.alerting.reads.rules().problems.length === 0);
  assert.ok(fileRules(second).includes('A one == 4'));
  await second.stop();
});

test('the rules of an instant are those of their versions then, with the alerts of then', async () => {
  const monitor = await start(freshFolder(), configOf(''));
  const begin = monitor.clock.now;
  await monitor.advance(1000);
  const id = await create(monitor, { expr: 'one == 1' });
  const created = monitor.clock.now;
  monitor.sample('one', 1);
  await monitor.advance(6000);
  await eventually('fires', () => monitor.states().includes('A firing'));
  const fired = monitor.clock.now;
  await monitor.advance(1000);
  await setGroup(monitor, 0, { intervalMs: 30_000, labels: { team: 'a' } });
  await edit(monitor, id, { expr: 'one == 2' });
  await monitor.alerting.reads.editRules([
    {
      id: 'ready-NodeDown',
      change: 'disabled',
      draft: draft({ enabled: false }),
      expected: null,
      actor: null,
    },
  ]);
  const edited = monitor.clock.now;
  await monitor.advance(1000);
  await monitor.alerting.reads.editRules([
    { id, change: 'deleted', draft: draft({ expr: 'one == 2' }), expected: null, actor: 'local' },
  ]);
  await monitor.advance(1000);
  const at = async (instant: number) => {
    const { groups } = await monitor.alerting.reads.rulesAt(instant);
    const group = groups.find(({ source }) => source === 'ui');
    const ready = groups[0]?.rules.find(({ rule }) => rule.id === 'ready-NodeDown')?.rule.enabled;
    const [view] = group?.rules ?? [];
    return [ready, group?.intervalMs, view?.rule.expr, view?.alerts.map(({ state }) => state)];
  };
  assert.deepEqual(await at(begin), [true, undefined, undefined, undefined]);
  assert.deepEqual(await at(created), [true, 5000, 'one == 1', []]);
  assert.deepEqual(await at(fired), [true, 5000, 'one == 1', ['firing']]);
  assert.deepEqual(await at(edited), [false, 30_000, 'one == 2', ['firing']]);
  assert.deepEqual(await at(monitor.clock.now), [false, undefined, undefined, undefined]);
  await monitor.stop();
});
