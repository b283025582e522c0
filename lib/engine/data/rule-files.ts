import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

import { readRuleFile, ruleProblemText } from '#lib/rules/file.ts';
import type { CheckExpr } from '#lib/rules/file.ts';
import type { RuleGroup } from '#lib/rules/rule.ts';

import type { Config } from '../config/config.ts';

/** What the rule files say. A file that is refused is a problem of its own; the others count. */
export interface RuleFilesRead {
  readonly groups: readonly RuleGroup[];
  /** Refused files: each problem with file, line and how to mend it. */
  readonly problems: readonly { readonly file: string; readonly text: string }[];
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Reads the rule files of a configuration by their patterns, relative to its folder (Prometheus documentation, `rule_files`). */
export const readRuleFiles = async (config: Config, checkExpr: CheckExpr): Promise<RuleFilesRead> => {
  const folder = config.file === null ? process.cwd() : path.dirname(path.resolve(config.file));
  const groups: RuleGroup[] = [];
  const problems: { file: string; text: string }[] = [];
  const files = new Set<string>();
  for (const pattern of config.ruleFiles) {
    const names = await Array.fromAsync(glob(pattern, { cwd: folder }));
    if (names.length === 0 && !/[*?[]/.test(pattern))
      problems.push({ file: pattern, text: `${pattern}: there is no such file; mend rule_files` });
    for (const name of names.toSorted()) files.add(path.resolve(folder, name));
  }
  for (const file of files) {
    try {
      const read = readRuleFile(await readFile(file, 'utf8'), file, {
        source: 'file',
        intervalMs: config.evaluationIntervalMs,
        checkExpr,
      });
      if (read.ok) groups.push(...read.groups);
      else problems.push({ file, text: read.problems.map(ruleProblemText).join('\n') });
    } catch (cause) {
      problems.push({ file, text: `${file}: cannot be read: ${messageOf(cause)}` });
    }
  }
  return { groups, problems };
};
