import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Labels } from '#lib/model/labels.ts';

import { readRuleFile, ruleProblemText } from './file.ts';
import { checkExpr } from './expr.ts';
import { readyRules } from './ready-rules.ts';
import { labelsWithin } from './rule.ts';
import type { RuleGroup } from './rule.ts';
import { ruleToYaml, toYaml } from './to-yaml.ts';

const options = { source: 'file', intervalMs: 60_000, checkExpr } as const;
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

const groupsOf = (text: string): readonly RuleGroup[] => {
  const read = readRuleFile(text, 'r.yml', options);
  assert.ok(read.ok, read.ok ? '' : `${read.problems.map(ruleProblemText).join('\n')}\n${text}`);
  return read.groups;
};
const problemsOf = (text: string): string[] => {
  const read = readRuleFile(text, 'r.yml', options);
  return read.ok ? [] : read.problems.map(ruleProblemText);
};

void test('a whole file is read, with the defaults of Prometheus', () => {
  const [group] = groupsOf(`groups:
- name: g
  interval: 30s
  limit: 5
  query_offset: 10s
  labels: {team: a, tier: '1'}
  rules:
  - alert: Slow
    expr: |
      rate(x[5m])
        > 2
    for: 1m30s
    keep_firing_for: 5m
    labels: {tier: 2}
    annotations: {summary: "{{ $labels.i }} is slow"}
  - record: job:x:sum
    expr: sum by (job) (x)
`);
  assert.ok(group !== undefined);
  assert.deepEqual(
    { ...group, rules: [] },
    {
      name: 'g',
      source: 'file',
      file: 'r.yml',
      intervalMs: 30_000,
      limit: 5,
      queryOffsetMs: 10_000,
      labels: { team: 'a', tier: '1' },
      rules: [],
    },
  );
  const [alert, record] = group.rules;
  assert.equal(alert?.expr, 'rate(x[5m])\n  > 2');
  assert.deepEqual([alert?.forMs, alert?.keepFiringForMs], [90_000, 300_000]);
  assert.deepEqual(alert?.labels, { tier: '2' });
  assert.deepEqual(alert && labelsWithin(group, alert), { team: 'a', tier: '2' });
  assert.deepEqual([record?.kind, record?.name, record?.labels], ['record', 'job:x:sum', {}]);
});

void test('a rule made here records under a name that every Prometheus takes', () => {
  const yaml = (name: string): string => `groups: [{name: g, rules: [{record: '${name}', expr: up}]}]`;
  const told = (name: string, source: 'ui' | 'file'): string => {
    const read = readRuleFile(yaml(name), 'r.yml', { ...options, source });
    return read.ok ? '' : read.problems.map(ruleProblemText).join();
  };
  assert.equal(told('job:x:sum', 'ui'), '');
  assert.match(told('up nodes', 'ui'), /invalid recording rule name: up nodes; write letters/);
  assert.equal(told('up nodes', 'file'), '', 'a newer Prometheus takes any text');
  assert.match(told('up{a=""}', 'file'), /invalid recording rule name: up\{a=""\}; braces belong/);
});

void test('ids stay when other rules come and go', () => {
  const ids = (rules: readonly string[]): string[] =>
    groupsOf(
      `groups: [{name: g, rules: [${rules.map((name) => `{alert: ${name}, expr: up}`).join()}]}]`,
    )[0]?.rules.map(({ id }) => id) ?? [];
  const [a, b] = ids(['A', 'B']);
  assert.deepEqual(
    ids(['B', 'C', 'A']).filter((_, index) => index !== 1),
    [b, a],
  );
  assert.equal(new Set(ids(['A', 'A', 'A'])).size, 3);
});

void test('a mistake is named with line, column and what to do', () => {
  const at = (rule: string): string => problemsOf(`groups:\n- name: g\n  rules:\n  - ${rule}\n`).join('\n');
  assert.match(at('alert: A\n    expr: up\n    fro: 5m'), /^r\.yml:6:5: unknown key fro; remove it or mend/);
  assert.match(
    at('alert: A\n    expr: up\n    for: soon'),
    /^r\.yml:6:5: for: not a valid duration string: "soon"/,
  );
  assert.match(at('expr: up'), /^r\.yml:4:5: one of 'record' or 'alert' must be set/);
  assert.match(
    at('alert: A\n    record: b\n    expr: up'),
    /^r\.yml:4:5: only one of 'record' and 'alert' must be set/,
  );
  assert.match(at('alert: A'), /^r\.yml:4:5: field 'expr' must be set in rule/);
  assert.match(
    at('record: a\n    expr: up\n    for: 1m'),
    /^r\.yml:6:5: invalid field 'for' in recording rule/,
  );
  assert.match(
    at('record: a\n    expr: up\n    annotations: {a: b}'),
    /:6:5: invalid field 'annotations' in recording/,
  );
  assert.match(
    at('alert: A\n    expr: up\n    labels: {__name__: x}'),
    /:6:14: invalid label name: __name__/,
  );
  assert.match(
    at('alert: A\n    expr: up\n    annotations:\n      a: "{{ nope }}"'),
    /^r\.yml:7:7: annotation "a": template: __alert_A:1: function "nope" not defined/,
  );
  assert.match(
    problemsOf('groups: [{name: g}, {name: g}]').join(),
    /^r\.yml:1:22: groupname: "g" is repeated in the same file/,
  );
  assert.match(problemsOf('groups: [{rules: []}]').join(), /Groupname must not be empty/);
  assert.match(problemsOf('groups: [').join(), /^r\.yml:\d+:\d+: this is no YAML/);
});

