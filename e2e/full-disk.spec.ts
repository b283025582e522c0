import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import type { ClustersDto, EventsDto, StatusDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

const isRoot = process.getuid?.() === 0;

/** A small file system of its own, where the machine lets us make one. */
const mountSmall = (folder: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

test('a full data folder is said on the page, watching goes on, and what waited is written when there is room', async ({
  page,
}) => {
  test.skip(!isRoot, 'a file system can only be mounted by root');
  const folder = await mkdtemp(path.join(tmpdir(), 'quorate-full-'));
  test.skip(!mountSmall(folder), 'this machine does not allow to mount a file system');
  let product: Product | null = null;
  try {
    product = await startProduct({ demo: true, dataDir: folder });
    const { url, get } = product;
    await eventually('healthy', async () => {
      const { clusters } = await get<ClustersDto>('/api/clusters');
      return clusters.length === 3 && clusters.every((cluster) => cluster.verdict.level === 'healthy');
    });
    const ballast = path.join(folder, 'ballast');
    await writeFile(ballast, Buffer.alloc(64 * 1024 * 1024)).catch(() => undefined);
    const status = await eventually('the disk is full', async () => {
      const now = await get<StatusDto>('/api/status');
      return now.disk.error === null ? null : now;
    });
    expect(status.disk.error).toMatch(/full|I\/O|disk/i);
    await page.goto(url);
    await expect(page.getByRole('main').getByRole('alert')).toContainText(/disk is .* behind/);
    await expect(page.getByTestId('leader-kv')).toContainText(/kv-\d/);
    const before = new Date().toISOString();
    await fetch(`${url}/api/demo/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'kill', node: 'web-1' }),
    });
    await eventually('the death is shown although nothing can be written', async () => {
      const { clusters } = await get<ClustersDto>('/api/clusters');
      return clusters.find((cluster) => cluster.id === 'services')?.summary.nodes.down === 1;
    });
    await rm(ballast);
    await eventually('the event that waited is stored', async () =>
      (await get<EventsDto>(`/api/events?from=${before}&kind=node.down`)).events.some(
        (event) => event.node === 'web-1',
      ),
    );
    await eventually(
      'the disk is well',
      async () => (await get<StatusDto>('/api/status')).disk.error === null,
    );
  } finally {
    await product?.stop();
    execFileSync('umount', ['-l', folder]);
    await rm(folder, { recursive: true, force: true });
  }
});
