'use client';

import { useRef } from 'react';

import { Glyph } from '#components/marks/glyphs.tsx';
import { useWords } from '#components/words.tsx';
import type { RuleTestsDto } from '#lib/api/schema-rules.ts';
import { formatDuration } from '#lib/model/time.ts';

import type { RuleForm } from './draft.ts';
import { passed } from './use-tests.ts';
import type { Tested } from './use-tests.ts';

type Test = RuleTestsDto['tests'][number];
type Failure = Test['failures'][number];

const ROWS = 18;

/** A first test of a rule, to be filled in. */
const exampleOf = ({ kind, name, expr, labels, severity }: RuleForm): string => {
  const metric = /[a-zA-Z_:][a-zA-Z0-9_:]*(?=\{|\[|\s|$)/.exec(expr)?.[0] ?? 'up';
  const title = name === '' ? 'this rule' : name;
  const head = `rule_files: [rules.yml]\nevaluation_interval: 5s\n\ntests:\n  - name: ${title} on an example\n    interval: 5s\n    input_series:\n      - series: ${metric}{node="a"}\n        values: 0x5 1x10\n`;
  if (kind === 'record')
    return `${head}    promql_expr_test:\n      - expr: ${title}\n        eval_time: 30s\n        exp_samples:\n          - labels: ${title}{node="a"}\n            value: 1\n`;
  const own = severity === '' && labels === '' ? '' : `, severity: ${severity}`;
  return `${head}    alert_rule_test:\n      - alertname: ${title}\n        eval_time: 5s\n        exp_alerts: []\n      - alertname: ${title}\n        eval_time: 1m\n        exp_alerts:\n          - exp_labels: { node: a${own} }\n`;
};

const Side = ({ title, lines }: { title: string; lines: readonly string[] }) => {
  const t = useWords();
  return (
    <div className="min-w-0">
      <p className="note">{title}</p>
      <pre className="well">{lines.length === 0 ? t('ui.rules.test-nothing') : lines.join('\n')}</pre>
    </div>
  );
};

const Failed = ({ failure }: { failure: Failure }) => {
  const t = useWords();
  return (
    <div className="mt-2 mb-3" data-testid="test-failure">
      <p className="mb-1 text-12">
        {t(`ui.rules.test-what.${failure.what}`)}{' '}
        <span className="font-mono break-words">{failure.subject}</span>{' '}
        {t('ui.rules.test-at', { time: formatDuration(failure.atMs) })}
      </p>
      {failure.error === null ? (
        <div className="grid gap-2 sm:grid-cols-2">
          <Side title={t('ui.rules.test-expected')} lines={failure.expected} />
          <Side title={t('ui.rules.test-got')} lines={failure.got} />
        </div>
      ) : (
        <pre className="well text-down-ink">{failure.error}</pre>
      )}
    </div>
  );
};

const Outcome = ({ test }: { test: Test }) => {
  const t = useWords();
  const holds = test.failures.length === 0;
  return (
    <li className="border-b border-line py-2" data-holds={holds}>
      <span className="flex items-baseline gap-3">
        <span className={`st ${holds ? 'text-ok-ink' : 'text-down-ink'}`}>
          <Glyph name={holds ? 'up' : 'critical'} />
          {t(holds ? 'ui.rules.test-holds' : 'ui.rules.test-fails')}
        </span>
        <span className="min-w-0 break-words">
          {test.name === '' ? t('ui.rules.test-unnamed') : test.name}
        </span>
      </span>
      {test.failures.map((failure) => (
        <Failed key={`${failure.what} ${failure.subject} ${failure.atMs}`} failure={failure} />
      ))}
    </li>
  );
};

/** How many of the tests hold, as words with a mark. */
export const TestsPassed = ({ tests }: { tests: RuleTestsDto['tests'] }) => {
  const t = useWords();
  const pass = passed(tests);
  const isGood = pass === tests.length;
  return (
    <span className={`st ${isGood ? 'text-ok-ink' : 'text-down-ink'}`} data-testid="tests-passed">
      <Glyph name={isGood ? 'up' : 'critical'} />
      {t('ui.rules.tests-passed', { pass, count: tests.length })}
    </span>
  );
};

/** A rule's unit tests, and what they come to with the rule as it stands in the editor. */
export const RuleTests = ({
  form,
  tested,
  readOnly,
  change,
}: {
  form: RuleForm;
  tested: Tested;
  readOnly: boolean;
  change: (part: Partial<RuleForm>) => void;
}) => {
  const t = useWords();
  const field = useRef<HTMLTextAreaElement>(null);
  const { tests, fault } = tested;
  const goTo = (line: number, column: number): void => {
    const { current } = field;
    if (current === null) return;
    const before = current.value.split('\n').slice(0, line - 1);
    const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
    current.focus();
    current.setSelectionRange(at, at);
  };
  return (
    <>
      <div className="head">
        {tests !== null && <TestsPassed tests={tests} />}
        <span className="note">{t(readOnly ? 'ui.rules.tests-ready-note' : 'ui.rules.tests-note')}</span>
      </div>
      {readOnly ? (
        <pre className="well" data-testid="ready-tests">
          {form.tests}
        </pre>
      ) : (
        <textarea
          ref={field}
          className="field font-mono text-12"
          rows={ROWS}
          wrap="off"
          spellCheck={false}
          aria-label={t('ui.rules.tab.tests')}
          aria-invalid={fault !== null}
          placeholder={'tests:\n  - input_series: …'}
          value={form.tests}
          onChange={(event) => change({ tests: event.target.value })}
        />
      )}
      {!readOnly && form.tests.trim() === '' && (
        <button type="button" className="btn mt-2" onClick={() => change({ tests: exampleOf(form) })}>
          {t('ui.rules.tests-example')}
        </button>
      )}
      {fault !== null && (
        <p role="alert" className="mt-2 text-down-ink" data-testid="tests-error">
          <button
            type="button"
            className="underline underline-offset-2"
            onClick={() => goTo(fault.line, fault.column)}
          >
            {t('ui.rules.at', { line: fault.line, column: fault.column })}
          </button>
          : <span className="font-mono text-12 whitespace-pre-wrap">{fault.message}</span>
        </p>
      )}
      {tests !== null && (
        <ol className="mt-3" data-testid="tests">
          {tests.map((test, i) => (
            <Outcome key={`${i} ${test.name}`} test={test} />
          ))}
        </ol>
      )}
    </>
  );
};
