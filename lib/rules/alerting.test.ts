import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Ms } from '#lib/model/time.ts';
import type { VectorSample } from '#lib/promql/value.ts';

import { endAlerts, evaluateAlerts, restoreAlert } from './alerting.ts';
import type { AlertTransition, Templates } from './alerting.ts';
import type { Alert, Rule } from './rule.ts';
import { alertSamples } from './series.ts';

const plain: Templates = {
  expand: (_name, text, { labels, value }) => text.replace('$i', labels.i ?? '').replace('$v', String(value)),
};

const ruleOf = (over: Partial<Rule> = {}): Rule => ({
  id: 'r',
  source: 'ui',
  file: null,
  version: 1,
  group: 'g',
  kind: 'alert',
  name: 'Slow',
  expr: 'x > 1',
  forMs: 0,
  keepFiringForMs: 0,
  labels: { severity: 'warning' },
  annotations: { summary: '$i at $v' },
  enabled: true,
  ...over,
});

const sample = (labels: Record<string, string>, value = 1): VectorSample => ({ labels, at: 0, value });

/** Evaluates at instants 0, 1 min, … what holds at each. */
const run = (rule: Rule, vectors: readonly (readonly VectorSample[])[], stepMs: Ms = 60_000) => {
  let alerts: ReadonlyMap<string, Alert> = new Map();
  const told: AlertTransition[][] = [];
  vectors.forEach((vector, index) => {
    const made = evaluateAlerts(rule, vector, alerts, index * stepMs, plain);
    assert.equal(made.error, null);
    ({ alerts } = made);
    told.push([...made.transitions]);
  });
  return {
    alerts: [...alerts.values()],
    told: told.map((list) => list.map(({ from, to }) => `${from}>${to}`)),
  };
};

const up = [sample({ __name__: 'x', i: 'a' }, 3)];

void test('an alert without for fires at once, with the labels and annotations of rule and sample', () => {
  const { alerts, told } = run(ruleOf(), [up]);
  assert.deepEqual(told, [['inactive>firing']]);
  assert.deepEqual(alerts[0]?.labels, { i: 'a', severity: 'warning', alertname: 'Slow' });
  assert.deepEqual(alerts[0]?.annotations, { summary: 'a at 3' });
  assert.equal(alerts[0]?.value, 3);
});

void test('for holds an alert back until it has held that long, and a gap begins anew', () => {
  const rule = ruleOf({ forMs: 120_000 });
  assert.deepEqual(run(rule, [up, up, up, []]).told, [
    ['inactive>pending'],
    [],
    ['pending>firing'],
    ['firing>resolved'],
  ]);
  assert.deepEqual(run(rule, [up, up, [], up, up]).told, [
    ['inactive>pending'],
    [],
    ['pending>inactive'],
    ['inactive>pending'],
    [],
  ]);
});

void test('keep_firing_for keeps what ended, and its time starts over when the condition holds again', () => {
  const rule = ruleOf({ keepFiringForMs: 120_000 });
  assert.deepEqual(run(rule, [up, [], up, [], [], []]).told, [
    ['inactive>firing'],
    [],
    [],
    [],
    [],
    ['firing>resolved'],
  ]);
});

void test('a resolved alert stays for 15 minutes and starts anew when it holds again', () => {
  const gone = Array.from({ length: 16 }, () => []);
  assert.equal(run(ruleOf(), [up, ...gone]).alerts[0]?.state, 'resolved');
  assert.deepEqual(run(ruleOf(), [up, ...gone, []]).alerts, []);
  const { alerts, told } = run(ruleOf({ forMs: 60_000 }), [up, up, [], up]);
  assert.deepEqual(told.at(-1), ['resolved>pending']);
  assert.equal(alerts[0]?.activeAt, 180_000);
  assert.equal(alerts[0]?.firedAt, null);
});

void test('two samples that become one alert are an error and change nothing', () => {
  const before = new Map(run(ruleOf(), [up]).alerts.map((alert) => [alert.id, alert]));
  const made = evaluateAlerts(
    ruleOf({ labels: { i: 'same' } }),
    [sample({ i: 'a' }), sample({ i: 'b' })],
    before,
    1,
    plain,
  );
  assert.equal(made.error, 'vector contains metrics with the same labelset after applying alert labels');
  assert.equal(made.alerts, before);
});

