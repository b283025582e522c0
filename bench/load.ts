import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { availableParallelism } from 'node:os';

import { chromium } from '@playwright/test';

import type { NodesDto, StatusDto } from '#lib/api/schema.ts';

import { eventually, startProduct } from '../e2e/product.ts';

/** CPU and memory of 1,000 heartbeat targets at 1 Hz and 1,000 targets × 100 series at 15 s; first paint and bytes per update of the overview. */
const SECONDS = Number(process.argv[2] ?? 600);
const TARGETS = 1000;
const SERIES = 100;
const TICKS_PER_SECOND = 100;

/** User and system time of a process so far, seconds (proc(5)). */
const cpuOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
};
const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

const servers: Server[] = [];
const ports: number[] = [];
let scrapes = 0;
for (let i = 0; i < TARGETS; i += 1) {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.end('ok');
      return;
    }
    scrapes += 1;
    let body = '# TYPE m counter\n';
    for (let line = 0; line < SERIES; line += 1)
      body += `m{line="${line}"} ${line % 4 === 0 ? scrapes : line}\n`;
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(body);
  });
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  ports.push(typeof address === 'object' && address !== null ? address.port : 0);
  servers.push(server);
}

const groups = ['a', 'b', 'c', 'd']
  .map(
    (zone, z) =>
      `      - targets: [${ports
        .filter((_port, i) => i % 4 === z)
        .map((port) => `'127.0.0.1:${port}'`)
        .join(', ')}]\n        labels: { zone: ${zone} }`,
  )
  .join('\n');
const product = await startProduct({
  config: `global: { scrape_interval: 15s, scrape_timeout: 10s }\nheartbeats:\n  - name: fleet\n    interval: 1s\n    pull: { path: / }\n    static_configs:\n${groups}\nscrape_configs:\n  - job_name: fleet\n    static_configs:\n${groups}\n`,
});
try {
  await eventually(
    'all thousand are up',
    async () => (await product.get<NodesDto>('/api/nodes?limit=1')).counts.up === TARGETS,
    120_000,
  );
  const pid = product.process.pid ?? 0;
  const counter = async (name: string): Promise<number> =>
    Number(
      new RegExp(`^${name} (\\S+)`, 'm').exec(await (await fetch(`${product.url}/metrics`)).text())?.[1] ??
        Number.NaN,
    );
  // What came late while a thousand connections were opened at once is no part of the load.
  const troubles = async () => ({
    skipped: (await counter('quorate_probes_skipped')) + (await counter('quorate_scrape_skipped_total')),
    lateProbes: await counter('quorate_probes_late'),
    lateScrapes: await counter('quorate_scrape_late_total'),
  });
  const before = await troubles();
  const cpuBefore = cpuOf(pid);
  const began = performance.now();

  const browser = await chromium.launch({
    executablePath: process.env.PLAYWRIGHT_CHROMIUM_PATH ?? '/usr/bin/chromium',
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const paints: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    await page.goto(product.url);
    await page.getByTestId('verdict').waitFor();
    paints.push(
      await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0),
    );
  }
  await browser.close();
  const stream = await fetch(`${product.url}/api/stream?scope=overview`);
  let bytes = 0;
  let frames = 0;
  const watched = performance.now() + 30_000;
  let rest = '';
  for await (const chunk of stream.body ?? []) {
    const parts = (rest + Buffer.from(chunk).toString()).split('\n\n');
    rest = parts.pop() ?? '';
    for (const frame of parts.filter((part) => part.includes('event: delta'))) {
      frames += 1;
      bytes += Buffer.byteLength(frame);
    }
    if (performance.now() > watched) break;
  }

  await new Promise((resolve) =>
    setTimeout(resolve, Math.max(0, SECONDS * 1000 - (performance.now() - began))),
  );
  const seconds = (performance.now() - began) / 1000;
  const status = await product.get<StatusDto>('/api/status');
  const after = await troubles();
  const skipped = after.skipped - before.skipped;
  const { counts } = await product.get<NodesDto>('/api/nodes?limit=1');
  console.log(
    `${availableParallelism()} cores, ${Math.round(seconds)} s, the targets run on the same machine`,
  );
  console.log(
    `CPU ${(((cpuOf(pid) - cpuBefore) / seconds) * 100).toFixed(1)} % of one core, memory ${Math.round(memoryOf(pid))} MB resident`,
  );
  console.log(
    `skipped probes and scrapes: ${skipped}; late probes ${after.lateProbes - before.lateProbes} (${before.lateProbes} before), late scrapes ${after.lateScrapes - before.lateScrapes} (${before.lateScrapes} before); nodes up ${counts.up} of ${TARGETS}`,
  );
  console.log(
    `loop delay, 99th percentile: ${status.threads.map((thread) => `${thread.name} ${thread.loopDelayP99Ms.toFixed(1)} ms`).join(', ')}`,
  );
  console.log(
    `overview with ${TARGETS} nodes: first paint ${Math.round(paints.toSorted((a, b) => a - b)[2] ?? 0)} ms (median of 5), ${frames} updates in 30 s, ${frames === 0 ? 0 : Math.round(bytes / frames)} bytes each`,
  );
  process.exitCode = skipped === 0 ? 0 : 1;
} finally {
  await product.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
}
