import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

/** Whether Prometheus and its tool are installed. */
export const hasPeer = (): boolean =>
  ['prometheus', 'promtool'].every((command) => spawnSync(command, ['--version']).status === 0);

/** An answer of the query API. */
export interface PeerData {
  readonly resultType: string;
  readonly result: unknown;
  /** When the query asked for them. */
  readonly stats?: { readonly samples: { readonly totalQueryableSamples: number } };
}

export type PeerAnswer =
  | { readonly status: 'success'; readonly data: PeerData }
  | { readonly status: 'error'; readonly errorType: string; readonly error: string };

export interface Peer {
  readonly version: string;
  ask(route: 'query' | 'query_range', parameters: Readonly<Record<string, string>>): Promise<PeerAnswer>;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
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

/** Loads OpenMetrics text into a new store of Prometheus's and serves it; nothing is scraped. */
export const startPeer = async (folder: string, openMetrics: string): Promise<Peer> => {
  const [text, data, config] = ['data.om', 'peer', 'peer.yml'].map((name) => path.join(folder, name));
  if (text === undefined || data === undefined || config === undefined) throw new Error('no folder');
  mkdirSync(data);
  writeFileSync(text, openMetrics);
  writeFileSync(config, 'global: {}\n');
  const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', text, data]);
  if (made.status !== 0) throw new Error(`promtool: ${made.stderr.toString()}`);
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const isReady = async (): Promise<boolean> => {
    try {
      return (await fetch(`http://${address}/-/ready`)).ok;
    } catch {
      return false;
    }
  };
  while (!(await isReady())) {
    if (server.exitCode !== null) throw new Error(`prometheus ended with ${server.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const build = (await (await fetch(`http://${address}/api/v1/status/buildinfo`)).json()) as {
    data: { version: string };
  }; // Prometheus's documented shape
  return {
    version: build.data.version,
    ask: async (route, parameters) => {
      const response = await fetch(`http://${address}/api/v1/${route}`, {
        method: 'POST',
        body: new URLSearchParams(parameters),
      });
      return (await response.json()) as PeerAnswer; // Prometheus's documented shape
    },
    stop: async () => {
      server.kill();
      await ended;
    },
  };
};
