import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { alertmanagerFingerprint } from './fingerprint.ts';
import { MatcherError, matchesAll, matchersText, parseMatchers } from './matcher.ts';
import { webhookPayload } from './payload.ts';
import { groupKeyOf, groupLabelsOf, routesFor } from './route.ts';
import type { Route } from './route.ts';

const routeTo = (receiver: string, matchers: string, more: Partial<Route> = {}): Route => ({
  receiver,
  matchers: parseMatchers(matchers),
  groupBy: ['alertname'],
  groupWaitMs: 0,
  groupIntervalMs: 1000,
  repeatIntervalMs: 1000,
  continue: false,
  routes: [],
  ...more,
});
const tree = routeTo('root', '', {
  routes: [
    routeTo('db', 'service=~"mysql|cassandra"', {
      routes: [routeTo('db-page', 'severity="critical"', { groupBy: null })],
    }),
    routeTo('audit', 'team="x"', { continue: true }),
    routeTo('team-x', 'team="x"', { routes: [routeTo('never', 'a!="", a=""')] }),
    routeTo('late', 'team!=""'),
  ],
});

test('an alert takes the deepest routes that match, the first of one level, and more after continue', () => {
  const table: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
    [{}, ['{} root']],
    [{ service: 'mysql' }, ['{}/{service=~"mysql|cassandra"} db']],
    [{ service: 'mysql8' }, ['{} root']],
    [
      { service: 'cassandra', severity: 'critical', team: 'x' },
      ['{}/{service=~"mysql|cassandra"}/{severity="critical"} db-page'],
    ],
    [{ team: 'x' }, ['{}/{team="x"} audit', '{}/{team="x"} team-x']],
    [{ team: 'y' }, ['{}/{team!=""} late']],
  ];
  for (const [labels, expected] of table)
    assert.deepEqual(
      routesFor(tree, labels).map(({ route, key }) => `${key} ${route.receiver}`),
      expected,
      JSON.stringify(labels),
    );
});

test('groups are named by the labels that stand in group_by and are there; the three dots take all', () => {
  const labels = { node: 'n', alertname: 'A' };
  assert.deepEqual(groupLabelsOf(routeTo('r', '', { groupBy: ['alertname', 'zone'] }), labels), {
    alertname: 'A',
  });
  assert.deepEqual(groupLabelsOf(routeTo('r', '', { groupBy: null }), labels), labels);
  assert.equal(groupKeyOf('{}', labels), '{}:{alertname="A", node="n"}');
  assert.equal(groupKeyOf('{}', {}), '{}:{}');
});

test('matchers are read in every spelling, and what is none has its place', () => {
  assert.deepEqual(parseMatchers(' { a="b", c!~"d\\"e" ,"f g"=h,} '), [
    { name: 'a', op: '=', value: 'b' },
    { name: 'c', op: '!~', value: 'd"e' },
    { name: 'f g', op: '=', value: 'h' },
  ]);
  assert.deepEqual(parseMatchers('severity = critical'), [{ name: 'severity', op: '=', value: 'critical' }]);
  assert.deepEqual(parseMatchers('{}'), []);
  for (const [text, message] of [
    ['a', /one of = != =~ !~ is missing at character 2/],
    ['="b"', /a label name is missing at character 1/],
    ['{a="b"', /the brace is not closed/],
    ['a="b" c="d"', /a comma is missing at character 7/],
    ['a="b', /the quotation mark is not closed/],
    ['{a="b"}x', /nothing may follow/],
    ['a=~"("', /no regular expression/],
  ] as const)
    assert.throws(() => parseMatchers(text), message, text);
});

test('no text makes the matchers hang or fail otherwise than by their own error; what they write they read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      try {
        parseMatchers(text);
      } catch (cause) {
        assert.ok(cause instanceof MatcherError);
      }
    }),
  );
  const matcher = fc.record(
    {
      name: fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/),
      op: fc.constantFrom('=' as const, '!=' as const),
      value: fc.string({ maxLength: 20 }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(matcher), (matchers) => {
      assert.deepEqual(parseMatchers(matchersText(matchers)), matchers);
    }),
  );
  assert.ok(matchesAll(parseMatchers('a=~".*",b!="x"'), {}), 'an absent label is empty');
  assert.ok(
    matchesAll(parseMatchers('constructor=~"",toString=""'), {}),
    'and so is one that objects have by birth',
  );
  assert.deepEqual(groupLabelsOf(routeTo('r', '', { groupBy: ['constructor'] }), {}), {});
  assert.ok(!matchesAll(parseMatchers('a=~".*"'), { a: 'x\ny' }), 'a dot stands for no line break');
});

