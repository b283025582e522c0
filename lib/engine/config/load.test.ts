import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import fc from 'fast-check';

import { problemText } from './config.ts';
import { STARTER_CONFIG } from '#lib/format/starter-config.ts';

import { loadConfig } from './load.ts';

const problemsOf = (text: string): string[] => {
  const loaded = loadConfig(text, 'q.yml');
  return loaded.ok ? [] : loaded.problems.map(problemText);
};

const full = `global:
  scrape_interval: 15s
  external_labels: { site: x }
scrape_configs:
  - job_name: node
    static_configs:
      - targets: ["127.0.0.1:9100"]
        labels: { zone: a }
clusters:
  - name: kv
    system: raft
    election_timeout: 2s
    members:
      - { node: kv-1, address: "127.0.0.1:1", zone: a, host: h }
heartbeats:
  - name: web
    pull: { path: /healthz }
    static_configs: [{ targets: ["127.0.0.1:80"] }]
  - name: batch
    push: { interval: 30s }
detection: { max_silence: 8s }
embed: { allowed_origins: ["https://grafana.example"] }
`;

void test('a whole file is read, spans in milliseconds, defaults filled in', () => {
  const loaded = loadConfig(full, 'q.yml');
  assert.ok(loaded.ok);
  const { config } = loaded;
  assert.equal(config.scrapes[0]?.intervalMs, 15_000);
  assert.equal(config.scrapes[0]?.timeoutMs, 10_000);
  assert.equal(config.clusters[0]?.electionTimeoutMs, 2000);
  assert.equal(config.detection.maxSilenceMs, 8000);
  assert.equal(config.detection.suspectAt, 3);
  assert.deepEqual(config.heartbeats[0]?.pull, {
    kind: 'http',
    scheme: 'http',
    path: '/healthz',
    status: [200],
  });
  assert.equal(config.heartbeats[1]?.push?.intervalMs, 30_000);
});

void test('a setting of Prometheus without effect is one warning with its line, not an error', () => {
  const loaded = loadConfig(
    'remote_read: []\nscrape_configs:\n  - job_name: a\n    relabel_configs: []\n  - job_name: b\n    relabel_configs: []\n',
    'p.yml',
  );
  assert.ok(loaded.ok);
  assert.deepEqual(
    loaded.warnings.map((warning) => [warning.line, warning.message.split(' ')[0]]),
    [
      [1, 'remote_read'],
      [4, 'relabel_configs'],
    ],
  );
});

void test('a mistake is named with line and column', () => {
  assert.match(
    problemsOf('global:\n  scrape_intervall: 5s\n')[0] ?? '',
    /^q\.yml:2:3: unknown key scrape_intervall in global/,
  );
  assert.match(
    problemsOf('heartbeats:\n  - name: a\n    interval: fast\n')[0] ?? '',
    /^q\.yml:3:5: heartbeats\[0\]\.interval: is no duration: fast/,
  );
  assert.match(problemsOf('a: [1\nb: 2')[0] ?? '', /^q\.yml:\d+:\d+: this is no YAML/);
  assert.match(
    problemsOf('scrape_configs:\n  - job_name: a\n  - job_name: a\n')[0] ?? '',
    /^q\.yml:3:5: scrape job a is defined twice, first at line 2/,
  );
  assert.match(
    problemsOf(
      'clusters:\n  - name: kv\n    system: raft\n    members: [{ address: "a:1" }, { address: "a:1" }]\n',
    )[0] ?? '',
    /member a:1 stands twice in cluster kv/,
  );
  assert.match(problemsOf('embed: { allowed_origins: ["https://a.example/x"] }')[0] ?? '', /is no origin/);
  assert.match(
    problemsOf('scrape_configs:\n  - job_name: a\n    scrape_interval: 5s\n    scrape_timeout: 6s\n')[0] ??
      '',
    /:4:5: scrape_timeout 6s is longer than scrape_interval 5s/,
  );
});

void test('no text makes it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom('&a [*a]', '- '.repeat(500), '? ')),
      (text) => {
        const loaded = loadConfig(text, 'q.yml');
        assert.ok(loaded.ok || loaded.problems.length > 0);
      },
    ),
    { numRuns: 300 },
  );
});

test('the file that the first page offers is good as it stands', () => {
  const loaded = loadConfig(STARTER_CONFIG, 'quorate.yml');
  assert.deepEqual(loaded.ok ? loaded.warnings : loaded.problems, []);
});

