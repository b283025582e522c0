import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';

import type { WatchedTargetsDto } from '#lib/api/schema-settings.ts';
import type { TargetsDto } from '#lib/api/schema.ts';

import { eventually, freePort, startProduct } from './product.ts';
import type { Product } from './product.ts';

/** What a test started goes with it, also when it fails. */
const endings: (() => Promise<unknown>)[] = [];
test.afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const isMissing = (command: string): boolean => spawnSync(command, ['--version']).error !== undefined;

test('without a configuration the first page offers three doors, and the sample cluster is one press away', async ({
  page,
}) => {
  const product = await startProduct();
  endings.push(() => product.stop());
  await page.goto(product.url);
  await expect(page.locator('h1')).toContainText('Nothing is watched yet');
  await expect(page.getByRole('heading', { level: 2 })).toHaveText([
    'Watch an address',
    'Bring a Prometheus',
    'Run the sample cluster',
  ]);
  await page.getByText('Write a quorate.yml').click();
  await expect(page.getByRole('textbox', { name: 'quorate.yml' })).toHaveValue(/clusters:/);
  await page.setViewportSize({ width: 360, height: 780 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Start the sample' }).click();
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.getByTestId('leader-kv')).toContainText(/kv-\d.*term \d/, { timeout: 30_000 });
  await expect(page.getByTestId('leader-px')).toContainText(/px-\d.*ballot \d/);
  expect(await product.stop()).toBe(0);
});

/** An exporter, and a Prometheus that scrapes it and itself. */
const startPrometheus = async () => {
  const exporter = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end('load 3\n');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => exporter.once('listening', resolve));
  const exported = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
  const folder = await mkdtemp(path.join(tmpdir(), 'prometheus-'));
  const address = `127.0.0.1:${await freePort()}`;
  const job = (name: string, target: string, more = '') =>
    `  - job_name: ${name}\n    static_configs: [{ targets: ["${target}"]${more} }]\n`;
  await writeFile(
    path.join(folder, 'prometheus.yml'),
    `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n${job('self', address)}${job('web', exported, ', labels: { zone: a }')}`,
  );
  const child = spawn(
    'prometheus',
    [
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: 'ignore' },
  );
  const gone = new Promise((resolve) => child.once('exit', resolve));
  endings.push(async () => {
    child.kill('SIGTERM');
    await gone;
    exporter.closeAllConnections();
    exporter.close();
    await rm(folder, { recursive: true, force: true });
  });
  await eventually('Prometheus is ready', async () => (await fetch(`http://${address}/-/ready`)).ok);
  await eventually('it knows its targets', async () => {
    const answer = (await (await fetch(`http://${address}/api/v1/targets`)).json()) as TargetsDto;
    return answer.data.activeTargets.length === 2;
  });
  return { address, exported };
};

const scrapedBy = async (product: Product): Promise<string[]> =>
  (await product.get<TargetsDto>('/api/v1/targets')).data.activeTargets
    .map(({ labels, health }) => `${labels.job} ${labels.instance} ${labels.zone ?? '-'} ${health}`)
    .sort();

test('a running Prometheus is brought by its address: what it scrapes is scraped, kept over a restart, and removed', async ({
  page,
}) => {
  test.skip(isMissing('prometheus'), 'no prometheus on this machine');
  const prometheus = await startPrometheus();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'quorate-'));
  let product = await startProduct({ dataDir });
  endings.push(async () => {
    await product.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  const port = Number(new URL(product.url).port);
  await page.goto(product.url);
  const field = page.getByRole('textbox', { name: 'Prometheus URL' });
  await field.fill(prometheus.exported);
  await expect(
    page.getByText(`Something answers at ${prometheus.exported}, but no Prometheus.`),
  ).toBeVisible();
  await field.fill(`http://${prometheus.address}/graph`);
  await expect(page.getByText(/Prometheus \d+\.\d+.*2 targets/)).toBeVisible();
  await expect(page.getByTestId('scraped')).toContainText(prometheus.exported);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  await page.getByRole('textbox', { name: 'Name of the cluster or job' }).fill('prom');
  await page.getByRole('button', { name: 'Watch prom' }).press('Enter');
  await expect(page).toHaveURL(/\/settings\/targets$/);
  await expect(page.locator(`[data-own-target="${prometheus.address}"]`)).toContainText('2 targets');
  const both = [`self ${prometheus.address} - up`, `web ${prometheus.exported} a up`];
  await eventually(
    'both are scraped under the labels they have there',
    async () => (await scrapedBy(product)).join() === both.join(),
  );

  await page.goto('about:blank');
  await product.stop('SIGKILL');
  product = await startProduct({ dataDir, port });
  await eventually(
    'both are scraped after the restart',
    async () => (await scrapedBy(product)).join() === both.join(),
  );
  await page.goto(`${product.url}/settings/targets`);
  await page.getByRole('textbox', { name: 'Address' }).fill(prometheus.address);
  await expect(page.getByRole('radio', { name: /Prometheus, what it scrapes/ })).toBeChecked();
  await page.getByRole('button', { name: `Remove ${prometheus.address} of prom` }).click();
  await eventually('nothing is scraped', async () => (await scrapedBy(product)).length === 0);
  expect((await product.get<WatchedTargetsDto>('/api/targets')).targets).toEqual([]);
});
