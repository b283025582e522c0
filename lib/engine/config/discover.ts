import path from 'node:path';

import { readTargetFiles } from '#lib/discovery/file-sd.ts';

import type { Config, FileDiscovery, TargetGroup } from './config.ts';

/** Targets of file discovery by job, for each of the two kinds of job. */
export interface Discovered {
  readonly heartbeats: readonly (readonly [string, readonly TargetGroup[]])[];
  readonly scrapes: readonly (readonly [string, readonly TargetGroup[]])[];
  readonly errors: readonly string[];
  /** Absolute patterns, to be watched. */
  readonly patterns: readonly string[];
  readonly refreshMs: number | null;
}

/** Reads every target file that a configuration names. */
export const discover = async (config: Config): Promise<Discovered> => {
  const folder = config.file === null ? process.cwd() : path.dirname(path.resolve(config.file));
  const errors: string[] = [];
  const patterns: string[] = [];
  const refreshes: number[] = [];
  const read = async (
    jobs: readonly { readonly name: string; readonly files: readonly FileDiscovery[] }[],
  ) => {
    const found: [string, readonly TargetGroup[]][] = [];
    for (const job of jobs) {
      if (job.files.length === 0) continue;
      const files = job.files.flatMap((discovery) => discovery.files);
      patterns.push(...files.map((file) => path.resolve(folder, file)));
      refreshes.push(...job.files.map((discovery) => discovery.refreshMs));
      const answer = await readTargetFiles(files, folder);
      errors.push(...answer.errors.map((error) => `${job.name}: ${error}`));
      found.push([job.name, answer.groups]);
    }
    return found;
  };
  const heartbeats = await read(config.heartbeats);
  const scrapes = await read(config.scrapes);
  return {
    heartbeats,
    scrapes,
    errors,
    patterns,
    refreshMs: refreshes.length === 0 ? null : Math.min(...refreshes),
  };
};
