import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import type { AlertsDto } from '#lib/api/schema-alerts.ts';
import type { RulesDto } from '#lib/api/schema-rules.ts';
import type { ClusterDto, EventsDto, TimelineDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

interface Webhook {
  readonly version: string;
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly groupKey: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly endsAt: string;
    readonly fingerprint: string;
  }[];
}

/** A local webhook that keeps what it was told. */
const startReceiver = async () => {
  const got: { readonly key: string; readonly body: Webhook }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      got.push({ key: String(request.headers['idempotency-key']), body: JSON.parse(text) as Webhook });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

let product: Product;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
test.beforeAll(async () => {
  product = await startProduct({ demo: true });
  receiver = await startReceiver();
});
test.afterAll(async () => {
  receiver.close();
  await product.stop();
});

test('by keyboard alone: a rule is written with completion, mended, previewed and saved; it fires after a kill, is told, and resolves after the heal', async ({
  page,
}) => {
  const cluster = () => product.get<ClusterDto>('/api/clusters/kv');
  const healthy = await eventually('kv is healthy', async () => {
    const now = await cluster();
    return now.verdict.level === 'healthy' && now.leader?.node != null ? now : null;
  });
  const leader = healthy.leader?.node ?? '';

  // The channel.
  await page.goto(`${product.url}/settings/notifications`);
  await page.getByRole('button', { name: 'Add a channel' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Name', { exact: true }).focus();
  await page.keyboard.type('hook');
  await page.keyboard.press('Tab');
  await page.keyboard.type(receiver.url);
  await page.keyboard.press('Tab');
  await page.keyboard.type('alertname="KvMemberGone"');
  await page.getByLabel('First wait').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('1s');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('2s');
  await page.getByRole('button', { name: 'Test', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Accepted with 200/)).toBeVisible();
  expect(receiver.got).toHaveLength(1);
  await page.getByRole('button', { name: 'Save', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-channel="hook"]')).toBeVisible();

  // The rule: reached by keys, written with completion.
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(page).toHaveURL(/\/rules/);
  await page.getByRole('link', { name: 'New rule' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Rule', exact: true }).focus();
  await page.keyboard.type('KvMemberGone');
  const editor = page.getByRole('textbox', { name: 'Expression' });
  await editor.focus();
  await page.keyboard.type('quorate_node_sta');
  await expect(page.getByRole('option', { name: /quorate_node_state/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(editor).toContainText('quorate_node_state');
  await page.keyboard.type('{state="down", node=~"kv-.*"');
  await page.keyboard.press('End'); // past the bracket that closed itself
  await page.keyboard.type(' == on');
  await expect(page.getByTestId('expr-error')).toContainText(/line 1, column \d+/);
  await expect(page.locator('.cm-lintRange-error, .cm-lintPoint-error')).toHaveCount(1);
  for (let i = 0; i < 2; i += 1) await page.keyboard.press('Backspace');
  await page.keyboard.type('1');
  await expect(page.getByTestId('expr-error')).toHaveCount(0);
  await expect(page.getByTestId('result-quiet').or(page.getByTestId('result-now'))).toBeVisible();
  await page.getByLabel('Severity').selectOption('critical');
  await page.getByLabel('Summary').fill('{{ $labels.node }} is gone');
  await page.keyboard.press('ControlOrMeta+s');
  await expect(page.getByTestId('diff')).toContainText('KvMemberGone');
  await page.getByRole('button', { name: 'Save', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('version 1', { exact: true })).toBeVisible();
  const { groups } = await product.get<RulesDto>('/api/rules');
  expect(groups.flatMap((group) => group.rules).some((rule) => rule.name === 'KvMemberGone')).toBe(true);

  // What was saved is a rule file that Prometheus takes.
  const saved = groups.flatMap((group) => group.rules).find((rule) => rule.name === 'KvMemberGone');
  const { yaml } = await product.get<{ yaml: string }>(`/api/rules/${saved?.id ?? ''}/yaml`);
  const file = path.join(product.dataDir, 'saved.rules.yml');
  await writeFile(file, yaml);
  if (existsSync('/usr/bin/promtool'))
    expect(execFileSync('/usr/bin/promtool', ['check', 'rules', file], { encoding: 'utf8' })).toContain(
      '1 rules found',
    );

  // The kill: fires, and is told.
  const killedAt = Date.now();
  await fetch(`${product.url}/api/demo/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'kill', node: leader }),
  });
  const firing = await eventually(
    'the webhook has the alert',
    async () =>
      receiver.got.find(({ body }) => body.status === 'firing' && body.alerts[0]?.labels.node === leader) ??
      null,
    60_000,
  );
  expect(firing.body.version).toBe('4');
  expect(firing.body.alerts[0]?.annotations.summary).toBe(`${leader} is gone`);
  expect(firing.body.alerts[0]?.endsAt).toBe('0001-01-01T00:00:00Z');
  expect(firing.body.alerts[0]?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  const { alerts } = await product.get<AlertsDto>('/api/alerts');
  expect(alerts.some((alert) => alert.rule === 'KvMemberGone' && alert.state === 'firing')).toBe(true);
  await expect(page.getByTestId('backtest')).toHaveAttribute('data-firing', 'true', { timeout: 30_000 });

  // Its page of alerts: the band stands beside the election.
  await page.goto(`${product.url}/alerts?range=1h`);
  await expect(page.getByText('KvMemberGone').first()).toBeVisible();
  const span = {
    from: new Date(killedAt - 60_000).toISOString(),
    to: new Date(Date.now() + 1000).toISOString(),
  };
  const { lanes } = await product.get<TimelineDto>(
    `/api/timeline?kinds=alert,role&from=${span.from}&to=${span.to}`,
  );
  const band = lanes.find(
    (lane) =>
      lane.kind === 'alert' && lane.segments.some((segment) => segment.detail.rule === 'KvMemberGone'),
  );
  expect(band?.segments.some((segment) => segment.value === 'firing')).toBe(true);
  await eventually(
    'another leader',
    async () => {
      const { events } = await product.get<EventsDto>('/api/events?kind=leader.elected&cluster=kv');
      return events.some((event) => Date.parse(event.at) >= killedAt);
    },
    60_000,
  );

  // The heal: resolves, and is told.
  await fetch(`${product.url}/api/demo/faults`, { method: 'DELETE' });
  const resolved = await eventually(
    'the webhook hears that it is over',
    async () =>
      receiver.got.find(({ body }) => body.status === 'resolved' && body.alerts[0]?.labels.node === leader) ??
      null,
    90_000,
  );
  expect(Date.parse(resolved.body.alerts[0]?.endsAt ?? '')).toBeGreaterThan(
    Date.parse(resolved.body.alerts[0]?.startsAt ?? ''),
  );
  await page.reload();
  await expect(page.getByText('KvMemberGone').first()).toBeVisible();
});
