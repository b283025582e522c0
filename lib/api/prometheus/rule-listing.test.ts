import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import type { RuleGroupView, RuleView } from '#lib/engine/data/alerting-reads.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Alert } from '#lib/rules/rule.ts';

import { listRules } from './rule-listing.ts';

const alert: Alert = {
  id: 'a',
  ruleId: 'r',
  labels: { alertname: 'Down' },
  annotations: {},
  state: 'firing',
  activeAt: 0,
  firedAt: 0,
  resolvedAt: null,
  keptSince: null,
  value: 0.5,
};
const rule = (kind: 'alert' | 'record', name: string, labels: Labels = {}, enabled = true): RuleView => ({
  rule: {
    id: name,
    source: 'file',
    file: '/f.yml',
    version: 1,
    group: 'g',
    kind,
    name,
    expr: 'up',
    forMs: 0,
    keepFiringForMs: 0,
    labels,
    annotations: {},
    enabled,
  },
  alerts: kind === 'alert' ? [alert] : [],
  health: 'ok',
  error: null,
  evaluatedAt: 1000,
  evaluationMs: 2,
  changedAt: null,
  actor: null,
});
const group = (file: string, name: string, rules: readonly RuleView[]): RuleGroupView => ({
  name,
  source: 'file',
  file,
  intervalMs: 5000,
  limit: 0,
  queryOffsetMs: 0,
  labels: {},
  version: 0,
  rules,
  evaluation: null,
});
const GROUPS = [
  group('/b.yml', 'z', [rule('record', 'job:up', { team: 'x' })]),
  group('/b.yml', 'a', [rule('alert', 'Down', { team: 'x' }), rule('record', 'job:up')]),
  group('/c.yml', 'off', [rule('alert', 'Off', {}, false)]),
  group('/a.yml', 'm', [rule('alert', 'Up', { team: 'y' })]),
];

interface Listed {
  readonly groups: readonly {
    readonly name: string;
    readonly file: string;
    readonly rules: readonly { readonly name: string; readonly alerts?: readonly unknown[] }[];
  }[];
  readonly groupNextToken?: string;
}
const list = (parameters: string): Listed =>
  JSON.parse(listRules(GROUPS, new URLSearchParams(parameters))) as Listed;
const shown = (parameters: string): string =>
  list(parameters)
    .groups.map(({ file, name, rules }) => `${file}:${name}(${rules.map((one) => one.name).join(' ')})`)
    .join(' ');
const tokenOf = (file: string, name: string): string =>
  createHash('sha1').update(`${file};${name}`).digest('hex');

test('groups come by file and name, and each filter leaves rules out', () => {
  const all = '/a.yml:m(Up) /b.yml:a(Down job:up) /b.yml:z(job:up)';
  for (const [parameters, wanted] of [
    ['', all],
    ['type=alert', '/a.yml:m(Up) /b.yml:a(Down)'],
    ['type=Record', '/b.yml:a(job:up) /b.yml:z(job:up)'],
    ['rule_name[]=Up&rule_name[]=Down', '/a.yml:m(Up) /b.yml:a(Down)'],
    ['rule_group[]=z&rule_group[]=m', '/a.yml:m(Up) /b.yml:z(job:up)'],
    ['file[]=/b.yml', '/b.yml:a(Down job:up) /b.yml:z(job:up)'],
    ['match[]={team="x"}', '/b.yml:a(Down) /b.yml:z(job:up)'],
    ['match[]={team="x"}&match[]={team="y"}&type=alert', '/a.yml:m(Up) /b.yml:a(Down)'],
    ['rule_name[]=nothing', ''],
  ] as const)
    assert.equal(shown(parameters), wanted, parameters);
  const alertsOf = (parameters: string): (readonly unknown[] | undefined)[] =>
    list(parameters).groups.flatMap(({ rules }) => rules.map(({ alerts }) => alerts));
  assert.deepEqual(
    alertsOf('rule_name[]=Up').map((alerts) => alerts?.length),
    [1],
  );
  assert.deepEqual(alertsOf('rule_name[]=Up&exclude_alerts=TRUE'), [[]]);
});

test('a page ends where its limit says and names the group that the next begins with', () => {
  const first = list('group_limit=2');
  assert.deepEqual(
    first.groups.map(({ name }) => name),
    ['m', 'a'],
  );
  assert.equal(first.groupNextToken, tokenOf('/b.yml', 'z'));
  assert.equal(shown(`group_limit=2&group_next_token=${first.groupNextToken}`), '/b.yml:z(job:up)');
  assert.equal(list(`group_limit=2&group_next_token=${first.groupNextToken}`).groupNextToken, undefined);
  assert.equal(list('group_limit=3').groupNextToken, undefined, 'a group without rules begins no page');
  const alerts = list('group_limit=1&type=record');
  assert.equal(alerts.groupNextToken, tokenOf('/b.yml', 'z'), 'only groups that are listed count');
});

test('wrong parameters are refused in Prometheus’s words', () => {
  for (const [parameters, message] of [
    ['type=x', 'invalid parameter "type": not supported value "x"'],
    [
      'exclude_alerts=maybe',
      'invalid parameter "exclude_alerts": error converting exclude_alerts: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      'exclude_alerts=constructor',
      'invalid parameter "exclude_alerts": error converting exclude_alerts: strconv.ParseBool: parsing "constructor": invalid syntax',
    ],
    [
      'group_next_token=x',
      'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups',
    ],
    [
      'group_limit=x',
      'invalid parameter "group_limit": group_limit needs to be a valid number: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      'group_limit=2147483648',
      'invalid parameter "group_limit": group_limit needs to be a valid number: strconv.ParseInt: parsing "2147483648": value out of range',
    ],
    ['group_limit=0', 'invalid parameter "group_limit": group_limit needs to be greater than 0'],
    [
      'group_limit=1&group_next_token=x',
      `invalid parameter "group_next_token": invalid group_next_token 'x'. were rule groups changed?`,
    ],
    ['match[]={}', 'invalid parameter "match[]": match[] must contain at least one non-empty matcher'],
  ] as const)
    assert.throws(() => list(parameters), { message }, parameters);
});
