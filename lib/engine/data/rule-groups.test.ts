import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Rule, RuleDraft } from '#lib/rules/rule.ts';
import { runTestFile } from '#lib/rules/unit-test/run.ts';
import { readTestFile } from '#lib/rules/unit-test/test-file.ts';

import { groupWith, UI_SETTINGS } from './rule-groups.ts';

const draftOf = (kind: 'alert' | 'record', name: string, expr: string): RuleDraft => ({
  group: 'g',
  kind,
  name,
  expr,
  forMs: 0,
  keepFiringForMs: 0,
  labels: {},
  annotations: {},
  enabled: true,
});
const ruleOf = (id: string, draft: RuleDraft): Rule => ({
  ...draft,
  id,
  source: 'ui',
  file: null,
  version: 1,
});

const TESTS = `evaluation_interval: 5s
tests:
  - interval: 5s
    input_series: [{ series: 'load', values: '2 8' }]
    alert_rule_test:
      - { alertname: TooMuch, eval_time: 0s, exp_alerts: [] }
      - { alertname: TooMuch, eval_time: 5s, exp_alerts: [{}] }
`;

/** How many expectations do not hold in the group of a recording rule once a draft was saved. */
const failures = (draft: RuleDraft, id: string | null, ...others: readonly Rule[]): number => {
  const read = readTestFile(TESTS, 'tests', 1000);
  assert.ok(read.ok);
  const group = groupWith(others, UI_SETTINGS, draft, id);
  return runTestFile(read.file, [group]).flatMap((outcome) => outcome.failures).length;
};

test('an alert is tested with what the other rules of its group record, in the order of their evaluation', () => {
  const alert = draftOf('alert', 'TooMuch', 'a:half > 3');
  const half = ruleOf('r', draftOf('record', 'a:half', 'load / 2'));
  assert.equal(failures(alert, null, half), 0);
  assert.equal(failures(alert, null), 1, 'alone it finds nothing');
  const late = draftOf('alert', 'TooMuch', 'z:half > 3');
  assert.equal(failures(late, null, ruleOf('r', draftOf('record', 'z:half', 'load / 2'))), 1);
});

test('a draft takes the place of its own rule, also under another name', () => {
  const old = ruleOf('a', draftOf('alert', 'TooMuch', 'load > 1'));
  assert.equal(failures(draftOf('alert', 'TooMuch', 'load > 3'), 'a', old), 0);
  assert.equal(failures(draftOf('alert', 'Renamed', 'load > 3'), 'a', old), 1);
  const half = draftOf('record', 'a:half', 'load / 4');
  const alert = ruleOf('a', draftOf('alert', 'TooMuch', 'a:half > 3'));
  assert.equal(failures(half, 'r', alert, ruleOf('r', draftOf('record', 'a:half', 'load / 2'))), 1);
});
