import { randomInt } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';

import { z } from 'zod';

// Below the range from which systems take the ports of outgoing connections: one of those would block a member's restart.
const LOWEST = 20_000;
const HIGHEST = 30_000;
const ATTEMPTS = 200;

const stored = z.record(z.string(), z.int().min(1).max(65_535));

const hold = (port: number, host: string): Promise<Server | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });

const remembered = async (file: string): Promise<Record<string, number>> => {
  try {
    return stored.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {}; // absent or damaged: new ports are as good
  }
};

/** One free port per node, the same as last time where they are still free; remembered in `dir/ports.json`. */
export const choosePorts = async (
  dir: string,
  nodes: readonly string[],
  host: string,
): Promise<ReadonlyMap<string, number>> => {
  const file = path.join(dir, 'ports.json');
  const known = await remembered(file);
  const held: Server[] = [];
  const ports = new Map<string, number>();
  try {
    for (const node of nodes) {
      for (let attempt = 0; !ports.has(node); attempt++) {
        if (attempt > ATTEMPTS)
          throw new Error(`no free port between ${LOWEST} and ${HIGHEST} on ${host} for ${node}`);
        const port = attempt === 0 ? (known[node] ?? randomInt(LOWEST, HIGHEST)) : randomInt(LOWEST, HIGHEST);
        const server = await hold(port, host);
        if (server === null) continue;
        held.push(server);
        ports.set(node, port);
      }
    }
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
  await writeFile(`${file}.new`, JSON.stringify(Object.fromEntries(ports)));
  await rename(`${file}.new`, file);
  return ports;
};