test('fingerprints are those of Prometheus', () => {
  // FNV-1a of nothing is its offset basis.
  assert.equal(alertmanagerFingerprint({}), 'cbf29ce484222325');
  assert.equal(alertmanagerFingerprint({ b: '2', a: '1' }), alertmanagerFingerprint({ a: '1', b: '2' }));
  const bytes = [...Buffer.from('alertname'), 255, ...Buffer.from('Ä'), 255];
  const slow = bytes.reduce(
    (hash, byte) => ((hash ^ BigInt(byte)) * 1_099_511_628_211n) & ((1n << 64n) - 1n),
    14_695_981_039_346_656_037n,
  );
  assert.equal(alertmanagerFingerprint({ alertname: 'Ä' }), slow.toString(16).padStart(16, '0'));
});

test('alerts stand in the order of Alertmanager: job, instance, fewer labels, the one that lacks the smaller name', () => {
  const ordered: readonly Readonly<Record<string, string>>[] = [
    { job: 'a', z: 'z', y: 'y' },
    { job: 'b', instance: '1' },
    { job: 'b', instance: '2' },
    { job: 'b' },
    { a: '1' },
    { c: '1', d: '1' },
    { b: '1', d: '2' },
    { b: '2', c: '1' },
    { a: '2', b: '0' },
  ];
  const alerts = ordered.map((labels, i) => ({
    id: String(i),
    labels,
    annotations: {},
    startsAt: 0,
    endsAt: null,
    changedAt: 0,
    generatorUrl: '',
  }));
  const group = {
    id: 'g',
    receiver: 'r',
    webhook: 0,
    key: 'k',
    labels: {},
    nextFlushAt: 0,
    told: null,
    underway: [],
  };
  const payload = webhookPayload({ key: 'x', group, at: 0, alerts: alerts.toReversed() }, 'ops', '', 0);
  assert.deepEqual(
    payload.alerts.map(({ labels }) => labels),
    ordered,
  );
});

test('the payload is that of version 4: sorted alerts, what is common, what was left out', () => {
  const told = (id: string, labels: Readonly<Record<string, string>>, endsAt: number | null = null) => ({
    id,
    labels: { alertname: 'A', ...labels },
    annotations: { summary: 's', id },
    startsAt: 1000,
    endsAt,
    changedAt: 1000,
    generatorUrl: `http://q/${id}`,
  });
  const group = {
    id: 'g',
    receiver: 'r',
    webhook: 0,
    key: 'k',
    labels: { alertname: 'A' },
    nextFlushAt: 0,
    told: null,
    underway: [],
  };
  const alerts = [
    told('3', { job: 'b', zone: 'z' }),
    told('1', { job: 'a', zone: 'z' }, 2000),
    told('2', { zone: 'z' }),
  ];
  const payload = webhookPayload({ key: 'x', group, at: 0, alerts }, 'ops', 'http://q', 2);
  assert.deepEqual(JSON.parse(JSON.stringify(payload)), {
    receiver: 'ops',
    status: 'firing',
    alerts: [
      {
        status: 'resolved',
        labels: { alertname: 'A', job: 'a', zone: 'z' },
        annotations: { summary: 's', id: '1' },
        startsAt: '1970-01-01T00:00:01.000Z',
        endsAt: '1970-01-01T00:00:02.000Z',
        generatorURL: 'http://q/1',
        fingerprint: alertmanagerFingerprint({ alertname: 'A', job: 'a', zone: 'z' }),
      },
      {
        status: 'firing',
        labels: { alertname: 'A', job: 'b', zone: 'z' },
        annotations: { summary: 's', id: '3' },
        startsAt: '1970-01-01T00:00:01.000Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://q/3',
        fingerprint: alertmanagerFingerprint({ alertname: 'A', job: 'b', zone: 'z' }),
      },
    ],
    groupLabels: { alertname: 'A' },
    commonLabels: { alertname: 'A', zone: 'z' },
    commonAnnotations: { summary: 's' },
    externalURL: 'http://q',
    version: '4',
    groupKey: 'k',
    truncatedAlerts: 1,
  });
});
