import { existsSync, globSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Frame, Page } from '@playwright/test';
import puppeteer from 'puppeteer-core';

import type { NodesDto } from '#lib/api/schema.ts';

import { embedAddress, hostPage, KINDS, PANEL_NAMES, PANELS, startHost } from './frames.ts';
import type { Kind } from './frames.ts';
import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';
import { startDoor } from './servers.ts';

const root = path.join(import.meta.dirname, '..');
const FIREFOX = '/usr/bin/firefox-esr';
const ALL_KINDS = Object.keys(KINDS) as Kind[];

const allowing = (origins: readonly string[]): string =>
  `embed: { allowed_origins: ${JSON.stringify(origins)} }\n`;

let product: Product;
let allowed: Awaited<ReturnType<typeof startHost>>;
let foreign: Awaited<ReturnType<typeof startHost>>;
test.beforeAll(async () => {
  allowed = await startHost();
  foreign = await startHost();
  const { sameSite, crossSite } = allowed.site;
  product = await startProduct({ demo: true, config: allowing([sameSite, crossSite]) });
  allowed.fill(product.url);
  foreign.fill(product.url);
  await eventually('every node was measured', async () => {
    const { nodes } = await product.get<NodesDto>('/api/nodes');
    return nodes.length === 10 && nodes.every((node) => node.fused !== null);
  });
});
test.afterAll(async () => {
  await product.stop();
  await Promise.all([allowed.site.close(), foreign.site.close()]);
});

const framesOf = (page: Page): Frame[] => page.frames().filter((frame) => frame !== page.mainFrame());
const panelFrame = (page: Page, panel: string): Frame | undefined =>
  framesOf(page).find((frame) => new URL(frame.url()).pathname === `/embed/${panel}`);
/** What Chromium shows in place of a page that may not be framed. */
const isRefused = (frame: Frame): boolean => frame.url().startsWith('chrome-error://');

const framedBy = async (page: Page, address: string, frames: number): Promise<void> => {
  await page.goto(address);
  await expect.poll(() => framesOf(page).length).toBe(frames);
};

for (const kind of ALL_KINDS) {
  test(`Chromium, ${kind}: all panels render inside an allowed page and read their data`, async ({
    page,
  }) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await framedBy(page, allowed.page(kind), PANEL_NAMES.length);
    for (const panel of PANEL_NAMES) {
      await expect.poll(() => panelFrame(page, panel) !== undefined, { message: panel }).toBe(true);
      const frame = panelFrame(page, panel);
      await frame?.locator('[data-testid="panel"]').scrollIntoViewIfNeeded();
      await expect(frame!.locator(PANELS[panel]!.shows).first(), panel).toBeAttached();
      await expect(frame!.getByTestId('sentence'), panel).not.toBeEmpty();
      await expect(frame!.getByTestId('picture-age'), panel).toHaveText(/ old$/);
    }
    expect(errors).toEqual([]);
    expect(await page.context().cookies()).toEqual([]);
  });

  test(`Chromium, ${kind}: no panel renders inside a page that is not allowed`, async ({ page }) => {
    await framedBy(page, foreign.page(kind), PANEL_NAMES.length);
    await expect.poll(() => framesOf(page).every(isRefused)).toBe(true);
    for (const frame of framesOf(page)) await expect(frame.getByTestId('panel')).toHaveCount(0);
  });
}

