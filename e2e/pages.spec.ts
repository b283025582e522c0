import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import { startProduct } from './product.ts';
import type { Product } from './product.ts';

let product: Product;
test.beforeAll(async () => {
  product = await startProduct({ demo: true });
});
test.afterAll(() => product.stop());

const PAGES = {
  overview: '/',
  map: '/topology?cluster=kv&node=kv-1',
  matrix: '/topology?cluster=kv&view=matrix',
  table: '/topology?cluster=kv&view=table',
  node: '/nodes/kv-1',
  nodes: '/nodes',
  targets: '/settings/targets',
  notifications: '/settings/notifications',
  consensus: '/clusters/kv',
  alerts: '/alerts',
  rules: '/rules',
  rule: '/rules/ready-NodeDown',
  'new rule': '/rules/new?from=ready-QuorumAtRisk',
} as const;

const prefer = (page: Page, theme: string, lang: string) =>
  page.context().addCookies([
    { name: 'theme', value: theme, url: product.url },
    { name: 'lang', value: lang, url: product.url },
  ]);
const seriousOf = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`);

for (const [theme, lang] of [
  ['light', 'en'],
  ['dark', 'zh'],
  ['dark', 'en'],
  ['light', 'zh'],
] as const)
  test(`${theme}, ${lang}: no page has a serious accessibility fault, an error in the console, or scrolls sideways when narrow`, async ({
    page,
  }) => {
    await prefer(page, theme, lang);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    for (const [name, path] of Object.entries(PAGES)) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(product.url + path);
      await expect(page.locator('h1')).not.toBeEmpty();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      expect(await seriousOf(page), name).toEqual([]);
      await page.setViewportSize({ width: 360, height: 780 });
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), { message: name })
        .toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(product.url);
    await page.keyboard.press('f');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expect(page.getByRole('dialog').locator('tbody tr')).toHaveCount(10);
    expect(await seriousOf(page), 'fault drawer').toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await seriousOf(page), 'help').toEqual([]);
    expect(errors).toEqual([]);
  });

test('theme and language are kept over a reload, and the keyboard goes to every page', async ({ page }) => {
  await page.goto(product.url);
  await page.getByRole('button', { name: 'Theme' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: /Language/ }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByTestId('verdict')).toContainText('集群');
  for (const [key, path] of [
    ['t', '/topology'],
    ['n', '/nodes'],
    ['c', '/clusters'],
    ['a', '/alerts'],
    ['l', '/rules'],
    ['s', '/settings/targets'],
    ['o', '/'],
  ] as const) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await expect(page).toHaveURL(product.url + path);
  }
});

test('a telephone has five places at the bottom; the last one leads to the rest', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(product.url);
  const bar = page.getByRole('navigation', { name: 'Pages' });
  await expect(bar.getByRole('link')).toHaveCount(4);
  await bar.getByRole('button', { name: 'More' }).click();
  const more = page.getByRole('dialog', { name: 'More' });
  await more.getByRole('button', { name: 'Theme' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await seriousOf(page)).toEqual([]);
  await more.getByRole('link', { name: 'Rules' }).click();
  await expect(page).toHaveURL(`${product.url}/rules`);
  await expect(more).toBeHidden();
  await expect(bar.getByRole('button', { name: 'More' })).toHaveAttribute('aria-current', 'true');
});

test('no page and no handler is frozen at build time: two reads differ', async ({ page }) => {
  const instants = new Set<string>();
  for (const path of [
    '/api/status',
    '/api/clusters',
    '/api/nodes',
    '/api/clusters/kv',
    '/api/nodes/kv-1',
    '/api/heartbeat-targets',
  ])
    for (let read = 0; read < 2; read += 1) {
      instants.add(`${path} ${(await product.get<{ at: string }>(path)).at}`);
      await page.waitForTimeout(20);
    }
  expect(instants.size).toBe(12);
  const html = async (path: string) => (await fetch(product.url + path)).text();
  for (const path of ['/', '/topology', '/nodes', '/settings/targets', '/nodes/kv-1']) {
    const first = await html(path);
    await page.waitForTimeout(50);
    expect(first, path).toContain('"at\\":\\"2');
    expect(await html(path), path).not.toBe(first);
  }
});

test('foreign hosts and foreign pages change nothing', async () => {
  const foreign = await fetch(`${product.url}/api/demo/faults`, {
    method: 'DELETE',
    headers: { origin: 'http://evil.example' },
  });
  expect(foreign.status).toBe(403);
  expect(((await foreign.json()) as { code: string }).code).toBe('foreign-origin');
  expect((await fetch(`${product.url}/api/demo/faults`, { method: 'DELETE' })).ok).toBe(true);
});

test('a node that does not exist is said to be missing, and the rest of the page stays', async ({ page }) => {
  await page.goto(`${product.url}/nodes/nobody`);
  await expect(page.getByRole('main').getByRole('alert')).toContainText('no node is called "nobody"');
  await expect(page.getByTestId('picture-age')).toBeVisible();
});

test('SIGTERM with open streams ends within three seconds and leaves no process behind', async () => {
  const own = await startProduct({ demo: true });
  const streams = Array.from({ length: 5 }, () => fetch(`${own.url}/api/stream?scope=overview`));
  await Promise.all(streams);
  const demo = await own.get<{ groups: { members: { pid: number }[] }[]; services: { pid: number }[] }>(
    '/api/demo',
  );
  const pids = [...demo.groups.flatMap((group) => group.members), ...demo.services].map(
    (member) => member.pid,
  );
  const began = performance.now();
  expect(await own.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(3000);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
});
