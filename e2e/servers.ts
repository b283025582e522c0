import { createServer, request } from 'node:http';
import type { Server } from 'node:http';

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('no port'));
    });
  });

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** A web site of somebody else. Another port of our host is the same site, `localhost` is another one. */
export interface Site {
  readonly sameSite: string;
  readonly crossSite: string;
  /** Serves a page at a path. */
  put(path: string, html: string): void;
  close(): Promise<void>;
}

export const startSite = async (): Promise<Site> => {
  const pages = new Map<string, string>();
  const server = createServer((asked, answer) => {
    const html = pages.get(asked.url ?? '');
    answer.writeHead(html === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    answer.end(html ?? '');
  });
  const port = await listen(server);
  return {
    sameSite: `http://127.0.0.1:${port}`,
    crossSite: `http://localhost:${port}`,
    put: (path, html) => void pages.set(path, html),
    close: () => stop(server),
  };
};

/** Stands before the product and sees every request of every tab, frame and worker. */
export interface Door {
  readonly url: string;
  /** Paths that are being answered now; streams are, as long as they live. */
  open(): string[];
  /** Every request so far: its path and what it was answered with, 0 when the answer broke. */
  seen(): { path: string; status: number }[];
  close(): Promise<void>;
}

export const startDoor = async (target: string): Promise<Door> => {
  const open = new Map<symbol, string>();
  const seen: { path: string; status: number }[] = [];
  const server = createServer((asked, answer) => {
    const key = Symbol('request');
    const path = asked.url ?? '';
    open.set(key, path);
    const onward = request(`${target}${path}`, { method: asked.method, headers: asked.headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 0, reply.headers);
      reply.pipe(answer);
      seen.push({ path, status: reply.statusCode ?? 0 });
    });
    onward.on('error', () => {
      if (answer.closed) return; // whoever asked has left
      seen.push({ path, status: 0 });
      answer.destroy();
    });
    answer.once('close', () => {
      open.delete(key);
      onward.destroy();
    });
    asked.pipe(onward);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    open: () => [...open.values()],
    seen: () => seen,
    close: () => stop(server),
  };
};
