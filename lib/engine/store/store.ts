import type { MessagePort } from 'node:worker_threads';

import type { Event, JsonObject, NewEvent } from '#lib/events/event.ts';
import type { Ms } from '#lib/model/time.ts';
import { openSampleWriter } from '#lib/store/samples/writer.ts';
import type { SampleWriter, SealedBlock, SeriesRow } from '#lib/store/samples/writer.ts';
import { openStateWriter } from '#lib/store/state/sqlite.ts';
import type { Checkpoint, StateChange, StateWriter } from '#lib/store/state/state-store.ts';

import { link } from '../rpc.ts';
import type { ThreadContent } from '../thread.ts';

export interface StoreOptions {
  readonly folder: string;
}

/** What `store` offers to `data`. Everything that it acknowledges is on disk. */
export interface StorePeer {
  /** Resolves when the files are open and their schema is the newest. */
  opened(): Promise<void>;
  appendEvents(events: readonly NewEvent[]): Promise<Event[]>;
  applyChange(change: StateChange): Promise<Event[]>;
  putSetting(key: string, value: JsonObject): Promise<void>;
  putCheckpoint(checkpoint: Checkpoint): Promise<void>;
  putPools(pools: Readonly<Record<string, string>>): Promise<void>;
  /** @returns the sequence number of the row */
  journal(series: readonly SeriesRow[], record: Uint8Array): Promise<number>;
  seal(block: SealedBlock, throughSeq: number): Promise<void>;
  retain(before: Ms): Promise<void>;
  commits(): { count: number; lastMs: number; worstMs: number };
}

/** The content of thread `store`: the only writer of the data folder, so that a slow disk stops nobody else. */
export const createStore = (options: StoreOptions): ThreadContent => {
  let state: StateWriter | null = null;
  let samples: SampleWriter | null = null;
  const commits = { count: 0, lastMs: 0, worstMs: 0 };
  const opening = (async () => {
    state = await openStateWriter(options.folder);
    samples = openSampleWriter(options.folder);
  })();
  opening.catch(() => undefined); // `opened` and `run` tell it
  const ready = async (): Promise<{ state: StateWriter; samples: SampleWriter }> => {
    await opening;
    if (state === null || samples === null) throw new Error('the data folder is closed');
    return { state, samples };
  };
  const timed = async <T>(work: () => T | Promise<T>): Promise<T> => {
    const began = performance.now();
    try {
      return await work();
    } finally {
      commits.count += 1;
      commits.lastMs = performance.now() - began;
      commits.worstMs = Math.max(commits.worstMs, commits.lastMs);
    }
  };
  const peer: StorePeer = {
    opened: () => opening,
    appendEvents: async (events) => {
      const open = await ready();
      return timed(() => open.state.appendEvents(events));
    },
    applyChange: async (change) => {
      const open = await ready();
      return timed(() => open.state.applyChange(change));
    },
    putSetting: async (key, value) => (await ready()).state.putSetting(key, value),
    putCheckpoint: async (checkpoint) => (await ready()).state.putCheckpoint(checkpoint),
    putPools: async (pools) => (await ready()).state.putPools(pools),
    journal: async (series, record) => {
      const open = await ready();
      return timed(() => open.samples.journal(series, record));
    },
    seal: async (block, throughSeq) => {
      const open = await ready();
      return timed(() => open.samples.seal(block, throughSeq));
    },
    retain: async (before) => {
      const open = await ready();
      await open.state.retain(before);
      open.samples.retain(before);
    },
    commits: () => commits,
  };
  return {
    reads: { commits: peer.commits },
    attach: (name, port: MessagePort) => {
      if (name === 'data') link(port, peer);
    },
    run: async (signal) => {
      await opening;
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await state?.close();
      samples?.close();
    },
  };
};