test('Firefox: all panels render in every kind of frame of an allowed page, and in none of another', async () => {
  test.skip(!existsSync(FIREFOX), `${FIREFOX} is not installed`);
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: FIREFOX });
  try {
    const page = await browser.newPage();
    const inFrames = <T>(look: () => T): Promise<(T | null)[]> =>
      Promise.all(
        page
          .frames()
          .filter((frame) => frame !== page.mainFrame())
          .map((frame) => frame.evaluate(look).catch(() => null)),
      );
    for (const kind of ALL_KINDS) {
      await page.goto(allowed.page(kind));
      const shown = `[data-testid=panel]`;
      for (const panel of PANEL_NAMES)
        await eventually(`${kind}: ${panel} renders`, async () => {
          const frame = page.frames().find((each) => each.url().includes(`/embed/${panel}?`));
          await (await frame?.$(shown))?.evaluate((element) => element.scrollIntoView());
          return frame?.evaluate(
            (shows) =>
              document.querySelector(shows) !== null &&
              (document.querySelector('[data-testid=picture-age]')?.textContent ?? '').endsWith(' old'),
            PANELS[panel]?.shows ?? '',
          );
        });
      await page.goto(foreign.page(kind));
      await eventually(`${kind}: every frame is refused`, async () => {
        const frames = page.frames().filter((frame) => frame !== page.mainFrame());
        return (
          frames.length === PANEL_NAMES.length && frames.every((frame) => !frame.url().startsWith('http'))
        );
      });
      const panels = await inFrames(() => document.querySelectorAll('[data-testid=panel]').length);
      expect(
        panels.every((count) => count === null || count === 0),
        kind,
      ).toBe(true);
    }
  } finally {
    await browser.close();
  }
});

/** An address for every page and handler that the product has. */
const addresses = (): string[] => {
  const names: Readonly<Record<string, string>> = {
    cluster: 'kv',
    node: 'kv-1',
    panel: 'cluster',
    name: 'job',
    fault: '1',
    '...missing': 'nowhere/at/all',
  };
  const files = globSync(['app/**/page.tsx', 'app/**/route.ts'], { cwd: root });
  return files.map((file) =>
    `/${path.dirname(file).slice('app/'.length)}`
      .replaceAll(/\/\([^)]*\)/g, '')
      .replaceAll(/\[([^\]]+)\]/g, (_whole, name: string) => names[name] ?? '1')
      .replace(/^\/\.$/, '/'),
  );
};

test('no address outside the pages of embeds can be framed by anybody', async ({ page }) => {
  const all = [
    ...new Set(addresses()),
    '/embed',
    '/embed/cluster/more',
    '/api/heartbeats/kv-1/more',
    '/api/heartbeatsmore',
    '/_next/static/nothing',
  ];
  expect(all.length).toBeGreaterThan(25);
  expect(all).toContain('/embed/cluster');
  for (const address of all.filter((each) => each !== '/embed/cluster')) {
    const stopped = new AbortController();
    const { headers } = await fetch(`${product.url}${address === '' ? '/' : address}`, {
      signal: stopped.signal,
      redirect: 'manual',
    });
    stopped.abort();
    expect(headers.get('x-frame-options'), address).toBe('DENY');
    expect(headers.get('content-security-policy'), address).toContain("frame-ancestors 'none'");
  }
  const pages = ['/', '/topology', '/nodes', '/nodes/kv-1', '/settings/targets', '/nowhere', '/embed'];
  allowed.site.put(
    '/pages',
    hostPage(
      pages.map((address) => product.url + address),
      null,
    ),
  );
  for (const origin of [allowed.site.sameSite, allowed.site.crossSite]) {
    await framedBy(page, `${origin}/pages`, pages.length);
    await expect.poll(() => framesOf(page).every(isRefused)).toBe(true);
  }
});

test('an embed reads and sets no cookie, touches no storage, and opens no stream', async ({ page }) => {
  for (const panel of PANEL_NAMES)
    for (const address of [embedAddress(panel), `/embed/${panel}/data?${PANELS[panel]?.query ?? ''}`]) {
      const response = await fetch(product.url + address, {
        headers: { cookie: 'theme=dark; lang=zh', 'accept-language': 'en' },
      });
      expect(response.ok, address).toBe(true);
      expect(response.headers.get('set-cookie'), address).toBeNull();
      const text = await response.text();
      expect(text, address).not.toContain('data-theme="dark"');
      expect(text, address).not.toContain('zh-CN');
    }
  const asked: string[] = [];
  page.context().on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.context().addCookies([{ name: 'theme', value: 'dark', url: product.url }]);
  await framedBy(page, allowed.page('same site'), PANEL_NAMES.length);
  await expect(panelFrame(page, 'cluster')!.getByTestId('picture-age')).toHaveText(/ old$/);
  const kept = await panelFrame(page, 'cluster')!.evaluate(() => [
    document.querySelector('main')?.dataset.theme,
    localStorage.length + sessionStorage.length,
  ]);
  expect(kept).toEqual(['light', 0]);
  expect(asked.filter((address) => address === '/api/stream' || address === '/live-worker.js')).toEqual([]);
});

