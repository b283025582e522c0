import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';

import { loadConfig } from '../config/load.ts';
import { targetsOf } from '../data/targets.ts';
import { eventually } from '../testdata/monitor.ts';
import { followPrometheus } from './follow-prometheus.ts';
import { look, parseAddress } from './look.ts';
import { recognisePrometheus } from './prometheus.ts';
import { openWatchedTargets, WatchRefused } from './watched-targets.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'prometheus-'));
after(() => rmSync(folder, { recursive: true }));

const listed = (scrapeUrl: string, labels: Record<string, string>, more: object = {}) => ({
  labels: { job: 'node', instance: new URL(scrapeUrl).host, ...labels },
  scrapePool: 'node',
  scrapeUrl,
  scrapeInterval: '5s',
  scrapeTimeout: '2s',
  ...more,
});

/** A server that answers as the API of a Prometheus does, below a prefix. */
const startApi = async (t: TestContext, prefix: string, targets: () => readonly object[]) => {
  const server = createServer((request, response) => {
    const answers: Record<string, unknown> = {
      [`${prefix}/api/v1/status/buildinfo`]: { version: '2.42.0' },
      [`${prefix}/api/v1/targets?state=active`]: { activeTargets: targets() },
    };
    const data = answers[request.url ?? ''];
    response.writeHead(data === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'success', data }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
};

test('a Prometheus is recognised at its root and below a prefix, with what it scrapes', async (t) => {
  for (const prefix of ['', '/prom']) {
    const api = await startApi(t, prefix, () => [listed('http://10.0.0.1:9100/metrics', {})]);
    const url = parseAddress(`http://${api.address}${prefix === '' ? '/graph' : `${prefix}/`}`);
    assert.ok(url);
    const seen = await look(url, () => performance.now());
    assert.deepEqual(
      seen.found.find(({ kind }) => kind === 'prometheus'),
      {
        kind: 'prometheus',
        path: prefix === '' ? '/' : prefix,
        what: 'Prometheus 2.42.0',
        members: [{ node: 'node', address: '10.0.0.1:9100' }],
      },
    );
  }
});

const seenAs = async (targets: readonly object[], host: string) => {
  const body = (data: object): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ status: 'success', data }));
  const seen = await recognisePrometheus(
    async (asked) => ({
      ok: true,
      status: 200,
      contentType: 'application/json',
      rttMs: 1,
      body: body(asked.includes('buildinfo') ? { version: '3.1.0' } : { activeTargets: targets }),
    }),
    host,
    [''],
  );
  return seen?.targets.map(({ address }) => address);
};

test('what it reaches at its loopback address is at its host; what nobody may ask, or has no such label here, is left out', async () => {
  const targets = [
    listed('http://localhost:9090/metrics', {}),
    listed('http://169.254.169.254/latest', {}),
    listed('https://db.example/metrics', {}),
    listed('https://named.example/metrics', { 'k8s.pod': 'x' }),
  ];
  assert.deepEqual(await seenAs(targets, '10.0.0.9'), ['10.0.0.9:9090', 'db.example']);
  assert.deepEqual(await seenAs(targets, '127.0.0.1'), ['db.example', 'localhost:9090']);
});

test('its targets are scraped as it does, kept over a restart, followed, and gone when it is removed', async (t) => {
  let targets = [
    listed('http://10.0.0.1:9100/metrics', { zone: 'a' }),
    listed('http://10.0.0.2:9100/metrics', { zone: 'b' }),
    listed('https://10.0.0.1:9115/probe?module=tcp&target=x', { job: 'tcp', instance: 'x' }),
  ];
  const api = await startApi(t, '', () => targets);
  const none = loadConfig('', null);
  assert.ok(none.ok);
  const watched = openWatchedTargets(folder, () => 1000);
  const stopping = new AbortController();
  t.after(() => stopping.abort());
  let changes = 0;
  const following = followPrometheus({
    watched,
    onChange: () => (changes += 1),
    now: () => performance.now(),
    signal: stopping.signal,
    everyMs: 5,
  });
  const added = watched.add(
    { kind: 'prometheus', address: api.address, scheme: 'http', path: '/', name: 'prom', actor: null },
    none.config,
  );
  await eventually('its targets are taken over', () => changes === 1);
  const scraped = (from: typeof watched) =>
    targetsOf(from.beside(none.config), new Map()).map(({ url, labels, intervalMs, timeoutMs }) => ({
      url,
      labels,
      every: `${intervalMs}/${timeoutMs}`,
    }));
  assert.deepEqual(scraped(watched), [
    {
      url: 'http://10.0.0.1:9100/metrics',
      labels: { job: 'node', instance: '10.0.0.1:9100', zone: 'a' },
      every: '5000/2000',
    },
    {
      url: 'http://10.0.0.2:9100/metrics',
      labels: { job: 'node', instance: '10.0.0.2:9100', zone: 'b' },
      every: '5000/2000',
    },
    {
      url: 'https://10.0.0.1:9115/probe?module=tcp&target=x',
      labels: { job: 'tcp', instance: 'x' },
      every: '5000/2000',
    },
  ]);
  assert.deepEqual(scraped(openWatchedTargets(folder, () => 0)), scraped(watched), 'after a restart');
  const [first] = watched.list()[0]?.targets ?? [];
  assert.ok(first !== undefined);
  assert.throws(() => watched.retarget(added.id, [{ ...first, labels: { 'not.ours': 'x' } }]), WatchRefused);
  assert.equal(scraped(openWatchedTargets(folder, () => 0)).length, 3, 'what was said before stays');
  targets = targets.toReversed().slice(1);
  await eventually('one fewer', () => changes === 2);
  assert.equal(scraped(watched).length, 2);
  watched.remove(added.id);
  assert.deepEqual(scraped(watched), []);
  stopping.abort();
  await following;
});

test('what cannot be scraped here is not taken over, and what comes after it is', async (t) => {
  let targets = [listed('http://10.0.0.1:9100/metrics', {})];
  let asked = 0;
  const api = await startApi(t, '', () => {
    asked += 1;
    return targets;
  });
  const none = loadConfig('', null);
  assert.ok(none.ok);
  const watched = openWatchedTargets(mkdtempSync(path.join(folder, 'refused-')), () => 1000);
  const stopping = new AbortController();
  t.after(() => stopping.abort());
  let changes = 0;
  const following = followPrometheus({
    watched,
    onChange: () => (changes += 1),
    now: () => performance.now(),
    signal: stopping.signal,
    everyMs: 5,
  });
  watched.add(
    { kind: 'prometheus', address: api.address, scheme: 'http', path: '/', name: 'prom', actor: null },
    none.config,
  );
  const urls = () => targetsOf(watched.beside(none.config), new Map()).map(({ url }) => url);
  await eventually('its target is taken over', () => changes === 1);
  targets = [...targets, listed('http://10.0.0.2:9100/metrics', { 'k8s.pod': 'x' })];
  const before = asked;
  await eventually('it is asked again and again', () => asked > before + 4);
  assert.deepEqual(urls(), ['http://10.0.0.1:9100/metrics'], 'what cannot be labelled so is left out');
  targets = [listed('http://10.0.0.3:9100/metrics', {})];
  await eventually('it is followed on', () => changes === 2);
  assert.deepEqual(urls(), ['http://10.0.0.3:9100/metrics']);
  stopping.abort();
  await following;
});
