import 'server-only';

import { ruleProblemText } from '#lib/rules/file.ts';
import type { RuleDraft } from '#lib/rules/rule.ts';
import { runTestFile } from '#lib/rules/unit-test/run.ts';
import type { TestOutcome } from '#lib/rules/unit-test/run.ts';
import { readTestFile } from '#lib/rules/unit-test/test-file.ts';
import type { TestFile } from '#lib/rules/unit-test/test-file.ts';

import { live } from './live.ts';
import { Problem } from './problem.ts';
import { groupOfDraft, settingsFor } from './rule-groups.ts';
import type { RuleTestsDto } from './schema-rules.ts';

const MOST_VALUES = 200_000;
const MOST_STEPS = 20_000;
/** The pages are served by the same thread: a run must not hold them up for long. */
const MOST_MS = 1000;

/** Tests that can be read, or a problem that names the place. */
export const testsOf = (text: string): TestFile => {
  const read = readTestFile(text, 'tests', MOST_VALUES);
  if (read.ok) return read.file;
  const message = read.problems.map(ruleProblemText).join('\n');
  throw new Problem('bad-request', message, 'tests', read.problems[0]);
};

const run = (file: TestFile, group: ReturnType<typeof groupOfDraft>): TestOutcome[] => {
  const end = performance.now() + MOST_MS;
  try {
    return runTestFile(file, [group], { mostSteps: MOST_STEPS, isOver: () => performance.now() > end });
  } catch (cause) {
    throw new Problem('bad-request', cause instanceof Error ? cause.message : String(cause), 'tests');
  }
};

/** Runs a draft's unit tests over the draft alone, with what its group says for it. */
export const runRuleTests = async (draft: RuleDraft): Promise<RuleTestsDto> => {
  const file = testsOf(draft.tests ?? '');
  const group = groupOfDraft(draft, await settingsFor(await live(), draft.group));
  return {
    tests: run(file, group).map(({ name, failures }) => ({
      name,
      failures: failures.map(({ what, subject, at, expected, got, error }) => ({
        what,
        subject,
        atMs: at,
        expected: [...expected],
        got: [...got],
        error,
      })),
    })),
  };
};