void test('the place of a wrong expression is its place in the file, in every style of YAML', () => {
  const at = (expr: string): string =>
    (problemsOf(`groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n`)[0] ?? '').split(' ')[0] ??
    '';
  assert.equal(at('sum(up) + x y'), 'r.yml:5:23:');
  assert.equal(at('"sum(up) + x y"'), 'r.yml:5:24:');
  assert.equal(at("'x{a=''b''} y'"), 'r.yml:5:23:');
  assert.equal(at('|\n      sum(up)\n        + x y'), 'r.yml:7:13:');
  assert.equal(at('>-\n      sum(up)\n      + x y'), 'r.yml:7:11:');
  assert.equal(at('sum(up)\n      + x y'), 'r.yml:6:11:');
  assert.equal(at('sum(up'), 'r.yml:5:17:');
  assert.equal(at("'sum(up'"), 'r.yml:5:18:');
});

const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.constantFrom(
      'yes',
      'null',
      '~',
      '1',
      '0x1',
      '1:30',
      '- a',
      'a: b',
      '# a',
      ' a ',
      'a\nb\n',
      '\n a\n\n',
      '\t',
      '\u2028',
      '\u0085',
      '\ufeffa',
      '"',
      "'",
      '|',
      '2001-01-01',
    ),
  )
  .filter((value) => value.isWellFormed() && !value.includes('{{'));
const name = fc
  .stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/)
  .filter((value) => value !== '__name__' && value !== '__proto__');
const texts = fc.dictionary(
  name,
  text.filter((value) => value !== ''),
  { maxKeys: 3, noNullPrototype: true },
);
const spans = fc.nat({ max: 10_000_000 });
const expr = fc.constantFrom(
  'up == 0',
  'sum by (a) (rate(x{b="c"}[5m]))\n  > 2',
  "x{a='\\\\d'} # why",
  'vector(1)',
);
const rule = fc.oneof(
  fc.record({
    kind: fc.constant('alert' as const),
    name: text.filter((value) => value !== ''),
    expr,
    forMs: spans,
    keepFiringForMs: spans,
    labels: texts,
    annotations: texts,
  }),
  fc.record({
    kind: fc.constant('record' as const),
    name,
    expr,
    forMs: fc.constant(0),
    keepFiringForMs: fc.constant(0),
    labels: texts,
    annotations: fc.constant({}),
  }),
);
const groups = fc.uniqueArray(
  fc.record({
    name: text.filter((value) => value !== ''),
    intervalMs: fc.integer({ min: 1, max: 1e9 }),
    limit: fc.nat({ max: 100 }),
    queryOffsetMs: fc.constant<number>(0),
    labels: fc.constant<Labels>({}),
    rules: fc.array(rule, { maxLength: 4 }),
  }),
  { maxLength: 3, selector: (group) => group.name },
);

type Drafts = typeof groups extends fc.Arbitrary<infer Made> ? Made : never;
const toGroups = (drafts: Drafts): RuleGroup[] =>
  drafts.map((group) => ({
    ...group,
    source: 'file',
    file: 'r.yml',
    rules: group.rules.map((draft) => ({
      ...draft,
      id: '',
      source: 'file',
      file: 'r.yml',
      version: 1,
      group: group.name,
      enabled: true,
    })),
  }));

/** Keys of a group that the Prometheus of some distributions does not know yet. */
const newerKeys = fc.record({ queryOffsetMs: fc.nat({ max: 1e6 }), labels: texts });

void test('what is written is read as the same rules, and written again as the same bytes', () => {
  fc.assert(
    fc.property(groups, newerKeys, (drafts, newer) => {
      const made = toGroups(drafts.map((group) => ({ ...group, ...newer })));
      const yaml = toYaml(made);
      const read = groupsOf(yaml);
      const blank = read.map((group) => ({
        ...group,
        rules: group.rules.map((one) => ({ ...one, id: '' })),
      }));
      assert.deepEqual(blank, made);
      assert.equal(toYaml(read), yaml);
    }),
    { numRuns: 300 },
  );
});

void test('Prometheus takes everything that is written', { skip: !hasPromtool }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'quorate-rules-'));
  const written = fc.sample(groups, { numRuns: 40, seed: 1 }).map((drafts, index) => {
    const file = path.join(folder, `${index}.yml`);
    writeFileSync(file, toYaml(toGroups(drafts)));
    return file;
  });
  const checked = spawnSync('promtool', ['check', 'rules', '--lint=none', ...written], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
});

void test('a disabled rule is left out; one rule alone is an item of a list', () => {
  const [first] = readyRules.rules;
  assert.ok(first !== undefined);
  assert.ok(!toYaml([{ ...readyRules, rules: [{ ...first, enabled: false }] }]).includes(first.name));
  assert.match(ruleToYaml(first), /^- alert: NodeDown\n {2}expr: /);
});

void test('no text makes it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.json(),
        fc.constantFrom(
          '&a [*a]',
          'groups: &a [*a]',
          '- '.repeat(500),
          'groups: {a: b}',
          'groups: [1]',
          'groups: [{name: a, rules: [x]}]',
        ),
      ),
      (source) => {
        const read = readRuleFile(source, 'r.yml', options);
        assert.ok(read.ok || read.problems.length > 0);
      },
    ),
    { numRuns: 300 },
  );
});
