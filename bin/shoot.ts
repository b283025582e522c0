import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { chromium } from '@playwright/test';

import type { ClusterDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from '../e2e/product.ts';
import { pushFleet } from '../e2e/pushed-fleet.ts';

/**
 * Screenshots of every page, or of those named, in every theme and width, with one member down and one link cut; into the
 * folder given: `node bin/shoot.ts DIR [PAGE …]`.
 */
const [folder = 'docs/screenshots/all', ...wanted] = process.argv.slice(2);
const out = path.resolve(folder);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const PAGES = {
  overview: '/',
  topology: '/topology?cluster=kv&node=',
  matrix: '/topology?cluster=kv&view=matrix',
  table: '/topology?cluster=kv&view=table',
  node: '/nodes/',
  nodes: '/nodes',
  targets: '/settings/targets',
  notifications: '/settings/notifications',
  consensus: '/clusters/kv',
  alerts: '/alerts',
  rules: '/rules',
  rule: '/rules/ready-NodeDown',
  'rule-new': '/rules/new?from=ready-QuorumAtRisk',
  embed: '/embed/cluster?cluster=kv',
} as const;

const empty = await startProduct();
const product = await startProduct({ demo: true });
/** A thousand nodes, one rack of which falls silent node by node. */
const startLarge = async () => {
  const monitor = await startProduct({
    config: 'heartbeats:\n  - name: edge-fleet\n    push: { interval: 1s }\n',
  });
  const fleet = pushFleet(monitor, { nodes: 1000, perRack: 25, racksPerZone: 10 });
  return { product: monitor, fleet };
};
const large = isWanted('fleet') ? await startLarge() : null;
const browser = await chromium.launch({
  executablePath: process.env.PLAYWRIGHT_CHROMIUM_PATH ?? '/usr/bin/chromium',
});
try {
  await mkdir(out, { recursive: true });
  const cluster = await eventually('kv is healthy', async () => {
    const now = await product.get<ClusterDto>('/api/clusters/kv');
    return now.verdict.level === 'healthy' ? now : null;
  });
  await new Promise((resolve) => setTimeout(resolve, 60_000)); // something to show on the charts
  const others = cluster.members.map((member) => member.node).filter((node) => node !== cluster.leader?.node);
  const [a = '', b = '', c = ''] = others;
  const fault = (body: object) =>
    fetch(`${product.url}/api/demo/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await fault({ kind: 'kill', node: a });
  await fault({ kind: 'partition', node: b, peer: c, direction: 'to' });
  await eventually(
    'the cut is seen',
    async () => (await product.get<ClusterDto>('/api/clusters/kv')).cuts.length === 1,
  );
  for (const node of large?.fleet.rack(27).slice(0, 14) ?? []) {
    large?.fleet.silence([node]);
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  for (const theme of ['light', 'dark'])
    for (const [width, lang] of [
      [1440, 'en'],
      [390, 'en'],
      [1440, 'zh'],
    ] as const) {
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      const page = await context.newPage();
      const shoot = async (base: string, name: string, at: string): Promise<void> => {
        await context.addCookies([
          { name: 'theme', value: theme, url: base },
          { name: 'lang', value: lang, url: base },
        ]);
        await page.goto(base + at);
        await page.waitForTimeout(1500);
        await page.screenshot({
          path: path.join(out, `${name}-${theme}-${width}${lang === 'en' ? '' : `-${lang}`}.png`),
        });
      };
      for (const [name, at] of Object.entries(PAGES))
        if (isWanted(name))
          await shoot(product.url, name, at.endsWith('=') || at.endsWith('nodes/') ? at + c : at);
      if (isWanted('faults')) {
        await page.goto(product.url);
        await page.keyboard.press('f');
        await page.waitForTimeout(1500);
        await page.screenshot({
          path: path.join(out, `faults-${theme}-${width}${lang === 'en' ? '' : `-${lang}`}.png`),
        });
      }
      if (isWanted('start')) await shoot(empty.url, 'start', '/');
      if (large !== null) await shoot(large.product.url, 'fleet', '/');
      await context.close();
    }
} finally {
  await browser.close();
  await large?.fleet.stop();
  await Promise.all([product.stop(), empty.stop(), large?.product.stop()]);
}
