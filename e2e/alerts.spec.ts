import { expect, test } from '@playwright/test';

import type { AlertsDto, ChannelDto, ChannelsDto, ChannelTestDto } from '#lib/api/schema-alerts.ts';
import type { PreviewDto, RuleDto, RulesDto, RuleVersionsDto } from '#lib/api/schema-rules.ts';
import type { ClustersDto, EventsDto, ProblemDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';
import { startReceiver } from './receiver.ts';

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

const send = async <T>(
  product: Product,
  method: string,
  address: string,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> => {
  const response = await fetch(`${product.url}${address}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T }; // the caller names the DTO of the address
};

const draft = {
  group: 'mine',
  name: 'KvMemberDown',
  expr: 'quorate_node_state{node=~"kv-.*",state="down"} == 1',
  labels: { severity: 'critical', team: 'storage' },
  annotations: { summary: '{{ $labels.node }} is down' },
};

test('a rule made over HTTP fires after a kill, a webhook is told in Alertmanager\u2019s shape, and again when it is healed', async () => {
  const receiver = await startReceiver();
  const product = await startProduct({ demo: true });
  await eventually('the sample cluster is healthy', async () => {
    const { clusters } = await product.get<ClustersDto>('/api/clusters');
    return clusters.length > 0 && clusters.every((cluster) => cluster.verdict.level === 'healthy');
  });

  const wrong = await send<ProblemDto>(product, 'POST', '/api/rules', { ...draft, expr: 'up ==' });
  expect([wrong.status, wrong.body.field, wrong.body.line]).toEqual([400, 'expr', 1]);
  const rule = await send<RuleDto>(product, 'POST', '/api/rules', draft);
  expect([rule.status, rule.body.source, rule.body.version]).toEqual([201, 'ui', 1]);
  const channel = await send<ChannelDto>(product, 'POST', '/api/channels', {
    name: 'pager',
    url: receiver.url,
    matchers: ['team="storage"'],
    groupBy: ['alertname'],
    groupWaitMs: 0,
    groupIntervalMs: 1000,
  });
  expect(channel.status).toBe(201);
  const tested = await send<ChannelTestDto>(product, 'POST', `/api/channels/${channel.body.id}/test`);
  expect(tested.body).toMatchObject({ ok: true, status: 200, error: null });
  expect(receiver.received.map(({ body }) => body.commonLabels.alertname)).toEqual(['QuorateTest']);

  await send(product, 'POST', '/api/demo/faults', { kind: 'kill', node: 'kv-2' });
  const message = await eventually('the webhook is told', () => receiver.received[1]);
  expect(message.key).toMatch(/^[0-9a-f]{16}-/);
  expect(message.body).toMatchObject({
    receiver: 'pager',
    status: 'firing',
    version: '4',
    groupKey: '{}/{team="storage"}:{alertname="KvMemberDown"}',
    truncatedAlerts: 0,
    externalURL: product.url,
    groupLabels: { alertname: 'KvMemberDown' },
  });
  const [alert] = message.body.alerts;
  expect(alert).toMatchObject({
    status: 'firing',
    endsAt: '0001-01-01T00:00:00Z',
    annotations: { summary: 'kv-2 is down' },
    generatorURL: `${product.url}/rules/${rule.body.id}`,
  });
  expect(alert?.labels).toMatchObject({ alertname: 'KvMemberDown', node: 'kv-2', team: 'storage' });
  expect(alert?.fingerprint).toMatch(/^[0-9a-f]{16}$/);

  const listed = await product.get<AlertsDto>('/api/alerts?cluster=kv');
  const mine = listed.alerts.find((one) => one.rule === 'KvMemberDown');
  expect(mine).toMatchObject({ state: 'firing', node: 'kv-2', value: 1, limit: '== 1', fired24h: 1 });
  expect(mine?.explain.text).toContain('the rule asks for == 1');
  await eventually(
    'the ready rule, whose group has its own turn, fires as well and both are counted',
    async () => {
      const { alerts } = await product.get<AlertsDto>('/api/alerts?cluster=kv');
      const { clusters } = await product.get<ClustersDto>('/api/clusters');
      const critical = clusters.find(({ id }) => id === 'kv')?.summary.firing.critical ?? 0;
      return alerts.some((one) => one.rule === 'NodeDown' && one.state === 'firing') && critical >= 2;
    },
  );
  await eventually('the notification is in the list', async () =>
    (await product.get<AlertsDto>('/api/alerts')).alerts.some((one) => one.notification?.state === 'sent'),
  );
  const prometheus = await product.get<{ data: { alerts: { labels: Record<string, string> }[] } }>(
    '/api/v1/alerts',
  );
  expect(prometheus.data.alerts.map(({ labels }) => labels.alertname)).toContain('KvMemberDown');

  const before = await product.get<AlertsDto>('/api/alerts');
  await send(product, 'DELETE', '/api/demo/faults');
  const healed = await eventually('the webhook is told of the end', () => receiver.received[2]);
  expect([healed.body.status, healed.body.alerts[0]?.status]).toEqual(['resolved', 'resolved']);
  expect(healed.key).not.toBe(message.key);
  await eventually('nothing that the kill brought is left', async () =>
    (await product.get<AlertsDto>('/api/alerts')).alerts.every(
      (one) => one.cluster === null && one.node === null,
    ),
  );
  const resolved = await product.get<AlertsDto>('/api/alerts?state=resolved');
  expect(resolved.alerts.map((one) => one.rule)).toContain('KvMemberDown');

  // The past is told in the words that stood there.
  const past = await product.get<AlertsDto>(`/api/alerts?at=${before.at}`);
  expect(past.alerts.map(({ id, state, since, firedAt }) => ({ id, state, since, firedAt }))).toEqual(
    before.alerts.map(({ id, state, since, firedAt }) => ({ id, state, since, firedAt })),
  );
  const { events } = await product.get<EventsDto>(
    '/api/events?limit=500&kind=rule.changed,channel.changed,notification.sent',
  );
  expect(new Set(events.map((event) => event.kind)).size).toBe(3);
  expect(events.find((event) => event.kind === 'rule.changed')?.actor).toBe('local');
  await product.stop();
  await receiver.stop();
});

test('rules are edited by version, kept in versions, taken from YAML, tried before they are saved; ready ones can only be switched', async () => {
  const product = await startProduct({ demo: true });
  const made = (await send<RuleDto>(product, 'POST', '/api/rules', draft)).body;
  const address = `/api/rules/${made.id}`;
  expect((await send(product, 'PUT', address, draft)).status).toBe(428);
  expect((await send(product, 'PUT', address, draft, { 'if-match': '"7"' })).status).toBe(412);
  const edited = await send<RuleDto>(
    product,
    'PUT',
    address,
    { ...draft, forMs: 5000 },
    { 'if-match': '"1"' },
  );
  expect([edited.status, edited.body.version, edited.body.forMs]).toEqual([200, 2, 5000]);
  expect((await send(product, 'DELETE', address, {}, { 'if-match': '"2"' })).status).toBe(204);
  const back = await send<RuleDto>(product, 'POST', `${address}/restore`, { version: 1 });
  expect([back.status, back.body.version, back.body.forMs]).toEqual([200, 4, 0]);
  const { versions } = await product.get<RuleVersionsDto>(`${address}/versions`);
  expect(versions.map(({ change }) => change)).toEqual(['restored', 'deleted', 'edited', 'created']);

  const { yaml } = await product.get<{ yaml: string }>(`${address}/yaml`);
  const imported = await send<{ rules: RuleDto[] }>(product, 'POST', '/api/rules/yaml', {
    yaml: yaml.replace('KvMemberDown', 'Copied'),
  });
  expect(imported.body.rules.map(({ name, source }) => [name, source])).toEqual([['Copied', 'ui']]);
  const refused = await send<ProblemDto>(product, 'POST', '/api/rules/yaml', {
    yaml: 'groups:\n  - nme: x\n',
  });
  expect([refused.status, refused.body.line]).toEqual([400, 2]);

  const ready = `/api/rules/ready-NodeDown`;
  expect((await send<ProblemDto>(product, 'PUT', ready, draft, { 'if-match': '"1"' })).body.code).toBe(
    'read-only',
  );
  const off = await send<RuleDto>(product, 'POST', `${ready}/enabled`, { enabled: false });
  expect([off.status, off.body.enabled]).toEqual([200, false]);

  const to = new Date();
  const preview = await eventually('the series of the nodes are there', async () => {
    const { body } = await send<PreviewDto>(product, 'POST', '/api/rules/preview', {
      expr: 'quorate_node_state{state="up"} == 1',
      forMs: 0,
      from: new Date(to.getTime() - 600_000).toISOString(),
      to: new Date().toISOString(),
      stepMs: 15_000,
    });
    return body.now.some((one) => one.state === 'firing') ? body : null;
  });
  expect(preview.limit).toEqual({ op: '==', value: 1 });
  expect(preview.bands.length).toBeGreaterThan(3);

  const { groups } = await product.get<RulesDto>('/api/rules');
  expect(groups.map(({ name, source }) => [name, source])).toEqual([
    ['quorate', 'ready'],
    ['mine', 'ui'],
  ]);
  const prometheus = await product.get<{ data: { groups: { name: string; rules: { name: string }[] }[] } }>(
    '/api/v1/rules?type=alert&rule_group[]=quorate&rule_name[]=NodeDown&rule_name[]=NoLeader',
  );
  expect(prometheus.data.groups[0]?.rules.map(({ name }) => name)).toEqual(['NoLeader']);
  const away = await send<ChannelTestDto>(product, 'POST', '/api/channels/test', {
    name: 'metadata',
    url: 'http://169.254.169.254/latest',
  });
  expect(away.body).toMatchObject({ ok: false, status: null });
  expect(away.body.error).toContain('link-local');
  expect((await product.get<ChannelsDto>('/api/channels')).channels).toEqual([]);
  await product.stop();
});
