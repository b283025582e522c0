import assert from 'node:assert/strict';
import { test } from 'node:test';

import { finish } from '#lib/promql/work.ts';

import { evaluateGroup as evaluateInSlices, retireRule, unevaluated } from './group.ts';
import type { GroupSurroundings } from './group.ts';
import { readyRules } from './ready-rules.ts';
import type { Rule, RuleGroup } from './rule.ts';
import type { RuleSample } from './series.ts';

const evaluateGroup = (...given: Parameters<typeof evaluateInSlices>) => finish(evaluateInSlices(...given));
const [template] = readyRules.rules;
assert.ok(template !== undefined);
const ruleOf = (id: string, over: Partial<Rule>): Rule => ({
  ...template,
  id,
  name: id,
  labels: {},
  annotations: {},
  ...over,
});
const groupOf = (rules: readonly Rule[], over: Partial<RuleGroup> = {}): RuleGroup => ({
  ...readyRules,
  rules,
  ...over,
});

/** A place to run in: what expressions give, and what was asked, written and ended, in order. */
const place = (answers: Readonly<Record<string, readonly RuleSample[] | Error>>) => {
  const log: string[] = [];
  let clock = 0;
  const around: GroupSurroundings = {
    *query(expr, at) {
      log.push(`ask ${expr} ${at}`);
      yield;
      const answer = answers[expr] ?? [];
      if (answer instanceof Error) throw answer;
      return { value: { type: 'vector', samples: answer.map((sample) => ({ ...sample, at })) } };
    },
    write: (rule, samples, ended, at) => {
      const names = samples.map(({ labels }) => labels.__name__ ?? '').join();
      log.push(`write ${rule.id} ${names} ended ${ended.length} at ${at}`);
    },
    mono: () => (clock += 2),
    templates: { expand: (_name, text) => text },
  };
  return { around, log };
};

const one = [{ labels: { __name__: 'x', i: '1' }, value: 5 }];

void test('rules run in order, each written before the next is asked, at the offset of the group', () => {
  const { around, log } = place({ 'sum(x)': one, 'y > 1': one });
  const group = groupOf(
    [ruleOf('y', { kind: 'record', expr: 'sum(x)' }), ruleOf('High', { expr: 'y > 1' })],
    { queryOffsetMs: 10 },
  );
  const { rules, transitions } = evaluateGroup(group, 100, new Map(), around);
  assert.deepEqual(log, [
    'ask sum(x) 90',
    'write y y ended 0 at 90',
    'ask y > 1 90',
    'write High ALERTS,ALERTS_FOR_STATE ended 0 at 90',
  ]);
  assert.deepEqual(
    transitions.map(({ to, alert }) => [to, alert.activeAt]),
    [['firing', 100]],
  );
  assert.equal(rules.get('y')?.health, 'ok');
  assert.equal(rules.get('y')?.evaluationMs, 2);
  assert.equal(rules.get('y')?.evaluatedAt, 100);
});

void test('a rule that fails says why, keeps its alerts, and the others go on', () => {
  const group = groupOf([ruleOf('A', { expr: 'a' }), ruleOf('B', { expr: 'b' })]);
  const first = evaluateGroup(group, 0, new Map(), place({ a: one }).around);
  const { around, log } = place({ a: new Error('query processing would load too many samples'), b: one });
  const second = evaluateGroup(group, 1, first.rules, around);
  assert.equal(second.rules.get('A')?.health, 'err');
  assert.equal(second.rules.get('A')?.error, 'query processing would load too many samples');
  assert.deepEqual(
    [...(second.rules.get('A')?.alerts.values() ?? [])].map(({ state }) => state),
    ['firing'],
  );
  assert.deepEqual(
    log.filter((line) => line.startsWith('write')),
    ['write B ALERTS,ALERTS_FOR_STATE ended 0 at 1'],
  );
  assert.deepEqual(
    second.transitions.map(({ alert, to }) => [alert.ruleId, to]),
    [['B', 'firing']],
  );
});

void test('what is not made any more is ended once', () => {
  const group = groupOf([ruleOf('A', { expr: 'a' })]);
  const first = evaluateGroup(group, 0, new Map(), place({ a: one }).around);
  const { around, log } = place({});
  const second = evaluateGroup(group, 1, first.rules, around);
  evaluateGroup(group, 2, second.rules, around);
  assert.deepEqual(
    log.filter((line) => line.startsWith('write')),
    ['write A  ended 2 at 1', 'write A  ended 0 at 2'],
  );
  assert.deepEqual(
    second.transitions.map(({ to }) => to),
    ['resolved'],
  );
});

void test('a rule whose samples cannot be stored says so, its alerts stand', () => {
  const { around } = place({ a: one });
  const full = {
    ...around,
    write: () => {
      throw new Error('duplicate sample for timestamp');
    },
  };
  const { rules, transitions } = evaluateGroup(groupOf([ruleOf('A', { expr: 'a' })]), 0, new Map(), full);
  assert.equal(rules.get('A')?.error, 'duplicate sample for timestamp');
  assert.equal(rules.get('A')?.alerts.size, 1);
  assert.equal(transitions.length, 1);
});

void test('a disabled rule is retired once: its alerts end, its series too', () => {
  const rule = ruleOf('A', { expr: 'a' });
  const first = evaluateGroup(groupOf([rule]), 0, new Map(), place({ a: one }).around);
  const off = groupOf([{ ...rule, enabled: false }]);
  const { around, log } = place({ a: one });
  const second = evaluateGroup(off, 1, first.rules, around);
  assert.deepEqual(
    second.transitions.map(({ to }) => to),
    ['resolved'],
  );
  assert.deepEqual(evaluateGroup(off, 2, second.rules, around).transitions, []);
  assert.deepEqual(log, ['write A  ended 2 at 1']);
  assert.deepEqual(retireRule(unevaluated, 3), { transitions: [], ended: [] });
});

void test('limit and duplicates of a recording rule are errors in the words of Prometheus', () => {
  const two = [...one, { labels: { i: '2' }, value: 1 }];
  const group = groupOf([ruleOf('r', { kind: 'record', expr: 'x' })], { limit: 1 });
  assert.equal(
    evaluateGroup(group, 0, new Map(), place({ x: two }).around).rules.get('r')?.error,
    'exceeded limit of 1 with 2 series',
  );
  const same = groupOf([ruleOf('r', { kind: 'record', expr: 'x', labels: { i: 'same' } })]);
  assert.equal(
    evaluateGroup(same, 0, new Map(), place({ x: two }).around).rules.get('r')?.error,
    'vector contains metrics with the same labelset after applying rule labels',
  );
});
