import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import fc from 'fast-check';
import { stringify } from 'yaml';

import { checkExpr } from '../expr.ts';
import { readRuleFile, ruleProblemText } from '../file.ts';
import { failureText, runTestFile } from './run.ts';
import { parseMetric, parseValues } from './series-notation.ts';
import { readTestFile } from './test-file.ts';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** Every failure of a test file over a rule file. */
const failuresOf = (tests: string, rules: string): string[] => {
  const file = readTestFile(tests, 't.yml');
  assert.ok(file.ok, file.ok ? '' : file.problems.map(ruleProblemText).join('\n'));
  const read = readRuleFile(rules, 'r.yml', { source: 'file', intervalMs: 60_000, checkExpr });
  assert.ok(read.ok, read.ok ? '' : read.problems.map(ruleProblemText).join('\n'));
  return runTestFile(file.file, read.groups).flatMap(({ failures }) => failures.map(failureText));
};

void test('values are read as Prometheus writes them down', () => {
  assert.deepEqual(parseValues('1 2.5 -3'), [1, 2.5, -3]);
  assert.deepEqual(parseValues('1+2x3'), [1, 3, 5, 7]);
  assert.deepEqual(parseValues('1-1x2 7x2 0x1'), [1, 0, -1, 7, 7, 7, 0, 0]);
  assert.deepEqual(parseValues('_ _x2 stale'), [null, null, null, 'stale']);
  assert.deepEqual(parseValues('NaN +Inf -Inf 1e3 .5'), [Number.NaN, Infinity, -Infinity, 1000, 0.5]);
  assert.throws(() => parseValues('1 two'), /"two" is no value; write for example/);
  assert.throws(() => parseValues('1x99999999'), /x99999999 is more than/);
  assert.throws(() => parseValues('{{schema:1}}'), /histograms are not supported/);
});

void test('a series is read as it is written', () => {
  assert.deepEqual(parseMetric('up'), { __name__: 'up' });
  assert.deepEqual(parseMetric(`a:b{ c="d,}", e='\\'', f=\`\\\`, }`), {
    __name__: 'a:b',
    c: 'd,}',
    e: "'",
    f: '\\',
  });
  assert.deepEqual(parseMetric('{}'), {});
  assert.deepEqual(parseMetric('{"my.metric", "a.b"="c"}'), { __name__: 'my.metric', 'a.b': 'c' });
  for (const text of ['', 'a{', 'a{b}', 'a{b="c"', 'a b', 'a{b="c"}x', 'a{b=c}'])
    assert.throws(() => parseMetric(text), /is no series|bad label/, text);
});

const RULES = `groups:
- name: g
  rules:
  - record: x:max
    expr: max(x)
  - alert: High
    expr: x:max > 2
    for: 1m
    annotations: {summary: "{{ $value }} of {{ $externalLabels.site }} at {{ $externalURL }}"}
`;

