import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { checkExpr } from './expr.ts';
import { readRuleFile } from './file.ts';
import { readyRules } from './ready-rules.ts';
import { readyTests } from './ready-tests.ts';
import { toYaml } from './to-yaml.ts';
import { failureText, runTestFile } from './unit-test/run.ts';
import { readTestFile } from './unit-test/test-file.ts';

const folder = path.join(import.meta.dirname, 'testdata');
const exported = readFileSync(path.join(folder, 'ready.rules.yml'), 'utf8');
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

void test('the ready rules as a file are the file that is kept, and read back as themselves', () => {
  assert.equal(toYaml([readyRules]), exported);
  const read = readRuleFile(exported, 'ready.rules.yml', { source: 'ready', intervalMs: 60_000, checkExpr });
  assert.ok(read.ok);
  const named = read.groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({
      ...rule,
      id: `ready-${rule.name}`,
      tests: readyTests([rule.name]),
    })),
  }));
  assert.deepEqual(named, [readyRules]);
});

void test('the unit tests of the ready rules hold', () => {
  for (const rule of readyRules.rules) {
    const read = readTestFile(rule.tests ?? '', `${rule.name}.test.yml`);
    assert.ok(read.ok);
    const firing = read.file.tests.flatMap(({ alerts }) =>
      alerts.filter(({ expected }) => expected.length > 0),
    );
    assert.ok(firing.length > 0 && firing.every(({ alert }) => alert === rule.name), rule.name);
    for (const rules of [[rule], readyRules.rules])
      for (const { name, failures } of runTestFile(read.file, [{ ...readyRules, rules }]))
        assert.deepEqual(failures.map(failureText), [], name);
  }
});

/** The ready rules and their tests as files of a fresh folder. */
const written = (): string => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'quorate-ready-'));
  writeFileSync(path.join(scratch, 'ready.rules.yml'), exported);
  writeFileSync(path.join(scratch, 'ready.test.yml'), readyTests(readyRules.rules.map(({ name }) => name)));
  return scratch;
};

void test('Prometheus loads the ready rules, and their unit tests hold there', { skip: !hasPromtool }, () => {
  const scratch = written();
  for (const args of [
    ['check', 'rules', 'ready.rules.yml'],
    ['test', 'rules', 'ready.test.yml'],
  ]) {
    const ran = spawnSync('promtool', args, { cwd: scratch, encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  }
  rmSync(scratch, { recursive: true });
});

const quorateIn = (cwd: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, '../../bin/quorate.ts'), ...args], {
    cwd,
    encoding: 'utf8',
  });

void test('the command line checks rule files and runs their tests, and says by its exit code how it went', () => {
  const scratch = written();
  const quorate = (...args: readonly string[]) => quorateIn(scratch, ...args);
  assert.deepEqual(
    [quorate('check-rules', 'ready.rules.yml').stdout, quorate('test-rules', 'ready.test.yml').stdout],
    [
      'Checking ready.rules.yml\n  SUCCESS: 9 rules found\n\n',
      'Unit Testing:  ready.test.yml\n  SUCCESS\n\n',
    ],
  );
  const wrong = path.join(scratch, 'wrong.yml');
  const failing = path.join(scratch, 'failing.yml');
  writeFileSync(wrong, 'groups:\n- name: g\n  rules:\n  - {alert: A, expr: sum(}\n');
  writeFileSync(
    failing,
    'rule_files: ["r[0-9].yml"]\ntests: [{alert_rule_test: [{alertname: Up, exp_alerts: [{}]}]}]\n',
  );
  writeFileSync(path.join(scratch, 'r1.yml'), 'groups: [{name: g, rules: [{alert: Up, expr: up}]}]\n');
  const checked = quorate('check-rules', wrong, path.join(scratch, 'none.yml'));
  const tested = quorate('test-rules', failing);
  rmSync(scratch, { recursive: true });
  assert.equal(checked.status, 1);
  assert.match(
    checked.stderr,
    /wrong\.yml:4:26: could not parse expression: 1:5: parse error: unclosed left paren/,
  );
  assert.match(checked.stderr, /none\.yml cannot be read: ENOENT/);
  assert.equal(tested.status, 1);
  assert.match(
    tested.stderr,
    /alertname: Up, time: 0s, \n {8}exp:\[\n {12}0:\n {14}Labels:\{alertname="Up"\}[^]*got:\[\]/,
  );
});
