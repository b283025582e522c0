import type { MessagePort } from 'node:worker_threads';

import type { Outbox } from '../outbox.ts';
import { link } from '../rpc.ts';
import type { Link } from '../rpc.ts';
import type { DataPeer, WatchPeer } from './peers.ts';

/** The way of what was concluded to `data`: one delivery at a time, again until it arrives. */
export interface DeliveryWay {
  /** `data` was started, or started again. */
  attach(port: MessagePort): void;
  /** Sends what waits, unless something is on its way. */
  deliver(): Promise<void>;
  /** Has what was learned kept over our restart; what fails is learned again. */
  keep(learned: Readonly<Record<string, string>>): Promise<void>;
}

const AGAIN_MS = 1000;

/** @param own what `data` may call */
export const createDeliveryWay = (outbox: Outbox, own: WatchPeer): DeliveryWay => {
  let data: Link<DataPeer> | null = null;
  let isDelivering = false;
  return {
    attach: (port) => {
      data?.fail(new Error('data was restarted'));
      data = link<DataPeer>(port, own);
    },
    deliver: async () => {
      if (isDelivering || data === null) return;
      const delivery = outbox.next();
      if (delivery === null) return;
      isDelivering = true;
      try {
        await data.remote.ingest(delivery);
        outbox.delivered(delivery);
      } catch {
        // `data` was restarted or its disk is full: the next turn delivers it again, stored once by its keys
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      } finally {
        isDelivering = false;
      }
    },
    keep: async (learned) => {
      await data?.remote.putPools(learned).catch(() => undefined);
    },
  };
};