test('the block notify is Alertmanager\u2019s: routes inherit, what has no effect warns, what is wrong has its line', () => {
  const good = loadConfig(
    [
      'notify:',
      '  route:',
      '    receiver: ops',
      '    group_by: [alertname]',
      '    group_wait: 5s',
      '    routes:',
      '      - matchers: [severity="critical"]',
      '        receiver: pager',
      "        group_by: ['...']",
      '        continue: true',
      '        mute_time_intervals: [night]',
      '      - match_re: { team: a|b }',
      '        matchers: ["b=1", "a=2"]',
      '        group_by: []',
      '  receivers:',
      '    - name: ops',
      '      webhook_configs: [{ url: "http://127.0.0.1:1/x", http_config: { basic_auth: { username: u, password: p } } }]',
      '    - name: pager',
      '      webhook_configs: [{ url: "http://127.0.0.1:1/y", send_resolved: false, max_alerts: 3 }]',
      '      email_configs: []',
    ].join('\n'),
    'q.yml',
  );
  assert.ok(good.ok);
  assert.deepEqual(
    good.warnings.map(({ line, message }) => [line, message.split(' ')[0]]),
    [
      [11, 'mute_time_intervals'],
      [20, 'email_configs'],
    ],
  );
  const { notify } = good.config;
  const [first, second] = notify?.route.routes ?? [];
  assert.deepEqual(
    [first?.receiver, first?.groupBy, first?.groupWaitMs, first?.repeatIntervalMs, first?.continue],
    ['file:pager', null, 5000, 14_400_000, true],
  );
  assert.deepEqual(second?.matchers, [
    { name: 'a', op: '=', value: '2' },
    { name: 'b', op: '=', value: '1' },
    { name: 'team', op: '=~', value: 'a|b' },
  ]);
  assert.deepEqual(second?.groupBy, ['alertname']);
  assert.equal(notify?.receivers[0]?.webhooks[0]?.authorization, 'Basic dTpw');

  const bad = loadConfig(
    'notify:\n  route:\n    receiver: nobody\n    routes:\n      - matchers: ["a==b"]\n      - matchers: [\'a=~"("\']\n  receivers: []\n',
    'q.yml',
  );
  assert.ok(!bad.ok);
  assert.deepEqual(
    bad.problems.map(({ line }) => line),
    [3, 6],
  );
});
const clusterOf = (rest: string): string => `clusters:\n  - name: orders\n    ${rest}\n`;

void test('seeds stand for members; a cluster without either, or with both, says so at its line', () => {
  const loaded = loadConfig(clusterOf('seeds: ["10.0.0.1:2379"]'), 'q.yml');
  assert.ok(loaded.ok);
  assert.deepEqual(loaded.config.clusters[0]?.seeds, ['10.0.0.1:2379']);
  assert.equal(loaded.config.clusters[0]?.system, 'auto');
  assert.match(
    problemsOf(clusterOf('system: etcd'))[0] ?? '',
    /^q\.yml:2:.*give seeds.*or members, not neither/,
  );
  assert.match(
    problemsOf(clusterOf('seeds: ["a:1"]\n    members: [{ address: "b:1" }]'))[0] ?? '',
    /^q\.yml:3:.*not both/,
  );
  assert.match(
    problemsOf(clusterOf('system: raft\n    seeds: ["a:1"]'))[0] ?? '',
    /members of raft list nobody.*etcd/,
  );
  assert.match(
    problemsOf(clusterOf('seeds: ["http://a:1/x"]'))[0] ?? '',
    /is no address; write host and port/,
  );
});

void test('credentials and certificates are read from files beside the configuration', (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'quorate-access-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'ca.pem'), 'CA');
  writeFileSync(path.join(folder, 'password'), 'secret\n');
  const load = (rest: string) => loadConfig(clusterOf(rest), path.join(folder, 'q.yml'));
  const loaded = load(
    'seeds: ["a:1"]\n    basic_auth: { username: u, password_file: password }\n    tls_config: { ca_file: ca.pem, server_name: etcd, min_version: TLS12 }',
  );
  assert.ok(loaded.ok, JSON.stringify(loaded));
  const { access } = loaded.config.clusters[0] ?? assert.fail();
  assert.equal(access.authorization, `Basic ${btoa('u:secret')}`);
  assert.deepEqual(
    [access.tls?.ca, access.tls?.serverName, access.tls?.minVersion],
    ['CA', 'etcd', 'TLSv1.2'],
  );
  assert.deepEqual(loaded.files.map((file) => path.basename(file)).toSorted(), ['ca.pem', 'password']);
  const missing = load('seeds: ["a:1"]\n    tls_config: { ca_file: none.pem, cert_file: ca.pem }');
  assert.ok(!missing.ok);
  assert.match(
    missing.problems.map(problemText).join('\n'),
    /q\.yml:4:.*ca_file cannot be read: .*none\.pem/,
  );
  assert.match(missing.problems.map(problemText).join('\n'), /needs both cert_file and key_file/);
});

void test('a scrape job has them too, without a warning', () => {
  const loaded = loadConfig(
    'scrape_configs:\n  - job_name: a\n    scheme: https\n    authorization: { credentials: t }\n    tls_config: { insecure_skip_verify: true }\n',
    'q.yml',
  );
  assert.ok(loaded.ok);
  assert.deepEqual(loaded.warnings, []);
  const { access } = loaded.config.scrapes[0] ?? assert.fail();
  assert.deepEqual([access.authorization, access.tls?.insecure], ['Bearer t', true]);
});
