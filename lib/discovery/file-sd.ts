import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

import { parse } from 'yaml';
import { z } from 'zod';

import type { Labels } from '#lib/model/labels.ts';

export interface DiscoveredGroup {
  readonly targets: readonly string[];
  readonly labels: Labels;
}

const groups = z.array(
  z.object({
    targets: z.array(z.string()),
    labels: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
      .default({}),
  }),
);

export interface FileRead {
  readonly groups: readonly DiscoveredGroup[];
  /** One message for each file that could not be read. */
  readonly errors: readonly string[];
}

/**
 * Reads target files, JSON or YAML, by glob patterns relative to the configuration's folder (Prometheus documentation,
 * `<file_sd_config>`). A file that cannot be read is an error of its own; the others count.
 */
export const readTargetFiles = async (patterns: readonly string[], folder: string): Promise<FileRead> => {
  const found: DiscoveredGroup[] = [];
  const errors: string[] = [];
  for (const pattern of patterns) {
    for await (const name of glob(pattern, { cwd: folder })) {
      const file = path.resolve(folder, name);
      try {
        const read = groups.safeParse(parse(await readFile(file, 'utf8')) ?? []);
        if (read.success)
          found.push(
            ...read.data.map((group) => ({
              targets: group.targets,
              labels: { ...group.labels, __meta_filepath: file },
            })),
          );
        else {
          const issue = read.error.issues[0];
          errors.push(
            `${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is no list of target groups'}`,
          );
        }
      } catch (cause) {
        errors.push(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`);
      }
    }
  }
  return { groups: found, errors };
};
