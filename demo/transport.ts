import { Client } from 'undici';
import { z } from 'zod';

import type { Json } from '#demo/machine.ts';

/** Messages between members: batches over one kept connection per peer. What cannot be sent is lost, as on any network. */
export interface Transport {
  send(to: string, body: Json): void;
  close(): void;
}

const SEND_TIMEOUT_MS = 400;
const QUEUE = 500;

const batch = z.object({ from: z.string(), messages: z.array(z.json()) });

/** @throws Error when a peer sent something else */
export const parseBatch = (text: string): { readonly from: string; readonly messages: readonly Json[] } =>
  batch.parse(JSON.parse(text));

/** @param isCut whether messages to a peer are lost now */
export const createTransport = (
  from: string,
  addresses: Readonly<Record<string, string>>,
  isCut: (to: string) => boolean,
): Transport => {
  const peers = new Map(
    Object.entries(addresses).map(([id, address]) => [
      id,
      {
        client: new Client(`http://${address}`, {
          keepAliveTimeout: 60_000,
          connect: { timeout: SEND_TIMEOUT_MS },
        }),
        queue: [] as Json[],
        busy: false,
      },
    ]),
  );
  const drain = async (id: string): Promise<void> => {
    const peer = peers.get(id);
    if (peer === undefined || peer.busy) return;
    peer.busy = true;
    while (peer.queue.length > 0) {
      const messages = peer.queue;
      peer.queue = [];
      try {
        const { body } = await peer.client.request({
          method: 'POST',
          path: '/peer',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ from, messages }),
          signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
        });
        await body.dump();
      } catch {
        // lost
      }
    }
    peer.busy = false;
  };
  return {
    send: (to, body) => {
      const peer = peers.get(to);
      if (peer === undefined || isCut(to)) return;
      peer.queue.push(body);
      if (peer.queue.length > QUEUE) peer.queue.shift();
      void drain(to);
    },
    close: () => {
      for (const peer of peers.values()) peer.client.destroy().catch(() => undefined);
    },
  };
};
