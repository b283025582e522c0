import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

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

const kv = () => product.get<ClusterDto>('/api/clusters/kv');
const healthy = () =>
  eventually('kv is healthy with five members up', async () => {
    const cluster = await kv();
    return cluster.verdict.level === 'healthy' && cluster.members.every((member) => member.state === 'up');
  });
const fault = async (body: object): Promise<void> => {
  const response = await fetch(`${product.url}/api/demo/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
};
const healAll = () => fetch(`${product.url}/api/demo/faults`, { method: 'DELETE' });
const seriousOf = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target).join(' ')}`);

test('the leader is killed: its bar ends, the next one’s begins, the ruler gains a term, who disagrees or is silent comes first', async ({
  page,
}) => {
  await healthy();
  const before = await kv();
  const old = before.leader?.node ?? '';
  await page.goto(`${product.url}/clusters/kv`);
  await expect(page.getByTestId('verdict')).toContainText(
    new RegExp(`^${old} leads term \\d+, backed by 5 of 5\\.`),
  );
  const lanes = page.getByTestId('role-lanes');
  await expect(lanes.locator(`[data-lane="${old}"] [data-claim="leader"]`)).toHaveCount(1);
  const terms = Number(await page.getByTestId('term-ruler').getAttribute('data-terms'));

  await fault({ kind: 'kill', node: old });
  await expect(page.getByTestId('verdict')).not.toContainText(`${old} leads`, { timeout: 10_000 });
  await expect(page.getByTestId('verdict')).toContainText(/kv-\d leads term \d+, backed by 4 of 5/, {
    timeout: 10_000,
  });
  await expect(page.getByTestId('verdict')).toContainText(`${old} says nothing`);
  const after = await kv();
  const leader = after.leader?.node ?? '';
  await expect(lanes.locator(`[data-lane="${leader}"] [data-claim="leader"]`).last()).toHaveAttribute(
    'data-term',
    after.leader?.term?.text ?? '',
    { timeout: 10_000 },
  );
  await expect
    .poll(async () => Number(await page.getByTestId('term-ruler').getAttribute('data-terms')))
    .toBeGreaterThan(terms);
  await expect(page.getByTestId('lede')).toContainText(`${old} led term ${before.leader?.term?.text ?? ''}`);
  await expect(page.getByTestId('lede')).toContainText('No two leaders shared a term.');
  await expect(lanes.locator('[data-note="down"]').last()).toBeAttached();

  const rows = page.getByTestId('statements').locator('tr[data-member]');
  await expect(rows).toHaveCount(5);
  await expect(rows.first()).toHaveAttribute('data-member', old);
  await expect(rows.first()).toContainText('not read');
  await expect(rows.nth(1)).toContainText('agrees');
  await expect(page.locator(`[data-log="${old}"]`)).toHaveAttribute('data-stopped', 'true');
  await expect(page.locator(`[data-log="${old}"]`)).toContainText(/stopped at \d/);

  await healAll();
  await healthy();
  await expect(page.getByTestId('verdict')).toContainText('backed by 5 of 5');
  await expect(page.locator(`[data-log="${old}"][data-stopped]`)).toHaveCount(0);
});

test('the cursor is moved and pinned by keyboard, and the lanes say what stood there', async ({ page }) => {
  await healthy();
  await page.goto(product.url);
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveURL(/\/clusters\/(kv|px)$/);
  await page.goto(`${product.url}/clusters/kv`);
  const lanes = page.getByTestId('role-lanes');
  await lanes.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByTestId('cursor')).toHaveAttribute('data-pinned', 'false');
  const first = await lanes.getAttribute('aria-valuetext');
  expect(first).toMatch(/kv-1 .*kv-5 /);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('cursor')).toHaveAttribute('data-pinned', 'true');
  await page.mouse.move(400, 300);
  await expect(page.getByTestId('cursor')).toHaveAttribute('data-pinned', 'true');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('cursor')).toHaveCount(0);

  await page.getByRole('button', { name: '1 h', exact: true }).press('Enter');
  await expect(page).toHaveURL(/span=1h/);
  await page.getByRole('button', { name: 'Table' }).press('Enter');
  await expect(page).toHaveURL(/view=table/);
  await expect(page.getByTestId('role-table').locator('tbody tr').first()).toBeVisible();
});

test('ballots, groups without consensus and clusters that do not exist', async ({ page }) => {
  await page.goto(`${product.url}/clusters/px`);
  await expect(page.getByTestId('verdict')).toContainText(/px-\d leads ballot \d/);
  await page.goto(`${product.url}/clusters/services`);
  await expect(page.getByTestId('verdict')).toHaveText(
    'services has no consensus: its nodes need not agree.',
  );
  await expect(page.getByRole('main')).toContainText('web-1');
  const answer = await page.goto(`${product.url}/clusters/nobody`);
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('main')).toContainText('No cluster is called nobody.');
  await page.getByRole('main').getByRole('link', { name: 'kv' }).click();
  await expect(page.getByTestId('verdict')).toContainText('leads');
});

test('a past instant is told in the past tense and its lanes end there', async ({ page }) => {
  await healthy();
  const at = new Date(Date.now() - 2000).toISOString();
  await page.goto(`${product.url}/clusters/kv?at=${at}`);
  await expect(page.getByTestId('verdict')).toContainText(/kv-\d led term \d+, backed by/);
  const lanes = page.getByTestId('role-lanes');
  await expect(lanes).toHaveAttribute('aria-valuemax', String(Math.round(Date.parse(at) / 1000)));
});

for (const [theme, width, lang] of [
  ['light', 1440, 'en'],
  ['dark', 1440, 'zh'],
  ['light', 390, 'zh'],
  ['dark', 390, 'en'],
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
    for (const path of ['/clusters/kv', '/clusters/kv?view=table', '/clusters/px', '/clusters/services']) {
      await page.goto(product.url + path);
      await expect(page.getByTestId('verdict')).not.toBeEmpty();
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
