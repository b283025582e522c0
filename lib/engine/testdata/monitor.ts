import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

import { emptyWorld } from '#lib/events/world.ts';
import { reduceAll } from '#lib/events/reduce.ts';
import { createWebhookSender } from '#lib/send/webhook.ts';
import { openSampleWriter } from '#lib/store/samples/writer.ts';
import { openStateReader, openStateWriter } from '#lib/store/state/sqlite.ts';

import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { createAlerting } from '../data/alerting.ts';
import { createQueryRunner } from '../data/query-runner.ts';
import { createSamples } from '../data/samples.ts';
import { createSlices } from '../data/slices.ts';
import { createStateLog } from '../data/state-log.ts';

const folders: string[] = [];
/** Monitors that a failed test left running. */
const running = new Set<() => Promise<void>>();
after(async () => {
  for (const stop of running) await stop();
});
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
export const freshFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'quorate-alerting-'));
  folders.push(folder);
  openSampleWriter(folder).close();
  return folder;
};

export const configOf = (text: string, file: string | null = null): Config => {
  const loaded = loadConfig(text, file);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.config;
};

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
export const eventually = async (what: string, look: () => boolean | Promise<boolean>): Promise<void> => {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    if (await look()) return;
    await tick();
  }
  assert.fail(`not seen: ${what}`);
};

export const START = Date.parse('2026-03-01T00:00:00Z');

/** A monitor's alerting over a data folder, with a clock that a test moves. */
export const start = async (folder: string, config: Config, wall = START) => {
  const clock = { now: wall, wall: () => clock.now, mono: () => clock.now };
  const writer = await openStateWriter(folder);
  const reader = openStateReader(folder);
  const samples = createSamples(() => clock.now);
  const slices = createSlices(clock);
  samples.open(folder);
  const stopping = new AbortController();
  let world = reduceAll(await reader.eventsAfter('0', 10_000), emptyWorld);
  const log = createStateLog({
    clock,
    boot: `b${wall}`,
    monitor: 'm',
    signal: stopping.signal,
    commit: async (change) => {
      world = reduceAll(await writer.applyChange(change), world);
      alerting.stored(change);
    },
  });
  const alerting = createAlerting({
    clock,
    random: () => 0,
    log,
    sender: createWebhookSender(),
    queryable: samples.selection,
    samples,
    slices,
    runner: createQueryRunner(clock, slices),
    reader: () => reader,
    world: () => world,
    worldAt: async (at) => reduceAll(await reader.eventsUntil('0', at), emptyWorld),
    write: (values, gone, at) => samples.addBatch({ at, values, gone }),
    ownUrl: 'http://127.0.0.1:9320',
    config,
    pause: () => tick(),
  });
  await alerting.restore(reader, 0);
  const work = alerting.run(Promise.resolve(), stopping.signal);
  const down = (node: string, value: number): void =>
    samples.addBatch({
      at: clock.now,
      values: [{ labels: { __name__: 'quorate_node_state', node, state: 'down' }, value }],
      gone: [],
    });
  const sample = (name: string, value: number): void =>
    samples.addBatch({ at: clock.now, values: [{ labels: { __name__: name }, value }], gone: [] });
  const stop = async (): Promise<void> => {
    running.delete(stop);
    stopping.abort();
    await work;
    samples.close();
    await Promise.all([writer.close(), reader.close()]);
  };
  running.add(stop);
  return {
    clock,
    alerting,
    reader,
    samples,
    down,
    sample,
    world: () => world,
    states: () => [...world.alerts.values()].map((alert) => `${alert.rule} ${alert.state}`),
    /** Moves the clock in steps that a group does not sleep over. */
    advance: async (ms: number): Promise<void> => {
      for (let left = ms; left > 0; left -= 500) {
        clock.now += Math.min(500, left);
        for (let i = 0; i < 8; i += 1) await tick();
      }
    },
    stop,
  };
};