void test('more alerts than the limit are an error, and those that fired end', () => {
  const before = new Map(run(ruleOf(), [up]).alerts.map((alert) => [alert.id, alert]));
  const made = evaluateAlerts(ruleOf(), [sample({ i: 'a' }), sample({ i: 'b' })], before, 1, plain, 1);
  assert.equal(made.error, 'exceeded limit of 1 with 2 alerts');
  assert.equal(made.alerts.size, 0);
  assert.deepEqual(
    made.transitions.map(({ to }) => to),
    ['resolved'],
  );
});

void test('a restart neither begins for anew nor fires without an evaluation', () => {
  const rule = ruleOf({ forMs: 600_000 });
  const [pending] = run(rule, [up]).alerts;
  assert.ok(pending !== undefined);
  const restored = restoreAlert(pending, 300_000);
  assert.equal(restored?.activeAt, 0);
  assert.equal(restored?.state, 'pending');
  const before = new Map([[pending.id, pending]]);
  const evaluated = evaluateAlerts(rule, up, before, 660_000, plain);
  assert.deepEqual(
    evaluated.transitions.map(({ to }) => to),
    ['firing'],
  );
  assert.equal(evaluated.transitions[0]?.alert.activeAt, 0);
  assert.deepEqual(
    evaluateAlerts(rule, [], before, 660_000, plain).transitions.map(({ to }) => to),
    ['inactive'],
  );
  assert.equal(restoreAlert(pending, 3_600_001), null);
  const [firing] = run(ruleOf(), [up]).alerts;
  assert.ok(firing !== undefined);
  assert.equal(restoreAlert(firing, 86_400_000), firing);
});

void test('the end of a rule resolves what fired and drops what was pending', () => {
  const alerts = new Map(run(ruleOf(), [up]).alerts.map((alert) => [alert.id, alert]));
  assert.deepEqual(
    endAlerts(alerts, 5).map(({ alert, to }) => [to, alert.resolvedAt]),
    [['resolved', 5]],
  );
});

void test('ALERTS and ALERTS_FOR_STATE stand for what is pending or firing', () => {
  const alerts = new Map(run(ruleOf({ forMs: 60_000 }), [[], up]).alerts.map((alert) => [alert.id, alert]));
  const labels = { i: 'a', severity: 'warning', alertname: 'Slow' };
  assert.deepEqual(alertSamples(alerts), [
    { labels: { ...labels, __name__: 'ALERTS', alertstate: 'pending' }, value: 1 },
    { labels: { ...labels, __name__: 'ALERTS_FOR_STATE' }, value: 60 },
  ]);
});

/** What an alert's state must be after a sequence of evaluations, from its definition alone: the whole past is looked at. */
const twin = (holds: readonly boolean[], stepMs: Ms, forMs: Ms, keepMs: Ms): string => {
  let state = 'inactive';
  let since = 0;
  let lastHeld = 0;
  holds.forEach((held, index) => {
    const at = index * stepMs;
    if (held) {
      if (state === 'inactive') since = at;
      if (state !== 'firing') state = at - since >= forMs ? 'firing' : 'pending';
      lastHeld = at;
    } else if (state === 'pending') state = 'inactive';
    else if (state === 'firing' && at - (lastHeld + stepMs) >= keepMs) state = 'inactive';
  });
  return state;
};

void test('any sequence of evaluations ends as the definition says', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 60 }),
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 5 }),
      (holds, forSteps, keepSteps) => {
        const rule = ruleOf({ forMs: forSteps * 60_000, keepFiringForMs: keepSteps * 60_000 });
        const { alerts, told } = run(
          rule,
          holds.map((held) => (held ? up : [])),
        );
        const state = alerts[0]?.state ?? 'inactive';
        assert.equal(
          state === 'resolved' ? 'inactive' : state,
          twin(holds, 60_000, rule.forMs, rule.keepFiringForMs),
        );
        const steps = told.flat().map((step) => step.split('>'));
        steps.forEach(([from], index) => {
          const before = steps[index - 1]?.[1] ?? 'inactive';
          assert.ok(from === before || (from === 'inactive' && before === 'resolved'), told.join());
        });
      },
    ),
    { numRuns: 500 },
  );
});
