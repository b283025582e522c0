import { expect, test } from '@playwright/test';

import type { AlertsDto } from '#lib/api/schema-alerts.ts';

import { eventually, startProduct } from './product.ts';

test('one exporter, one rule, one channel that nobody answers: every page says what is so', async ({
  page,
}) => {
  const product = await startProduct();
  const post = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${product.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.ok, await response.clone().text()).toBe(true);
  };
  const address = new URL(product.url).host;
  await post('/api/targets', { kind: 'exporter', address, scheme: 'http', path: '/metrics', name: 'own' });
  await page.goto(product.url);
  await expect(page.getByTestId('verdict')).toHaveText('No cluster is watched.');
  await expect(page.getByRole('main').locator('.skeleton')).toHaveCount(0);
  await page.goto(`${product.url}/topology`);
  await expect(page.getByRole('main').getByRole('heading')).toHaveText('No cluster is watched.');
  await page.goto(`${product.url}/settings`);
  await expect(page).toHaveURL(`${product.url}/settings/targets`);

  await post('/api/channels', {
    name: 'dead',
    kind: 'webhook',
    url: 'http://127.0.0.1:9/hook',
    matchers: ['alertname="Always"'],
    groupBy: ['alertname'],
    groupWaitMs: 0,
    groupIntervalMs: 300_000,
    repeatIntervalMs: 3_600_000,
    sendResolved: true,
  });
  await post('/api/rules', {
    group: 'own',
    kind: 'alert',
    name: 'Always',
    expr: 'vector(1)',
    forMs: 0,
    keepFiringForMs: 0,
    labels: { severity: 'critical' },
    annotations: {},
    enabled: true,
  });
  const told = async (at = '') => {
    const { at: now, alerts } = await product.get<AlertsDto>(`/api/alerts${at}`);
    return { now, notification: alerts.find(({ rule }) => rule === 'Always')?.notification };
  };
  await eventually('it was tried', async () => (await told()).notification?.error != null, 30_000);
  const { now } = await told();
  const { notification } = await told(`?at=${now}`);
  expect([notification?.state, notification?.receiver]).toEqual(['waiting', 'dead']);
  expect(notification?.error).toContain('ECONNREFUSED');

  await page.goto(`${product.url}/settings/notifications`);
  await expect(page.locator('tr[data-channel="dead"]')).toContainText('ECONNREFUSED');
  await page.goto(product.url);
  await expect(page.locator('[data-total="critical"]')).toContainText('1');
  expect(await product.stop()).toBe(0);
});
