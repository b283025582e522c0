import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';

import { ensureBuild } from './build.ts';

const root = path.join(import.meta.dirname, '..');
const FIRST_PORT = 9320;
const READY_WITHIN_MS = 60_000;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

const nextFreePort = async (): Promise<number> => {
  for (let port = FIRST_PORT; port < FIRST_PORT + 100; port += 1) if (await isFree(port)) return port;
  throw new Error(`no free port from ${FIRST_PORT} to ${FIRST_PORT + 99}`);
};

if (!(await ensureBuild())) process.exit(1);
const port = await nextFreePort();
const url = `http://127.0.0.1:${port}`;
console.log('Starting the dashboard and the sample cluster …');
const child = spawn(
  process.execPath,
  ['bin/quorate.ts', 'serve', '--demo', '--listen', `127.0.0.1:${port}`, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  },
);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 0));

const deadline = performance.now() + READY_WITHIN_MS;
for (;;) {
  const ready = await fetch(`${url}/-/ready`).then(
    (response) => response.ok,
    () => false,
  );
  if (ready) break;
  if (performance.now() > deadline) {
    console.error(
      `The dashboard is not ready after ${READY_WITHIN_MS / 1000} s; it may still come up at ${url}`,
    );
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
}
console.log(`\n  Quorate is ready: ${url}\n  Ctrl-C stops it and the sample cluster.\n`);
