import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';

import type { ClustersDto, NodesDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';
import { pushFleet } from './pushed-fleet.ts';
import type { PushedFleet } from './pushed-fleet.ts';

const NODES = 300;
const RACK = 25;
const SILENT_RACK = 7;

let product: Product;
let fleet: PushedFleet;
/** An instant at which the rack is down and nothing else happens. */
let settledAt = '';

const counts = async () => (await product.get<NodesDto>('/api/nodes?limit=1')).counts;
const verdict = async () => (await product.get<ClustersDto>('/api/clusters')).clusters[0]?.verdict;

test.beforeAll(async () => {
  product = await startProduct({
    config: 'heartbeats:\n  - name: edge\n    push: { interval: 1s }\ndetection: { max_silence: 8s }\n',
  });
  fleet = pushFleet(product, { nodes: NODES, perRack: RACK, racksPerZone: 6 });
  await eventually('all are up', async () => (await counts()).up === NODES, 120_000);
  await eventually('it is said', async () => (await verdict())?.sentence.code === 'verdict.nodes-up');
  fleet.silence(fleet.rack(SILENT_RACK));
  await eventually(
    'the rack is down, all others are up',
    async () => {
      const { down, up } = await counts();
      return down === RACK && up === NODES - RACK;
    },
    120_000,
  );
  await eventually('it is said', async () => (await verdict())?.sentence.code === 'verdict.place-gone');
  const { at } = await product.get<ClustersDto>('/api/clusters');
  // What is to be told of that instant must have been written.
  await eventually(
    'the past tells it',
    async () => (await product.get<NodesDto>(`/api/nodes?limit=1&at=${at}`)).counts.down === RACK,
  );
  settledAt = at;
});
test.afterAll(async () => {
  await fleet.stop();
  await product.stop();
});

const prefer = (page: Page, theme: string, lang = 'en') =>
  page.context().addCookies([
    { name: 'theme', value: theme, url: product.url },
    { name: 'lang', value: lang, url: product.url },
  ]);
const legend = (page: Page, look: string) => page.locator(`[data-look="${look}"] b`);
const worstRows = (page: Page) => page.getByTestId('worst').locator('tbody tr');
/** How many pixels of the map have exactly the colour of a design token. */
const pixelsOf = (page: Page, token: string): Promise<number> =>
  page.getByTestId('fleet-map').evaluate((canvas: HTMLCanvasElement, name) => {
    const hex = getComputedStyle(canvas).getPropertyValue(name).trim();
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    const { data = [] } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
    let found = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) found += 1;
    return found;
  }, token);

test('the sentence names the silent rack, the legend counts every node, the worst are listed and open', async ({
  page,
}) => {
  await page.goto(product.url);
  await expect(page.getByTestId('verdict')).toHaveText(
    /^Rack r07 has been silent since \d\d:\d\d:\d\d: all 25 nodes down\.$/,
  );
  await expect(page.locator('.lede')).toHaveText(
    'The other 11 racks of edge are quiet. No quorum is bound to this group.',
  );
  await expect(page.getByTestId('fleet-map')).toHaveAttribute('data-shapes', String(NODES));
  await expect(legend(page, 'phi-4')).toHaveText('25');
  await expect(legend(page, 'phi-3')).toHaveText('0');
  await expect
    .poll(async () => {
      const calm = await Promise.all(
        ['phi-0', 'phi-1', 'phi-2'].map((look) => legend(page, look).innerText()),
      );
      return calm.reduce((sum, text) => sum + Number(text), 0);
    })
    .toBe(NODES - RACK);
  await expect(worstRows(page)).toHaveCount(20);
  for (const row of await worstRows(page).all()) await expect(row).toHaveAttribute('data-node', /^e-07-/);
  await expect(worstRows(page).first()).toContainText('r07');
  await expect(worstRows(page).first()).toContainText(/\d\s(?:s|min)/);
  // Coloured by the worst of its place, the whole rack is down and eleven are not.
  await page.getByRole('button', { name: 'Worst of rack' }).click();
  await expect(legend(page, 'phi-4')).toHaveText('1');
  await page.getByRole('button', { name: 'State' }).click();
  await expect(legend(page, 'up')).toHaveText(String(NODES - RACK));
  await expect(page).toHaveURL(/colour=state/);
  await worstRows(page).first().hover(); // under the pointer they keep their order
  const first = await worstRows(page).first().getAttribute('data-node');
  await worstRows(page).first().click();
  await expect(page).toHaveURL(new RegExp(`/nodes/${first}`));
  await expect(page.locator('h1')).toContainText(`${first} counts as down`);
});

