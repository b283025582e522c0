import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import type { EventsDto, StatusDto, TargetsDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from './product.ts';
import type { Product } from './product.ts';

const root = path.join(import.meta.dirname, '..');
const servers: Server[] = [];
test.afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});
const serve = (listener: RequestListener): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer(listener);
    servers.push(server);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    });
  });
const TEXT = { 'content-type': 'text/plain; version=0.0.4' };

const checkConfig = async (product: string, text: string) => {
  const file = path.join(product, 'check.yml');
  await writeFile(file, text);
  const ran = spawnSync(process.execPath, ['bin/quorate.ts', 'check-config', file], {
    cwd: root,
    encoding: 'utf8',
  });
  return { code: ran.status, said: ran.stderr + ran.stdout };
};

let product: Product;
let addresses: Record<'good' | 'html' | 'huge' | 'endless' | 'bad', string>;
const CONFIG = (extra = ''): string => `global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
${Object.entries(addresses)
  .map(
    ([job, address]) =>
      `  - job_name: ${job}\n    body_size_limit: 16MB\n    static_configs: [{ targets: ['${address}'] }]`,
  )
  .join('\n')}
  - job_name: nobody
    static_configs: [{ targets: ['127.0.0.1:1'] }]
${extra}`;

test.beforeAll(async () => {
  addresses = {
    good: await serve((_request, response) => response.writeHead(200, TEXT).end('fine 1\n')),
    html: await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>'),
    ),
    huge: await serve((_request, response) => {
      response.writeHead(200, TEXT);
      const chunk = Buffer.alloc(1024 * 1024, 'a 1\n');
      let sent = 0;
      const write = (): void => {
        while (sent < 1024) {
          sent += 1;
          if (!response.write(chunk)) {
            response.once('drain', write);
            return;
          }
        }
        response.end();
      };
      response.on('error', () => undefined);
      write();
    }),
    endless: await serve((_request, response) => {
      response.writeHead(200, TEXT);
      response.write('a 1\n');
    }),
    bad: await serve((_request, response) =>
      response.writeHead(200, TEXT).end('a 1\nb 1\nc 1\nd 1\ne 1\nf 1\ng{x="1} 1\nh 1\n'),
    ),
  };
  product = await startProduct({ config: CONFIG() });
});
test.afterAll(() => product.stop());

const errorOf = async (job: string): Promise<string> =>
  eventually(`an error of ${job}`, async () => {
    const { data } = await product.get<TargetsDto>('/api/v1/targets');
    return data.activeTargets.find((target) => target.scrapePool === job)?.lastError || null;
  });

test('each bad target has one clear error where the user looks, and the good one goes on', async ({
  page,
}) => {
  const expected = {
    html: /text\/html.*not a metrics format/,
    huge: /larger than 16000000 bytes|larger than 16777216 bytes/,
    endless: /body stopped at 4 bytes/,
    bad: /line 7, column \d+: .*not closed.*g\{x="1\} 1/,
    nobody: /ECONNREFUSED|bad port/,
  };
  for (const [job, error] of Object.entries(expected)) expect(await errorOf(job)).toMatch(error);
  const { data } = await product.get<TargetsDto>('/api/v1/targets');
  expect(data.activeTargets.find((target) => target.scrapePool === 'good')?.health).toBe('up');
  await page.goto(`${product.url}/settings/targets`);
  for (const error of Object.values(expected))
    await expect(page.locator('table').first()).toContainText(error);
  await eventually(
    'an event for each',
    async () => (await product.get<EventsDto>('/api/events?kind=scrape.failed')).events.length === 5,
  );
});

test('a bad file keeps the configuration before it in force and says what and where, until it is mended', async ({
  page,
}) => {
  const file = path.join(product.dataDir, 'quorate.yml');
  const targets = async () => (await product.get<TargetsDto>('/api/v1/targets')).data.activeTargets.length;
  const before = await targets();
  await writeFile(file, `${CONFIG()}\n  bad: [`);
  const told = await eventually(
    'the error is in the status',
    async () => (await product.get<StatusDto>('/api/status')).config.error?.text,
  );
  expect(told).toMatch(/quorate\.yml:\d+:\d+: this is no YAML/);
  expect(await targets()).toBe(before);
  await page.goto(`${product.url}/settings/targets`);
  await expect(page.getByRole('main').getByRole('alert')).toContainText('this is no YAML');
  const reloaded = await fetch(`${product.url}/-/reload`, { method: 'POST' });
  expect(reloaded.ok).toBe(false);
  await writeFile(
    file,
    CONFIG(`  - job_name: more\n    static_configs: [{ targets: ['${addresses.good}'] }]\n`),
  );
  await eventually('the mended file is in force', async () => (await targets()) === before + 1);
  expect((await product.get<StatusDto>('/api/status')).config.error).toBeNull();
  await writeFile(file, CONFIG());
  product.process.kill('SIGHUP');
  await eventually('reloaded', async () => (await targets()) === before);
});

test('check-config names file, line and what to do for each mistake', async () => {
  for (const [text, said] of [
    ['scrape_configs: [', /check\.yml:1:\d+: this is no YAML/],
    ['scrap_configs: []\n', /check\.yml:1:1: .*scrap_configs/],
    ['scrape_configs:\n  - job_name: a\n  - job_name: a\n', /check\.yml:3:\d+: .*a/],
  ] as const) {
    const answer = await checkConfig(product.dataDir, text);
    expect(answer.code).toBe(1);
    expect(answer.said).toMatch(said);
  }
  const good = await checkConfig(product.dataDir, CONFIG());
  expect([good.code, /is good: 0 clusters, 0 heartbeat jobs, 6 scrape jobs/.test(good.said)]).toEqual([
    0,
    true,
  ]);
});

test('a second process on the same folder is refused with one line that names the first', () => {
  const second = spawnSync(
    process.execPath,
    ['bin/quorate.ts', 'serve', '--listen', '127.0.0.1:0', '--data', product.dataDir],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 20_000,
    },
  );
  expect(second.status).toBe(1);
  expect(second.stderr + second.stdout).toContain(`is in use by process ${product.process.pid}`);
});

test('pushed heartbeats without a job that takes them are refused with what to do', async () => {
  const response = await fetch(`${product.url}/api/heartbeats/web-9`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(response.status).toBe(409);
  expect(await response.text()).toContain('push: {}');
});
