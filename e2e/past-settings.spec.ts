import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';

import type { ChannelDto, ChannelsDto } from '#lib/api/schema-alerts.ts';
import type { WatchedTargetsDto } from '#lib/api/schema-settings.ts';
import type { TargetsDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

let product: Product;
let exporter: Server;
let address: string;
test.beforeAll(async () => {
  exporter = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end('load 3\n');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => exporter.once('listening', resolve));
  address = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
  product = await startProduct({
    config: `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs: [{ job_name: web, static_configs: [{ targets: ["${address}", "127.0.0.1:1"] }] }]
heartbeats: [{ name: beat, interval: 1s, pull: { path: / }, static_configs: [{ targets: ["${address}"] }] }]
notify:
  route: { receiver: ops, group_wait: 0s }
  receivers: [{ name: ops, webhook_configs: [{ url: "http://${address}/hook" }] }]
`,
  });
});
test.afterAll(async () => {
  await product.stop();
  exporter.closeAllConnections();
  exporter.close();
});

const post = async <T>(path: string, body: object): Promise<T> => {
  const response = await fetch(product.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
  return (await response.json()) as T; // the caller names the DTO of the path
};
const remove = async (path: string): Promise<void> => {
  const response = await fetch(product.url + path, { method: 'DELETE', headers: { 'if-match': '*' } });
  expect(response.ok).toBe(true);
};
const healthOf = async (instant: string, instance: string) =>
  (await product.get<TargetsDto>(`/api/v1/targets?at=${instant}`)).data.activeTargets.find(
    ({ labels }) => labels.instance === instance,
  )?.health;

test('settings of a past instant are those of then: what was removed since is there, nothing acts on the world', async ({
  page,
}) => {
  const own = await post<{ id: string }>('/api/targets', {
    kind: 'exporter',
    address,
    scheme: 'http',
    path: '/metrics',
    name: 'added',
  });
  const channel = await post<ChannelDto>('/api/channels', { name: 'pager', url: `http://${address}/pager` });
  const instant = await eventually('the targets of a past instant', async () => {
    const at = new Date().toISOString();
    const { activeTargets } = (await product.get<TargetsDto>(`/api/v1/targets?at=${at}`)).data;
    const isTold = activeTargets.some((target) => target.lastError.includes('ECONNREFUSED'));
    const told = (await product.get<ChannelsDto>(`/api/channels?at=${at}`)).channels.find(
      ({ name }) => name === 'ops',
    );
    const isUp = activeTargets.filter(({ health }) => health === 'up').length === 2;
    return isTold && isUp && told !== undefined ? at : null;
  });
  await remove(`/api/targets/${own.id}`);
  await remove(`/api/channels/${channel.id}`);
  expect((await product.get<WatchedTargetsDto>('/api/targets')).targets).toEqual([]);

  await page.goto(`${product.url}/settings?at=${instant}`);
  await expect(page).toHaveURL(/\/settings\/targets\?at=/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^\d of 4 targets answered\.$/);
  await expect(page.locator(`[data-own-target="${address}"]`)).toContainText('added');
  await expect(page.locator('[data-target="http://127.0.0.1:1/metrics"]')).toContainText('down');
  await expect(page.getByText(/ECONNREFUSED/)).toBeVisible();
  await expect(page.getByRole('textbox')).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);
  await expect(page.getByText('is not kept')).toBeVisible();
  expect(await healthOf(instant, address)).toBe('up');

  await page.getByRole('link', { name: 'Notifications' }).click();
  await expect(page).toHaveURL(/\/settings\/notifications\?at=/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Alerts were told to 2 channels.');
  await expect(page.locator('[data-channel="pager"]')).toContainText('none by then');
  await expect(page.locator('[data-channel="ops"]')).toContainText('from the file');
  await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);

  await page.keyboard.press('.');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Alerts are told to 1 channel.');
  await expect(page.locator('[data-channel="pager"]')).toHaveCount(0);
});

for (const [theme, lang] of [
  ['light', 'en'],
  ['dark', 'zh'],
] as const)
  test(`${theme}, ${lang}: past settings have no serious accessibility fault and fit a narrow screen`, async ({
    page,
  }) => {
    await page.context().addCookies([
      { name: 'theme', value: theme, url: product.url },
      { name: 'lang', value: lang, url: product.url },
    ]);
    const instant = new Date().toISOString();
    for (const path of ['targets', 'notifications']) {
      await page.setViewportSize({ width: 360, height: 780 });
      await page.goto(`${product.url}/settings/${path}?at=${instant}`);
      await expect(page.locator('.skeleton')).toHaveCount(0);
      if (lang === 'zh') await expect(page.locator('h1')).toContainText('当时');
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    }
  });
