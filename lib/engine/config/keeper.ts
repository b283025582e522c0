import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { watchFiles } from '#lib/discovery/watch-files.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';

import type { MainEvent } from '../main-event.ts';
import type { Config } from './config.ts';
import { problemText } from './config.ts';
import { discover } from './discover.ts';
import type { Discovered } from './discover.ts';
import { loadConfig } from './load.ts';
import type { Loaded } from './load.ts';

/** The configuration in force and what it discovers; a bad file never replaces a good one. */
export interface ConfigKeeper {
  current(): Config;
  discovered(): Discovered;
  status(): {
    readonly loadedAt: Ms;
    readonly error: Text | null;
    readonly file: string | null;
    readonly warnings: readonly string[];
  };
  /** @throws Error with every problem when the file is refused */
  reload(): Promise<void>;
  /** Follows changes of the file and of target files until the signal aborts. */
  follow(signal: AbortSignal): void;
}

/** Reads a configuration file; no file is the empty configuration. */
export const readConfig = async (file: string | null): Promise<Loaded> => {
  if (file === null) return loadConfig('', null);
  try {
    return loadConfig(await readFile(file, 'utf8'), file);
  } catch (cause) {
    const message = `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    return { ok: false, problems: [{ file, line: 1, column: 1, message }] };
  }
};

export interface KeeperOptions {
  readonly file: string | null;
  /** What the file said at the start. */
  readonly first: Extract<Loaded, { ok: true }>;
  readonly now: () => Ms;
  readonly onChange: () => void;
  readonly record: (event: MainEvent) => void;
}

export const createConfigKeeper = async ({
  file,
  first,
  now,
  onChange,
  record,
}: KeeperOptions): Promise<ConfigKeeper> => {
  let loaded = first;
  let loadedAt = now();
  let refused: { readonly text: string; readonly error: Text } | null = null;
  let discovered = await discover(loaded.config);
  let signal: AbortSignal | null = null;
  let following = new AbortController();

  const refuse = (text: string): void => {
    if (refused?.text === text) return;
    refused = { text, error: say('config.rejected', { error: text }) };
    console.error(`quorate: the configuration is refused, the one before stays in force:\n${text}`);
    record({
      kind: 'config.rejected',
      severity: 'warning',
      node: null,
      title: refused.error,
      detail: { error: { ...refused.error } },
      actor: null,
    });
  };
  const reload = async (): Promise<void> => {
    const read = await readConfig(file);
    if (!read.ok) {
      const text = read.problems.map(problemText).join('\n');
      refuse(text);
      throw new Error(text);
    }
    loaded = read;
    refused = null;
    loadedAt = now();
    discovered = await discover(loaded.config);
    onChange();
    watchAll();
    if (file !== null)
      record({
        kind: 'config.loaded',
        severity: 'info',
        node: null,
        title: say('config.loaded', { file }),
        detail: { file },
        actor: null,
      });
  };
  const rediscover = async (): Promise<void> => {
    discovered = await discover(loaded.config);
    onChange();
  };
  const watchAll = (): void => {
    following.abort();
    if (signal === null) return;
    following = new AbortController();
    const either = AbortSignal.any([following.signal, signal]);
    if (file !== null)
      watchFiles(
        [path.resolve(file), ...loaded.files],
        null,
        () => void reload().catch(() => undefined), // told by `refuse`
        either,
      );
    if (discovered.patterns.length > 0)
      watchFiles(discovered.patterns, discovered.refreshMs, () => void rediscover(), either);
  };

  return {
    current: () => loaded.config,
    discovered: () => discovered,
    status: () => ({
      loadedAt,
      error: refused?.error ?? null,
      file,
      warnings: [...loaded.warnings.map(problemText), ...discovered.errors],
    }),
    reload,
    follow: (until) => {
      signal = until;
      watchAll();
    },
  };
};
