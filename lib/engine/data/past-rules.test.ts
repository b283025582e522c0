import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { RuleDraft } from '#lib/rules/rule.ts';

import { configOf, eventually, freshFolder, start } from '../testdata/monitor.ts';

type Monitor = Awaited<ReturnType<typeof start>>;

const draft: RuleDraft = {
  group: 'own',
  kind: 'record',
  name: 'r:all',
  expr: '{__name__=~"one|two"}',
  forMs: 0,
  keepFiringForMs: 0,
  labels: {},
  annotations: {},
  enabled: true,
};

/** The own group as it stood at an instant. */
const ownAt = async ({ alerting }: Monitor, at: number) =>
  (await alerting.reads.rulesAt(at)).groups.find(({ name }) => name === 'own') ?? assert.fail('no group');
const healthNow = ({ alerting }: Monitor) =>
  alerting.reads.rules().groups.find(({ name }) => name === 'own')?.rules[0]?.health;
const labelled = ({ samples }: Monitor, metric: string) =>
  samples
    .select(metric, ({ rule_group: group }) => group === 'ui;own', 0, Infinity)
    .flatMap((series) => series.samples);

test('a past rule tells when it had been evaluated, how it went, and the error of then', async () => {
  const monitor = await start(freshFolder(), configOf(''));
  const [id = ''] = await monitor.alerting.reads.editRules([
    { id: null, change: 'created', draft, expected: null, actor: 'local' },
  ]);
  const before = monitor.clock.now;
  monitor.sample('one', 1);
  await monitor.advance(6000);
  await eventually('it is evaluated', () => healthNow(monitor) === 'ok');
  const well = monitor.clock.now;
  monitor.sample('one', 1);
  monitor.sample('two', 1);
  await monitor.advance(6000);
  await eventually('it fails', () => healthNow(monitor) === 'err');
  await eventually('the failure is told', async () =>
    (await monitor.reader.eventsAfter('0', 100)).some(({ kind }) => kind === 'rule.failed'),
  );
  const failing = monitor.clock.now;
  await monitor.alerting.reads.editRules([
    { id, change: 'edited', draft: { ...draft, expr: 'one' }, expected: null, actor: 'local' },
  ]);
  await monitor.advance(6000);
  await eventually('it is mended', () => healthNow(monitor) === 'ok');
  await eventually('that is told', async () =>
    (await monitor.reader.eventsAfter('0', 100)).some(({ kind }) => kind === 'rule.recovered'),
  );

  const never = await ownAt(monitor, before);
  assert.deepEqual([never.evaluation, never.rules[0]?.health], [null, 'unknown']);
  const first = await ownAt(monitor, well);
  assert.equal(first.rules[0]?.health, 'ok');
  assert.equal(first.evaluation?.failed, 0);
  const age = well - (first.rules[0]?.evaluatedAt ?? 0);
  assert.ok(age >= 0 && age <= 5000, `${age} ms before the instant`);
  const second = await ownAt(monitor, failing);
  assert.deepEqual([second.rules[0]?.health, second.evaluation?.failed], ['err', 1]);
  assert.match(second.rules[0]?.error ?? '', /same labelset/);
  const third = await ownAt(monitor, monitor.clock.now);
  assert.deepEqual([third.rules[0]?.health, third.rules[0]?.error], ['ok', null]);
  assert.equal(third.rules[0]?.rule.expr, 'one');
  await monitor.stop();
});

test('the evaluation of a group is three series, which end with the group', async () => {
  const monitor = await start(freshFolder(), configOf(''));
  monitor.sample('one', 1);
  const [id = ''] = await monitor.alerting.reads.editRules([
    { id: null, change: 'created', draft, expected: null, actor: 'local' },
  ]);
  await monitor.advance(6000);
  const metrics = [
    'quorate_rule_group_last_evaluation_timestamp_seconds',
    'quorate_rule_group_last_duration_seconds',
    'quorate_rule_group_last_failed_rules',
  ];
  await eventually('all are written', () => metrics.every((metric) => labelled(monitor, metric).length > 0));
  const [at] = labelled(monitor, metrics[0] ?? '');
  assert.equal(at?.value, (at?.at ?? 0) / 1000, 'its instant is the evaluation’s');
  await monitor.alerting.reads.editRules([{ id, change: 'deleted', draft, expected: null, actor: 'local' }]);
  for (const metric of metrics) assert.equal(labelled(monitor, metric).at(-1)?.stale, true, metric);
  await monitor.stop();
});
