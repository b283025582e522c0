import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import type { Sliced } from '#lib/promql/work.ts';
import type { Rule, RuleGroup } from '#lib/rules/rule.ts';
import { createTemplates } from '#lib/rules/template/alert-template.ts';
import type { RuleSample } from '#lib/rules/series.ts';

import { eventually, START } from '../testdata/monitor.ts';

import { createRuleManager } from './rule-manager.ts';
import { createSlices } from './slices.ts';
import { createStateLog } from './state-log.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const ruleOf = (id: string): Rule => ({
  id,
  source: 'file',
  file: '/f.yml',
  version: 1,
  group: 'g',
  kind: 'record',
  name: `name:${id}`,
  expr: id,
  forMs: 0,
  keepFiringForMs: 0,
  labels: {},
  annotations: {},
  enabled: true,
});
const groupOf = (name: string, ...ids: string[]): RuleGroup => ({
  name,
  source: 'file',
  file: '/f.yml',
  intervalMs: 1000,
  limit: 0,
  queryOffsetMs: 0,
  labels: {},
  rules: ids.map(ruleOf),
});

/** Rules that are evaluated by a clock that a test moves; those called `heavy` go on until they are let go. */
const start = (t: TestContext, first: readonly RuleGroup[]) => {
  let files = first;
  let now = START;
  let mono = 0;
  const clock = { wall: () => now, mono: () => (mono += 1) };
  const heavy = { begun: 0, isHeld: true };
  const written: { name: string; at: number; ended: number }[] = [];
  const stopping = new AbortController();
  function* query(
    expr: string,
    at: number,
  ): Sliced<{ value: { type: 'scalar'; at: number; value: number } }> {
    if (expr === 'heavy') {
      heavy.begun += 1;
      while (heavy.isHeld) yield;
    }
    return { value: { type: 'scalar', at, value: 1 } };
  }
  const manager = createRuleManager({
    clock,
    log: createStateLog({
      clock,
      boot: 'b',
      monitor: 'm',
      signal: stopping.signal,
      commit: () => Promise.resolve(),
    }),
    notifications: { changeFor: () => ({}) },
    parts: () => ({ ready: [], files, edited: [], settings: [] }),
    query,
    slices: createSlices(clock),
    limitOf: () => null,
    templates: () => createTemplates({ externalLabels: {}, externalUrl: '', query: () => [] }),
    write: (samples: readonly RuleSample[], ended, at) => {
      for (const { labels } of samples) written.push({ name: labels.__name__ ?? '', at, ended: 0 });
      for (const labels of ended) written.push({ name: labels.__name__ ?? '', at, ended: 1 });
    },
    pause: () => tick(),
  });
  const evaluatedAt = (id: string): number | null => manager.stateOf(id).evaluatedAt;
  t.after(async () => {
    stopping.abort();
    await work;
  });
  const work = manager.regroup().then(() => manager.run(stopping.signal));
  return {
    manager,
    heavy,
    written,
    evaluatedAt,
    advance: (): void => {
      now += 1000;
    },
    /** Moves the clock by an interval and waits until a rule was evaluated in it. @returns the instant */
    next: async (id: string): Promise<number> => {
      now += 1000;
      await eventually(`${id} is evaluated`, () => now - (evaluatedAt(id) ?? 0) < 1000);
      return evaluatedAt(id) ?? 0;
    },
    regroup: (groups: readonly RuleGroup[]): Promise<void> => {
      files = groups;
      return manager.regroup();
    },
    stop: (): Promise<void> => {
      stopping.abort();
      return work;
    },
  };
};

test('a heavy group holds up no other, does not overlap itself, and leaves out what it missed', async (t) => {
  const rules = start(t, [groupOf('a', 'heavy'), groupOf('b', 'light')]);
  const instants: number[] = [];
  for (let i = 0; i < 5; i += 1) instants.push(await rules.next('light'));
  assert.deepEqual(
    instants.map((at) => at - (instants[0] ?? 0)),
    [0, 1000, 2000, 3000, 4000],
    'on its own grid',
  );
  assert.equal(rules.heavy.begun, 1);
  assert.equal(rules.evaluatedAt('heavy'), null);
  rules.heavy.isHeld = false;
  await eventually('the heavy one is done and goes on', () => rules.heavy.begun === 2);
  const at = await rules.next('heavy');
  const told = rules.written.filter(({ name }) => name === 'name:heavy').map((one) => at - one.at);
  assert.deepEqual(told, [5000, 1000, 0], 'the first instant, the newest, and the one after it');
});

test('a rule that goes to another group while its old one is evaluated goes on there', async (t) => {
  const rules = start(t, [groupOf('a', 'moved', 'heavy')]);
  rules.advance();
  await eventually('the heavy one runs', () => rules.heavy.begun === 1);
  await rules.regroup([groupOf('a', 'heavy'), groupOf('c', 'moved')]);
  const at = await rules.next('moved');
  rules.heavy.isHeld = false;
  await eventually('the old evaluation is done', () => rules.evaluatedAt('heavy') !== null);
  assert.equal(rules.evaluatedAt('moved'), at, 'what the old group says of it does not count');
  assert.ok(
    rules.written.every(({ ended }) => ended === 0),
    'its series goes on',
  );
});

test('what a rule made that was removed meanwhile ends after it', async (t) => {
  const rules = start(t, [groupOf('a', 'gone', 'heavy')]);
  rules.advance();
  await eventually('the heavy one runs', () => rules.heavy.begun === 1);
  await rules.regroup([groupOf('a', 'heavy')]);
  rules.heavy.isHeld = false;
  await eventually('the evaluation is done', () => rules.evaluatedAt('heavy') !== null);
  const [made, end] = rules.written.filter(({ name }) => name === 'name:gone');
  assert.equal(made?.ended, 0);
  assert.equal(end?.ended, 1);
  assert.ok(end.at > made.at, 'of equal instants the value would count');
});

test('a rule that was removed and came back while it was evaluated begins anew', async (t) => {
  const rules = start(t, [groupOf('a', 'back', 'heavy')]);
  rules.heavy.isHeld = false;
  await rules.next('heavy');
  rules.heavy.isHeld = true;
  const { begun } = rules.heavy;
  rules.advance();
  await eventually('the heavy one runs', () => rules.heavy.begun > begun);
  const first = rules.evaluatedAt('heavy');
  await rules.regroup([groupOf('a', 'heavy')]);
  await rules.regroup([groupOf('a', 'back', 'heavy')]);
  rules.heavy.isHeld = false;
  await eventually('the evaluation is done', () => rules.evaluatedAt('heavy') !== first);
  assert.equal(rules.evaluatedAt('back'), null);
});

test('a stop ends what is being evaluated', async (t) => {
  const rules = start(t, [groupOf('a', 'heavy'), groupOf('b', 'light')]);
  await rules.next('light');
  await eventually('the heavy one runs', () => rules.heavy.begun === 1);
  await rules.stop();
  assert.equal(rules.evaluatedAt('heavy'), null);
});