void test('a rule sees what the rules before it made, and a wrong expectation is told with both sides', () => {
  const tests = (summary: string): string => `tests:
- name: t
  interval: 1m
  external_labels: {site: a}
  external_url: http://q
  input_series: [{series: 'x{i="1"}', values: '1+1x5'}]
  alert_rule_test:
  - {alertname: High, eval_time: 2m, exp_alerts: []}
  - alertname: High
    eval_time: 3m
    exp_alerts: [{exp_annotations: {summary: '${summary}'}}]
  promql_expr_test:
  - {expr: x:max + 1, eval_time: 3m, exp_samples: [{labels: '{}', value: 5}]}
  - {expr: 'ALERTS', eval_time: 2m, exp_samples: [{labels: 'ALERTS{alertname="High", alertstate="pending"}', value: 1}]}
  - {expr: 'ALERTS_FOR_STATE', eval_time: 3m, exp_samples: [{labels: 'ALERTS_FOR_STATE{alertname="High"}', value: 120}]}
`;
  const last = failuresOf(tests('4 of a at http://q'), RULES);
  assert.deepEqual(
    last,
    [
      `    expr: "ALERTS", time: 2m,
        exp: {__name__="ALERTS", alertname="High", alertstate="pending"} 1
        got: {__name__="ALERTS", alertname="High", alertstate="pending"} 1`,
    ].slice(1),
  );
  assert.match(
    failuresOf(tests('5'), RULES).join(),
    /name: t,\n {4}alertname: High, time: 3m, \n {8}exp:\[[^]*summary="5"[^]*got:\[[^]*summary="4 of a at http:\/\/q"/,
  );
});

void test('a rule that cannot be evaluated ends its test with the reason', () => {
  const rules = 'groups: [{name: g, rules: [{alert: A, expr: x, labels: {i: same}}]}]';
  const tests = `tests: [{input_series: [{series: 'x{i="1"}', values: 1}, {series: 'x{i="2"}', values: 1}], alert_rule_test: [{alertname: A, eval_time: 1m}]}]`;
  assert.deepEqual(failuresOf(tests, rules), [
    '    rule: A, time: 0s, err: vector contains metrics with the same labelset after applying alert labels',
  ]);
});

void test('a mistake in a test file is named with line and column', () => {
  const at = (text: string): string => {
    const read = readTestFile(text, 't.yml');
    return read.ok ? '' : read.problems.map(ruleProblemText).join('\n');
  };
  assert.match(at('tests:\n- interwal: 1m\n'), /^t\.yml:2:3: unknown key interwal/);
  assert.match(
    at('tests:\n- input_series:\n  - series: x{\n    values: 1 2\n'),
    /^t\.yml:3:5: "x\{" is no series/,
  );
  assert.match(
    at('tests:\n- input_series:\n  - series: x\n    values: 1 b\n'),
    /^t\.yml:4:5: "b" is no value/,
  );
  assert.match(at('group_eval_order: [a, a]'), /^t\.yml:1:23: group name a is repeated/);
  assert.match(at('tests: ['), /this is no YAML/);
});

void test('no test file makes it throw or run for ever', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      const read = readTestFile(text, 't.yml');
      assert.ok(read.ok || read.problems.length > 0);
    }),
    { numRuns: 200 },
  );
});

/** No sample grows as old as the lookback, whose edge lies differently in versions of Prometheus. */
const steps = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const values = fc
  .array(fc.constantFrom('0', '1', '2', '3', '_', 'stale', '2', '3'), { minLength: 1, maxLength: 13 })
  .map((items) => items.join(' '));
/** Forms whose windows end off the grid of the samples: what lies on the edge differs between versions of Prometheus. */
const expr = fc.constantFrom(
  'x > 1',
  'x',
  'x == 2',
  'sum by (i) (x) > 3',
  'x unless y',
  'x and on (i) y > 1',
  'absent(x)',
  'r > 2',
  'vector(1)',
  'count(x) > 1',
  'max_over_time(x[2m] offset 7s) > 2',
  'ALERTS{alertstate="firing"}',
  'x offset 1m > 1',
  'quantile(0.5, x) > 1',
  'x > bool 1',
  '-x',
  'x * 2 > 3',
);
const span = fc.constantFrom('0s', '30s', '1m', '2m', '3m');
const alertRule = fc.record({
  alert: fc.constantFrom('A', 'B', 'C'),
  expr,
  for: span,
  keep_firing_for: span,
  labels: fc.constantFrom(
    {},
    { severity: 'page' },
    { i: 'v{{ $labels.i }}' },
    { v: '{{ $value }}' },
    { i: '' },
  ),
  annotations: fc.constantFrom({}, { t: '{{ $labels.i }}={{ $value }}' }),
});
const recordRule = fc.record({
  record: fc.constantFrom('r', 'y'),
  expr: fc.constantFrom('sum(x)', 'max by (i) (x)', 'x{i="1"} + 1'),
  labels: fc.constantFrom({}, { i: '1' }),
});
const scenario = fc.record({
  rules: fc.array(fc.oneof({ weight: 3, arbitrary: alertRule }, recordRule), { minLength: 1, maxLength: 4 }),
  series: fc.uniqueArray(
    fc.record({ series: fc.constantFrom('x{i="1"}', 'x{i="2"}', 'x{i="2", j="3"}', 'y{i="1"}'), values }),
    { minLength: 1, maxLength: 4, selector: ({ series }) => series },
  ),
});

