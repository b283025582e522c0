import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

import { checkExpr } from '#lib/rules/expr.ts';
import { readRuleFile, ruleProblemText } from '#lib/rules/file.ts';
import type { RuleProblem } from '#lib/rules/file.ts';
import type { RuleGroup } from '#lib/rules/rule.ts';
import { failureText, runTestFile } from '#lib/rules/unit-test/run.ts';
import { readTestFile } from '#lib/rules/unit-test/test-file.ts';

/** What a file says, or what is wrong with it, a line each. */
type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly wrong: readonly string[] };

const wrong = (
  problems: readonly RuleProblem[],
): { readonly ok: false; readonly wrong: readonly string[] } => ({
  ok: false,
  wrong: problems.map(ruleProblemText),
});

const readText = async (file: string): Promise<Read<string>> => {
  try {
    return { ok: true, value: await readFile(file, 'utf8') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, wrong: [`${file} cannot be read: ${reason}`] };
  }
};

const readRules = async (file: string, intervalMs: number): Promise<Read<readonly RuleGroup[]>> => {
  const text = await readText(file);
  if (!text.ok) return text;
  const read = readRuleFile(text.value, file, { source: 'file', intervalMs, checkExpr });
  return read.ok ? { ok: true, value: read.groups } : wrong(read.problems);
};

/** The groups of every rule file that a test file names, relative to where it stands. */
const readAllRules = async (
  testFile: string,
  patterns: readonly string[],
  intervalMs: number,
): Promise<Read<readonly RuleGroup[]>> => {
  const groups: RuleGroup[] = [];
  for (const pattern of patterns) {
    const cwd = path.dirname(testFile);
    const files = (await Array.fromAsync(glob(pattern, { cwd }))).map((found) => path.resolve(cwd, found));
    if (files.length === 0) console.error(`  warning: no file matches ${pattern}`);
    for (const file of files.sort()) {
      const read = await readRules(path.relative('.', file), intervalMs);
      if (!read.ok) return read;
      groups.push(...read.value);
    }
  }
  return { ok: true, value: groups };
};

const runFile = async (file: string): Promise<readonly string[]> => {
  const text = await readText(file);
  if (!text.ok) return text.wrong;
  const read = readTestFile(text.value, file);
  if (!read.ok) return wrong(read.problems).wrong;
  const { ruleFiles, evaluationIntervalMs } = read.file;
  const groups = await readAllRules(file, ruleFiles, evaluationIntervalMs);
  return groups.ok
    ? runTestFile(read.file, groups.value).flatMap(({ failures }) => failures.map(failureText))
    : groups.wrong;
};

/** `quorate test-rules`: runs files of rule unit tests and prints as `promtool test rules` does. @returns the exit code */
export const testRules = async (files: readonly string[]): Promise<number> => {
  let failed = false;
  for (const file of files) {
    console.log(`Unit Testing:  ${file}`);
    const failures = await runFile(file);
    if (failures.length === 0) console.log('  SUCCESS\n');
    else console.error(`  FAILED:\n${failures.join('\n\n')}\n`);
    failed ||= failures.length > 0;
  }
  return failed ? 1 : 0;
};

/** `quorate check-rules`: says of rule files whether they are good, and where they are not. @returns the exit code */
export const checkRules = async (files: readonly string[]): Promise<number> => {
  let failed = false;
  for (const file of files) {
    console.log(`Checking ${file}`);
    const read = await readRules(file, 60_000);
    if (read.ok)
      console.log(
        `  SUCCESS: ${read.value.reduce((sum, group) => sum + group.rules.length, 0)} rules found\n`,
      );
    else console.error(`  FAILED:\n${read.wrong.join('\n')}\n`);
    failed ||= !read.ok;
  }
  return failed ? 1 : 0;
};
