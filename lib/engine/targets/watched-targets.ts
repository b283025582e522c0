import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

import { stringify } from 'yaml';
import { z } from 'zod';

import type { Ms } from '#lib/model/time.ts';

import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import { prometheusTarget, scrapeConfigs } from './prometheus.ts';
import type { PrometheusTarget } from './prometheus.ts';

export const WATCH_KINDS = ['etcd', 'raft', 'paxos', 'prometheus', 'exporter', 'heartbeat', 'tcp'] as const;

/** A target that somebody added without a file. */
export interface WatchedTarget {
  readonly id: string;
  readonly kind: (typeof WATCH_KINDS)[number];
  /** `host:port`. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
  readonly path: string;
  /** The cluster or job it belongs to. */
  readonly name: string;
  readonly addedAt: Ms;
  readonly actor: string | null;
  /** Of a Prometheus: what it scrapes, as it said last. */
  readonly targets?: readonly PrometheusTarget[] | undefined;
}

export const watchedTarget = z.object({
  id: z.string(),
  kind: z.enum(WATCH_KINDS),
  address: z.string(),
  scheme: z.enum(['http', 'https']),
  path: z.string(),
  name: z.string(),
  addedAt: z.number(),
  actor: z.string().nullable(),
  targets: z.array(prometheusTarget).optional(),
});

/** Why a target cannot be watched, in words for the one who asked. */
export class WatchRefused extends Error {
  readonly code = 'conflict';
}

/** The targets added in the UI, kept in one small file that is there before any thread is. */
export interface WatchedTargets {
  list(): readonly WatchedTarget[];
  /** @throws WatchRefused when the file of somebody else has that name, or it is watched already */
  add(target: Omit<WatchedTarget, 'id' | 'addedAt'>, to: Config): WatchedTarget;
  /**
   * A Prometheus scrapes other targets now.
   * @returns whether they differ from what it said before
   * @throws WatchRefused when they cannot be scraped here: what it said before stands
   */
  retarget(id: string, targets: readonly PrometheusTarget[]): boolean;
  /** @returns null when there is none */
  remove(id: string): WatchedTarget | null;
  /** A configuration with these targets in it. */
  beside(config: Config): Config;
}

const FILE = 'watched.json';

/** Whole or not at all: written aside, synced, and put in its place. */
const replaceFile = (file: string, text: string): void => {
  const aside = `${file}.new`;
  const descriptor = openSync(aside, 'w');
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(aside, file);
};

const read = (file: string): WatchedTarget[] => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new Error(`${file} cannot be read`, { cause });
  }
  try {
    return watchedTarget.array().parse(JSON.parse(text));
  } catch (cause) {
    const aside = `${file}.damaged`;
    renameSync(file, aside);
    console.error(`quorate: ${file} is damaged and was set aside as ${aside}: ${String(cause)}`);
    return [];
  }
};

/** What a person would have written in `quorate.yml` for the targets. */
const asFile = (targets: readonly WatchedTarget[]): object => {
  const named = (kind: (target: WatchedTarget) => boolean) =>
    Object.entries(Object.groupBy(targets.filter(kind), (target) => target.name)).flatMap(([name, list]) => {
      const first = list?.[0];
      return first === undefined
        ? []
        : [{ name, first, addresses: (list ?? []).map((each) => each.address) }];
    });
  return {
    clusters: [
      ...named(({ kind }) => kind === 'etcd').map(({ name, first, addresses }) => ({
        name,
        system: first.kind,
        scheme: first.scheme,
        seeds: addresses,
      })),
      ...named(({ kind }) => kind === 'raft' || kind === 'paxos').map(({ name, first, addresses }) => ({
        name,
        system: first.kind,
        scheme: first.scheme,
        members: addresses.map((address) => ({ address })),
      })),
    ],
    scrape_configs: [
      ...named(({ kind }) => kind === 'exporter').map(({ name, first, addresses }) => ({
        job_name: name,
        scheme: first.scheme,
        metrics_path: first.path,
        scrape_interval: '15s',
        static_configs: [{ targets: addresses }],
      })),
      ...targets.flatMap((target) => scrapeConfigs(target.name, target.targets ?? [])),
    ],
    heartbeats: named(({ kind }) => kind === 'heartbeat' || kind === 'tcp').map(
      ({ name, first, addresses }) => ({
        name,
        interval: '1s',
        ...(first.kind === 'tcp' ? { tcp: {} } : { pull: { scheme: first.scheme, path: first.path } }),
        static_configs: [{ targets: addresses }],
      }),
    ),
  };
};

const configOf = (targets: readonly WatchedTarget[]): Config => {
  const loaded = loadConfig(stringify(asFile(targets)), FILE);
  if (loaded.ok) return loaded.config;
  throw new WatchRefused(loaded.problems.map((problem) => problem.message).join('; '));
};

const sameKindAndPlace = (a: Omit<WatchedTarget, 'id' | 'addedAt'>, b: WatchedTarget): boolean =>
  a.kind === b.kind && a.scheme === b.scheme && a.path === b.path;

export const openWatchedTargets = (folder: string, now: () => Ms): WatchedTargets => {
  const file = path.join(folder, FILE);
  let targets: readonly WatchedTarget[] = read(file);
  /** What they are as a configuration; null: not read yet. It is asked for with every request. */
  let own: Config | null = null;
  const save = (next: readonly WatchedTarget[], config: Config | null = null): void => {
    replaceFile(file, JSON.stringify(next, null, 2));
    targets = next;
    own = config;
  };
  const refuse = (target: Omit<WatchedTarget, 'id' | 'addedAt'>, to: Config): void => {
    const names = [...to.clusters, ...to.heartbeats, ...to.scrapes].map((each) => each.name);
    const others = targets.filter((each) => each.name === target.name);
    if (names.includes(target.name))
      throw new WatchRefused(`the configuration file already has a "${target.name}"; give another name`);
    if (others.some((each) => each.address === target.address && each.kind === target.kind))
      throw new WatchRefused(`${target.address} is watched already as "${target.name}"`);
    if (others.some((each) => target.kind === 'prometheus' || !sameKindAndPlace(target, each)))
      throw new WatchRefused(`"${target.name}" watches something else; give another name`);
  };
  return {
    list: () => targets,
    add: (target, to) => {
      refuse(target, to);
      const added = { ...target, id: randomUUID().slice(0, 8), addedAt: now() };
      const next = [...targets, added];
      save(next, configOf(next));
      return added;
    },
    retarget: (id, listed) => {
      const known = targets.find((target) => target.id === id);
      if (known === undefined || JSON.stringify(known.targets) === JSON.stringify(listed)) return false;
      const next = targets.map((target) => (target === known ? { ...known, targets: listed } : target));
      save(next, configOf(next));
      return true;
    },
    remove: (id) => {
      const gone = targets.find((target) => target.id === id);
      if (gone === undefined) return null;
      save(targets.filter((target) => target !== gone));
      return gone;
    },
    beside: (config) => {
      if (targets.length === 0) return config;
      own ??= configOf(targets);
      return {
        ...config,
        clusters: [...config.clusters, ...own.clusters],
        heartbeats: [...config.heartbeats, ...own.heartbeats],
        scrapes: [...config.scrapes, ...own.scrapes],
      };
    },
  };
};
