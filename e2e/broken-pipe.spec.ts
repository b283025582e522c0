import { readFileSync } from 'node:fs';

import { expect, test } from '@playwright/test';

import type { StatusDto } from '#lib/api/schema.ts';

import { startProduct } from './product.ts';

/** User and system time of a process so far, in ticks of 10 ms (proc(5)). */
const cpuTicks = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

test('when whoever read our output is gone, the dashboard goes on and does not spin', async () => {
  const product = await startProduct({
    config: 'heartbeats:\n  - name: nobody\n    static_configs: [{ targets: [] }]\n    pull: {}\n',
  });
  product.process.stdout?.destroy();
  product.process.stderr?.destroy();
  await fetch(`${product.url}/-/reload`, { method: 'POST' });
  for (let i = 0; i < 5; i += 1) product.process.kill('SIGHUP');
  const pid = product.process.pid ?? 0;
  const before = cpuTicks(pid);
  const until = performance.now() + 4000;
  while (performance.now() < until) expect((await product.get<StatusDto>('/api/status')).ready).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const atRest = cpuTicks(pid);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(cpuTicks(pid) - atRest).toBeLessThan(150); // half a core; a spinning loop takes a whole one
  expect(atRest).toBeGreaterThan(before - 1);
  expect(await product.stop()).toBe(0);
});
