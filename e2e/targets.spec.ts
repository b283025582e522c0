import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import type { ClustersDto, NodesDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';

/** A node that answers health checks and metrics. */
const startNode = async (): Promise<{ server: Server; address: string }> => {
  const server = createServer((request, response) => {
    if (request.url === '/metrics') response.end('load 3\n');
    else response.writeHead(request.url === '/healthz' ? 200 : 404).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
};

test('by keyboard: an address is pasted on the first page, recognised, watched, kept over a restart, and removed', async ({
  page,
}) => {
  const { server, address } = await startNode();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'quorate-'));
  let product = await startProduct({ dataDir });
  const port = Number(new URL(product.url).port);
  await page.goto(product.url);
  await expect(page.getByRole('textbox', { name: 'Address' })).toBeFocused();
  await page.keyboard.type(address);
  await expect(page.getByRole('radio', { name: /metrics, every 15 s.*1 samples/ })).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: /heartbeat, every second/ })).toBeChecked();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('web');
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toContainText(/web|agree|up/i, { timeout: 20_000 });
  await eventually('the node is up', async () => {
    const { nodes } = await product.get<NodesDto>('/api/nodes');
    return nodes.some((node) => node.id === address && node.state === 'up') ? true : null;
  });
  await page.goto('about:blank');
  await product.stop('SIGKILL');
  product = await startProduct({ dataDir, port });
  await eventually('it is watched after the restart', async () => {
    const { clusters } = await product.get<ClustersDto>('/api/clusters');
    return clusters.some((cluster) => cluster.id === 'web') ? true : null;
  });
  await page.goto(`${product.url}/settings/targets`);
  await page.getByRole('button', { name: `Remove ${address} of web` }).press('Enter');
  await expect(page.locator(`[data-own-target="${address}"]`)).toHaveCount(0);
  await eventually('nothing is watched', async () =>
    (await product.get<NodesDto>('/api/nodes')).nodes.length === 0 ? true : null,
  );
  await product.stop();
  server.closeAllConnections();
  server.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('an address where nothing answers, and one that must not be asked, are said on the form', async ({
  page,
}) => {
  const product = await startProduct();
  await page.goto(`${product.url}/settings/targets`);
  const field = page.getByRole('textbox', { name: 'Address' });
  await field.fill('127.0.0.1:1');
  await expect(page.getByText('Nothing answers at 127.0.0.1:1.')).toBeVisible();
  await field.fill('http://169.254.169.254/latest/meta-data');
  await expect(page.getByText(/link-local and metadata addresses are not asked/)).toBeVisible();
  await field.fill('two words');
  await expect(page.getByText(/is no address; write host:port/)).toBeVisible();
  await product.stop();
});