test('the data of embeds may be read by allowed and sandboxed pages, by no other, and never with credentials', async () => {
  const read = (origin: string | null, method = 'GET') =>
    fetch(`${product.url}/embed/cluster/data?cluster=kv`, {
      method,
      headers: origin === null ? {} : { origin },
    });
  for (const origin of [null, 'null', allowed.site.sameSite, allowed.site.crossSite]) {
    const response = await read(origin);
    expect(response.status, String(origin)).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  }
  const refused = await read(foreign.site.crossSite);
  expect(refused.status).toBe(403);
  expect(((await refused.json()) as { code: string }).code).toBe('foreign-origin');
  const asked = await read(allowed.site.crossSite, 'OPTIONS');
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe('*');
  const other = await fetch(`${product.url}/api/clusters`, { headers: { origin: allowed.site.crossSite } });
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
});

test('what cannot be shown is one sentence in the same frame, in the language that was asked for', async ({
  page,
}) => {
  for (const [address, sentence] of [
    ['/embed/cluster?cluster=nobody&lang=en', 'No cluster is called “nobody”.'],
    ['/embed/cluster?lang=en', 'Say which cluster to show'],
    ['/embed/suspicion?node=nobody&lang=zh', '没有名为“nobody”的节点'],
    ['/embed/chart?lang=en', 'Say what to draw'],
    ['/embed/chart?query=sum(&lang=en', 'The expression cannot be read.'],
    ['/embed/overview?range=soon&lang=en', 'range=“soon” cannot be used'],
    ['/embed/overview?refresh=1s&lang=zh', 'refresh=“1s” 无法使用'],
    ['/embed/overview?at=yesterday&lang=en', 'at=“yesterday” cannot be used'],
    ['/embed/weather?lang=en', 'No panel is called “weather”'],
  ] as const) {
    await page.goto(product.url + address);
    await expect(page.getByTestId('panel'), address).toHaveCount(1);
    await expect(page.getByTestId('sentence'), address).toContainText(sentence);
  }
});

test('a panel of a past instant says which, and asks no more', async ({ page }) => {
  const at = new Date().toISOString();
  await page.goto(`${product.url}${embedAddress('cluster', `at=${at}`)}`);
  await expect(page.getByTestId('picture-age')).toContainText('as of');
  await expect(page.getByTestId('sentence')).toContainText('kv could agree');
});

test('when the last allowed origin goes, panels are refused from then on', async ({ page }) => {
  const own = await startProduct({ demo: true, config: allowing([allowed.site.sameSite]) });
  try {
    allowed.site.put('/one', hostPage([`${own.url}/embed/overview?lang=en`], null));
    await framedBy(page, `${allowed.site.sameSite}/one`, 1);
    await expect(framesOf(page)[0]!.getByTestId('sentence')).not.toBeEmpty();
    await writeFile(path.join(own.dataDir, 'quorate.yml'), allowing([]));
    expect((await fetch(`${own.url}/-/reload`, { method: 'POST' })).ok).toBe(true);
    await framedBy(page, `${allowed.site.sameSite}/one`, 1);
    await expect.poll(() => framesOf(page).every(isRefused)).toBe(true);
    const data = `${own.url}/embed/overview/data`;
    expect((await fetch(data, { headers: { origin: 'null' } })).status).toBe(403);
    expect((await fetch(data, { headers: { origin: allowed.site.sameSite } })).status).toBe(403);
    expect((await fetch(data)).status).toBe(200);
  } finally {
    await own.stop();
  }
});

