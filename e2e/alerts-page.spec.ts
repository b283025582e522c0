import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { AlertsDto } from '#lib/api/schema-alerts.ts';
import type { ClusterDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

let product: Product;
test.beforeAll(async () => {
  product = await startProduct({ demo: true });
});
test.afterAll(async () => {
  expect(await product.stop()).toBe(0);
});

const alerts = async () => (await product.get<AlertsDto>('/api/alerts')).alerts;
const kv = () => product.get<ClusterDto>('/api/clusters/kv');
const kill = async (node: string): Promise<void> => {
  const response = await fetch(`${product.url}/api/demo/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'kill', node }),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
};
const healAll = () => fetch(`${product.url}/api/demo/faults`, { method: 'DELETE' });
const seriousOf = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target).join(' ')}`);
const row = (page: Page, name: string) =>
  page.getByTestId('alerts').locator('tr[data-row]', { hasText: name });

test('a leader dies: its alert fires on the list, by keyboard it is explained and opened, its band stands beside the election, and it resolves', async ({
  page,
}) => {
  await eventually('kv is healthy', async () => (await kv()).verdict.level === 'healthy', 60_000);
  const old = (await kv()).leader?.node ?? '';
  await page.goto(product.url);
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page).toHaveURL(`${product.url}/alerts`);
  await kill(old);
  const alert = row(page, 'NodeDown').filter({ hasText: old });
  await expect(alert).toHaveAttribute('data-state', 'firing', { timeout: 40_000 });
  await expect(alert).toContainText('critical');
  await expect(page.getByTestId('verdict')).toContainText('1 critical alert');
  await expect(page.getByRole('navigation').getByRole('link', { name: /^Alerts, \d+ fires?/ })).toBeVisible();

  await page.keyboard.press('/');
  await page.keyboard.type(`node="${old}" NodeDown`);
  await expect(page).toHaveURL(/q=node/);
  await expect(page.getByTestId('alerts').locator('tr[data-row]')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('j');
  await page.keyboard.press('e');
  await expect(page.getByTestId('explain')).not.toBeEmpty();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/alert=/);
  const detail = page.getByTestId('alert-detail').first();
  await expect(detail).toContainText('NodeDown');
  await expect(detail.getByTestId('transitions').locator('li').first()).toBeVisible();
  await expect(detail.getByRole('link', { name: 'Open the rule NodeDown' })).toHaveAttribute(
    'href',
    /^\/rules\/.+/,
  );
  expect(await seriousOf(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('alert-detail')).toHaveCount(0);

  const bands = page.getByTestId('bands');
  await expect(bands.locator('[data-lane] [data-band="firing"]').first()).toBeAttached({ timeout: 10_000 });
  await expect(bands.locator('[data-mark="leader.elected"]').first()).toBeAttached();
  await expect(bands.locator('[data-mark="fault.injected"]').first()).toBeAttached();
  await bands.focus();
  await page.keyboard.press('End');
  expect(await bands.getAttribute('aria-valuetext')).toContain('NodeDown');

  await page.goto(product.url);
  await expect(page.getByTestId('firing-kv')).toContainText('1');
  await page.getByTestId('firing-kv').getByRole('link').click();
  await expect(row(page, 'NodeDown')).toHaveCount(1);

  await healAll();
  await eventually(
    'it is resolved',
    async () => (await alerts()).every((each) => each.rule !== 'NodeDown'),
    60_000,
  );
  await page.goto(`${product.url}/alerts`);
  await expect(row(page, 'NodeDown')).toHaveCount(0);
  await expect(page.getByTestId('bands-table')).toContainText('NodeDown');
});

for (const [theme, width, lang] of [
  ['light', 1440, 'en'],
  ['dark', 1440, 'zh'],
  ['dark', 390, 'en'],
  ['light', 390, 'zh'],
] as const)
  test(`no serious finding, no sideways scroll: ${theme}, ${width} px, ${lang}`, async ({ browser }) => {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    await context.addCookies([
      { name: 'theme', value: theme, url: product.url },
      { name: 'lang', value: lang, url: product.url },
    ]);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    for (const path of [
      '/alerts',
      '/alerts?group=time&span=7d',
      `/alerts?at=${new Date(Date.now() - 1000).toISOString()}`,
    ]) {
      await page.goto(product.url + path);
      await expect(page.getByTestId('verdict')).not.toBeEmpty();
      await expect(page.getByTestId('bands')).toBeVisible();
      expect(await seriousOf(page), path).toEqual([]);
      expect(
        await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        ),
        path,
      ).toBe(0);
    }
    expect(errors).toEqual([]);
    await context.close();
  });
