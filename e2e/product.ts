import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');

/** A port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });

/** Waits until a condition holds; fails with its last state after the time given. */
export const eventually = async <T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  withinMs = 60_000,
): Promise<T> => {
  const end = performance.now() + withinMs;
  let last: unknown = null;
  while (performance.now() < end) {
    try {
      const found = await look();
      if (found !== null && found !== undefined && found !== false) return found;
    } catch (cause) {
      last = cause;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not seen within ${withinMs} ms: ${what}`, { cause: last });
};

export interface Product {
  readonly url: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  readonly output: () => string;
  get<T>(path: string): Promise<T>;
  /** Ends it as a user would, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface ProductOptions {
  readonly demo?: boolean;
  /** Text of a `quorate.yml`. */
  readonly config?: string;
  /** A data folder to go on with; absent: a new one, removed at the end. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
}

/** Starts the finished build as a user does, on a free loopback port, and waits until it is ready. */
export const startProduct = async (options: ProductOptions = {}): Promise<Product> => {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'quorate-')));
  const port = options.port ?? (await freePort());
  const args = ['bin/quorate.ts', 'serve', '--listen', `127.0.0.1:${port}`, '--data', dataDir];
  if (options.demo === true) args.push('--demo');
  if (options.config !== undefined) {
    const file = path.join(dataDir, 'quorate.yml');
    await writeFile(file, options.config);
    args.push('--config', file);
  }
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const code = await exited;
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    return code;
  };
  try {
    await eventually(
      `ready at ${url}`,
      async () => {
        if (child.exitCode !== null) throw new Error(`it exited with ${child.exitCode}`);
        return (await fetch(`${url}/-/ready`)).ok;
      },
      60_000,
    );
  } catch (cause) {
    await stop('SIGKILL');
    throw new Error(`the product did not become ready:\n${output}`, { cause });
  }
  return {
    url,
    dataDir,
    process: child,
    output: () => output,
    get: async <T>(address: string) => {
      const response = await fetch(`${url}${address}`);
      if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T; // the caller names the DTO of the address
    },
    stop,
  };
};