test('a hexagon is selected by pointer and arrow keys, stands at the same pixel, and Enter opens its node', async ({
  page,
}) => {
  await page.goto(product.url);
  const map = page.getByTestId('fleet-map');
  await expect(legend(page, 'phi-4')).toHaveText('25');
  await map.click({ position: { x: 10, y: 52 } });
  await expect(map).toHaveAttribute('data-selected', 'e-01-01');
  await expect(page.getByTestId('hexagon-note')).toContainText('e-01-01');
  await page.keyboard.press('ArrowRight');
  await expect(map).toHaveAttribute('data-selected', 'e-01-02');
  await page.reload();
  await expect(legend(page, 'phi-4')).toHaveText('25');
  await map.click({ position: { x: 10, y: 52 } });
  await expect(map).toHaveAttribute('data-selected', 'e-01-01');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/nodes\/e-01-01/);
});

test('the table has the same nodes in the order of the map', async ({ page }) => {
  await page.goto(`${product.url}/?view=table`);
  const rows = page.getByTestId('fleet-table').locator('tbody tr');
  await expect(rows).toHaveCount(100);
  await expect(rows.first()).toHaveAttribute('data-node', 'e-01-01');
  const next = page.getByRole('button', { name: 'Next' });
  await next.click();
  await next.click();
  await expect(rows.last()).toHaveAttribute('data-node', 'e-12-25');
  await expect(next).toBeDisabled();
  await page.getByRole('button', { name: 'Before' }).click();
  await expect(page.locator('[data-node="e-07-01"]').first()).toContainText('down');
});

test('the map of the topology page and its embed draw the same hexagons', async ({ page }) => {
  await page.goto(`${product.url}/topology?cluster=edge`);
  await expect(page.getByTestId('fleet-map')).toHaveAttribute('data-shapes', String(NODES));
  await page.getByTestId('fleet-map').click({ position: { x: 10, y: 52 } });
  await expect(page).toHaveURL(/node=e-01-01/);
  await expect(page.getByTestId('side-panel')).toContainText('e-01-01');
  await page.goto(`${product.url}/embed/topology?cluster=edge`);
  await expect(page.getByTestId('fleet-map')).toHaveAttribute('data-shapes', String(NODES));
  await expect(legend(page, 'phi-4')).toHaveText('25');
});

for (const theme of ['light', 'dark'])
  for (const width of [1440, 390])
    test(`${theme}, ${width}: no serious accessibility fault, no error, no sideways scroll`, async ({
      page,
    }) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await prefer(page, theme, theme === 'dark' ? 'zh' : 'en');
      await page.setViewportSize({ width, height: 900 });
      for (const address of [
        '/',
        '/?view=table',
        '/topology?cluster=edge',
        '/topology?cluster=edge&view=table',
      ]) {
        await page.goto(product.url + address);
        await expect(page.locator('[data-testid="fleet-map"], [data-testid="fleet-table"]')).toBeVisible();
        await expect(page.locator('.skeleton')).toHaveCount(0);
        if (address === '/') await page.getByTestId('fleet-map').click({ position: { x: 10, y: 52 } });
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(
          violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
          address,
        ).toEqual([]);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
      }
      expect(errors).toEqual([]);
    });

test('nothing on the page moves when its nodes arrive', async ({ page }) => {
  await page.addInitScript(() => {
    const moved: string[] = [];
    Reflect.set(globalThis, 'moved', moved);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        for (const { node } of Reflect.get(entry, 'sources') as { node: Node | null }[])
          if (node instanceof Element && node.closest('main') !== null)
            moved.push(node.outerHTML.slice(0, 200));
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(product.url);
  await expect(legend(page, 'phi-4')).toHaveText('25');
  await expect(worstRows(page)).toHaveCount(20);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'moved') as string[])).toEqual([]);
});

test('a past instant shows the rack as it was, in the past tense, after it came back', async ({ page }) => {
  fleet.wake();
  await eventually('all are up again', async () => (await counts()).up === NODES, 120_000);
  await page.goto(product.url);
  await expect(page.getByTestId('verdict')).toHaveText('All 300 nodes of edge are up.');
  await expect(legend(page, 'phi-4')).toHaveText('0');
  await expect.poll(() => pixelsOf(page, '--phi-4')).toBe(0);
  await page.goto(`${product.url}/?at=${settledAt}`);
  await expect(page.getByTestId('verdict')).toHaveText(
    /^Rack r07 had been silent since \d\d:\d\d:\d\d: all 25 nodes down\.$/,
  );
  await expect(legend(page, 'phi-4')).toHaveText('25');
  await expect(worstRows(page).first()).toHaveAttribute('data-node', /^e-07-/);
  await expect(worstRows(page).first()).toContainText(/\d\s(?:s|min)/);
  await expect.poll(() => pixelsOf(page, '--phi-4')).toBeGreaterThan(25 * 100);
});
