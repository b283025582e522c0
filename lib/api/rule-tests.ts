import 'server-only';

import { groupWith } from '#lib/engine/data/rule-groups.ts';
import { ruleProblemText } from '#lib/rules/file.ts';
import type { RuleDraft, RuleGroup } from '#lib/rules/rule.ts';
import { runTestFile } from '#lib/rules/unit-test/run.ts';
import type { TestOutcome } from '#lib/rules/unit-test/run.ts';
import { readTestFile } from '#lib/rules/unit-test/test-file.ts';
import type { TestFile } from '#lib/rules/unit-test/test-file.ts';

import { live } from './live.ts';
import { Problem } from './problem.ts';
import { settingsFor } from './rule-groups.ts';
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

const run = (file: TestFile, group: RuleGroup): TestOutcome[] => {
  const end = performance.now() + MOST_MS;
  try {
    return runTestFile(file, [group], { mostSteps: MOST_STEPS, isOver: () => performance.now() > end });
  } catch (cause) {
    throw new Problem('bad-request', cause instanceof Error ? cause.message : String(cause), 'tests');
  }
};

/**
 * Runs a draft's unit tests over its group as it would be once the draft was saved, so that it finds what the group's other rules record. The
 * draft counts also while it is switched off.
 * @param id of the rule that is edited; null: a new one
 */
export const runRuleTests = async (draft: RuleDraft, id: string | null): Promise<RuleTestsDto> => {
  const file = testsOf(draft.tests ?? '');
  const engine = await live();
  const [settings, { groups }] = await Promise.all([settingsFor(engine, draft.group), engine.data().rules()]);
  const now = groups.find(({ source, name }) => source === 'ui' && name === draft.group);
  const rules = now?.rules.map(({ rule }) => rule) ?? [];
  const group = groupWith(rules, settings, { ...draft, enabled: true }, id);
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