test('a page with eight embeds and eight open tabs stays live over one stream', async ({ browser }) => {
  const door = await startDoor(product.url);
  const context = await browser.newContext();
  try {
    const tabs = await Promise.all(Array.from({ length: 8 }, () => context.newPage()));
    for (const tab of tabs) await tab.goto(door.url);
    allowed.site.put(
      '/eight',
      hostPage(
        [...PANEL_NAMES, 'cluster'].map((panel) => door.url + embedAddress(panel)),
        null,
      ),
    );
    const host = await context.newPage();
    await framedBy(host, `${allowed.site.sameSite}/eight`, 8);
    const polls = () => door.seen().filter(({ path: asked }) => asked.includes('/data?')).length;
    await eventually('every embed has read its data three times', () => polls() >= 24, 60_000);
    for (const tab of tabs)
      await expect(tab.getByTestId('picture-age'), 'a tab is at most 5 s behind').toHaveText(
        /(?:\b[0-4](?:\.\d)?.s|\d+.ms) old/,
      );
    for (const frame of framesOf(host))
      await expect(frame.getByTestId('picture-age'), 'an embed is at most one refresh behind').toHaveText(
        /^(?:[0-5].s|0.ms) old$/,
      );
    await eventually(
      'one stream is open and nothing waits',
      () => {
        const open = door.open();
        return open.length === 1 && (open[0] ?? '').startsWith('/api/stream');
      },
      60_000,
    );
    expect(door.seen().filter(({ status }) => status === 0 || status >= 400)).toEqual([]);
  } finally {
    await context.close();
    await door.close();
  }
});

test('no panel has an accessibility fault or scrolls sideways, in both themes, both languages, down to 280 px', async ({
  page,
}) => {
  for (const [theme, lang, width] of [
    ['light', 'en', 640],
    ['dark', 'zh', 280],
  ] as const) {
    await page.setViewportSize({ width, height: 260 });
    for (const panel of PANEL_NAMES) {
      await page.goto(
        `${product.url}${embedAddress(panel).replace('lang=en', `lang=${lang}`)}&theme=${theme}`,
      );
      await expect(page.locator(PANELS[panel]!.shows).first()).toBeAttached();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
        `${panel} ${theme} ${lang} ${width}`,
      ).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        `${panel} at ${width} px`,
      ).toBeLessThanOrEqual(0);
    }
  }
});

test('the dialog beside a panel shows it as it will look, its HTML, and who may frame it', async ({
  page,
}) => {
  await page.goto(`${product.url}/topology?cluster=kv`);
  await page.getByRole('button', { name: 'Embed' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByTestId('map')).toBeVisible();
  await dialog.getByLabel('What').selectOption('cluster');
  await dialog.getByLabel('Theme').selectOption('dark');
  await dialog.getByLabel('Language').selectOption('zh');
  await dialog.getByLabel('Range').selectOption('1h');
  await expect(dialog.getByTestId('sentence')).toContainText('kv 可以达成一致');
  await expect(dialog.getByTestId('snippet')).toContainText(
    `<iframe src="${product.url}/embed/cluster?cluster=kv&amp;theme=dark&amp;lang=zh&amp;range=1h&amp;refresh=10s"`,
  );
  await expect(dialog.getByTestId('origins')).toContainText(allowed.site.crossSite);
  const { violations } = await new AxeBuilder({ page }).include('[role="dialog"]').analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  const snippet = await dialog.getByTestId('snippet').innerText();
  allowed.site.put('/snippet', `<!doctype html><title>Host</title>${snippet}`);
  await framedBy(page, `${allowed.site.crossSite}/snippet`, 1);
  await expect(framesOf(page)[0]!.getByTestId('sentence')).toContainText('kv 可以达成一致');
});
