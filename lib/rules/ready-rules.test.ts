import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { checkExpr } from './expr.ts';
import { readRuleFile } from './file.ts';
import { readyRules } from './ready-rules.ts';
import { toYaml } from './to-yaml.ts';
import { runTestFile } from './unit-test/run.ts';
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
    rules: group.rules.map((rule) => ({ ...rule, id: `ready-${rule.name}` })),
  }));
  assert.deepEqual(named, [readyRules]);
});

void test('the unit tests of the ready rules hold', () => {
  const read = readTestFile(readFileSync(path.join(folder, 'ready.test.yml'), 'utf8'), 'ready.test.yml');
  assert.ok(read.ok);
  const tested = new Set(
    read.file.tests.flatMap(({ alerts }) =>
      alerts.filter(({ expected }) => expected.length > 0).map(({ alert }) => alert),
    ),
  );
  assert.deepEqual(
    readyRules.rules.map(({ name }) => name).filter((name) => !tested.has(name)),
    [],
  );
  for (const { name, failures } of runTestFile(read.file, [readyRules])) assert.deepEqual(failures, [], name);
});

void test('Prometheus loads the ready rules, and their unit tests hold there', { skip: !hasPromtool }, () => {
  for (const args of [
    ['check', 'rules', 'ready.rules.yml'],
    ['test', 'rules', 'ready.test.yml'],
  ]) {
    const ran = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
  }
});

const quorate = (...args: readonly string[]) =>
  spawnSync(process.execPath, [path.join(import.meta.dirname, '../../bin/quorate.ts'), ...args], {
    cwd: folder,
    encoding: 'utf8',
  });

void test('the command line checks rule files and runs their tests, and says by its exit code how it went', () => {
  assert.deepEqual(
    [quorate('check-rules', 'ready.rules.yml').stdout, quorate('test-rules', 'ready.test.yml').stdout],
    [
      'Checking ready.rules.yml\n  SUCCESS: 9 rules found\n\n',
      'Unit Testing:  ready.test.yml\n  SUCCESS\n\n',
    ],
  );
  const scratch = mkdtempSync(path.join(tmpdir(), 'quorate-cli-'));
  const wrong = path.join(scratch, 'wrong.yml');
  const failing = path.join(scratch, 'failing.yml');
  writeFileSync(wrong, 'groups:\n- name: g\n  rules:\n  - {alert: A, expr: sum(}\n');
  writeFileSync(
    failing,
    'rule_files: [r*.yml]\ntests: [{alert_rule_test: [{alertname: Up, exp_alerts: [{}]}]}]\n',
  );
  writeFileSync(path.join(scratch, 'r1.yml'), 'groups: [{name: g, rules: [{alert: Up, expr: up}]}]\n');
  const checked = quorate('check-rules', wrong, path.join(folder, 'none.yml'));
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