/** The failures in a printed report, each on one line, the alerts of one in the order of their texts. */
const reported = (text: string): string[] =>
  text
    .replaceAll(/^ {2}FAILED:\n/gm, '')
    .split(/\n(?= {4}(?:name|rule):)/)
    .filter((part) => /^ {4}(?:name|rule):/.test(part))
    .map((part) => {
      const [head = '', ...alerts] = part
        .replace(/(?<=time: \d+m)0s/, '')
        .replace(/\s+/g, ' ')
        .split(/,? ?\d+: Labels:/);
      return [head.trim(), ...alerts.map((alert) => alert.replace(/ ]? ?$/, '')).sort()].join(' | ');
    })
    .sort();

void test(
  'alerts at every instant are those of Prometheus, over generated rules and series',
  { skip: !hasPromtool },
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'quorate-unit-test-'));
    const scenarios = fc.sample(scenario, { numRuns: 200, seed: 7 });
    const ours: string[] = [];
    scenarios.forEach(({ rules, series }, index) => {
      const ruleText = stringify({ groups: [{ name: 'g', rules }] });
      const alertTests = ['A', 'B', 'C'].flatMap((alertname) =>
        steps.map((step) => ({ alertname, eval_time: `${step * 30}s`, exp_alerts: [] })),
      );
      const testText = stringify({
        rule_files: [`${index}.yml`],
        evaluation_interval: '30s',
        tests: [{ name: `n${index}`, interval: '30s', input_series: series, alert_rule_test: alertTests }],
      });
      writeFileSync(path.join(folder, `${index}.yml`), ruleText);
      writeFileSync(path.join(folder, `${index}.test.yml`), testText);
      ours.push(...failuresOf(testText, ruleText));
    });
    const ran = spawnSync(
      'promtool',
      ['test', 'rules', ...scenarios.map((_, index) => path.join(folder, `${index}.test.yml`))],
      { encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    rmSync(folder, { recursive: true });
    const theirs = reported(`\n${ran.stderr}`);
    assert.ok(theirs.length > 500, ran.stderr.slice(0, 1000));
    assert.deepEqual(ours.flatMap((failure) => reported(`\n${failure}\n`)).sort(), theirs);
  },
);

void test('a run is bounded: values, evaluations and time; what is too much is said with what to do', () => {
  const values = (text: string): string => {
    const read = readTestFile(`tests: [{input_series: [${text}]}]`, 't.yml', 100);
    return read.ok ? '' : read.problems.map(ruleProblemText).join();
  };
  assert.equal(values("{series: x, values: '1x49'}, {series: y, values: '1x49'}"), '');
  assert.match(
    values("{series: x, values: '1x49'}, {series: y, values: '1x50'}"),
    /x50 is more than 50 values/,
  );
  assert.match(values("{series: x, values: '1x99 1x99 1x99'}"), /more than 100 values; write fewer/);
  const long = readTestFile(
    'evaluation_interval: 1s\ntests: [{alert_rule_test: [{alertname: A, eval_time: 1h}]}]',
    't.yml',
  );
  assert.ok(long.ok);
  const limits = { mostSteps: 1000, isOver: () => false };
  assert.throws(
    () => runTestFile(long.file, [], limits),
    /more than 1000 evaluations; make eval_time shorter/,
  );
  let asked = 0;
  const isOver = (): boolean => (asked += 1) > 5;
  assert.throws(() => runTestFile(long.file, [], { mostSteps: 10_000, isOver }), /take too long/);
  assert.equal(asked, 6, 'it stops at once');
});

void test('a failure names what was looked at, when, and both sides', () => {
  const rules = readRuleFile('groups: [{name: g, rules: [{alert: A, expr: x > 1}]}]', 'r.yml', {
    source: 'file',
    intervalMs: 60_000,
    checkExpr,
  });
  const tests = readTestFile(
    "tests: [{input_series: [{series: x, values: '2'}], alert_rule_test: [{alertname: A}], promql_expr_test: [{expr: x}]}]",
    't.yml',
  );
  assert.ok(rules.ok && tests.ok);
  const [outcome] = runTestFile(tests.file, rules.groups);
  assert.deepEqual(
    outcome?.failures.map(({ text: _text, ...failure }) => failure),
    [
      { what: 'alert', subject: 'A', at: 0, expected: [], got: ['{alertname="A"} {}'], error: null },
      { what: 'expr', subject: 'x', at: 0, expected: [], got: ['{__name__="x"} 2'], error: null },
    ],
  );
});
