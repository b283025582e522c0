import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
