'use client';

import { useId } from 'react';

import { useWords } from '#components/words.tsx';
import type { UiCode } from '#components/words.tsx';

import type { RuleForm } from './draft.ts';

type Field = keyof RuleForm;
interface FieldsProps {
  readonly form: RuleForm;
  readonly faults: Partial<Record<Field, UiCode>>;
  readonly readOnly: boolean;
  readonly change: (part: Partial<RuleForm>) => void;
}

const TextField = ({
  form,
  faults,
  readOnly,
  change,
  field,
  code,
  mono = false,
  rows = 1,
}: FieldsProps & {
  field: Exclude<Field, 'enabled' | 'kind' | 'tests'>;
  code: UiCode;
  mono?: boolean;
  rows?: number;
}) => {
  const t = useWords();
  const note = useId();
  const fault = faults[field];
  const shared = {
    className: `field ${mono ? 'font-mono' : ''}`,
    value: form[field],
    readOnly,
    'aria-invalid': fault !== undefined,
    ...(fault === undefined ? {} : { 'aria-describedby': note }),
    onChange: (event: { target: { value: string } }) => change({ [field]: event.target.value }),
  };
  return (
    <label className="grid content-start gap-1">
      <span className="note">{t(code)}</span>
      {rows === 1 ? <input {...shared} /> : <textarea rows={rows} {...shared} />}
      {fault !== undefined && (
        <span id={note} className="text-12 text-suspect-ink">
          {t(fault, { name: form.name })}
        </span>
      )}
    </label>
  );
};

const SEVERITIES = ['critical', 'warning', 'info'] as const;

/** Everything of a rule beside its expression. */
export const RuleFields = (props: FieldsProps) => {
  const t = useWords();
  const { form, readOnly, change } = props;
  const isAlert = form.kind === 'alert';
  const others = SEVERITIES.some((severity) => severity === form.severity) ? [] : [form.severity];
  return (
    <div className="mt-3 grid gap-3">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <TextField {...props} field="group" code="ui.rules.group" />
        {isAlert && (
          <>
            <TextField {...props} field="forText" code="ui.rules.for" mono />
            <TextField {...props} field="keepText" code="ui.rules.keep" mono />
            <label className="grid content-start gap-1">
              <span className="note">{t('ui.rules.severity')}</span>
              <select
                className="field"
                value={form.severity}
                disabled={readOnly}
                onChange={(event) => change({ severity: event.target.value })}
              >
                {others.map((severity) => (
                  <option key={severity} value={severity}>
                    {severity === '' ? '–' : severity}
                  </option>
                ))}
                {SEVERITIES.map((severity) => (
                  <option key={severity} value={severity}>
                    {t(`ui.rules.${severity}`)}
                  </option>
                ))}
              </select>
            </label>
          </>
        )}
      </div>
      {isAlert && <TextField {...props} field="summary" code="ui.rules.summary" />}
      <div className={`grid gap-3 ${isAlert ? 'sm:grid-cols-2' : ''}`}>
        <TextField {...props} field="labels" code="ui.rules.labels" mono rows={2} />
        {isAlert && <TextField {...props} field="annotations" code="ui.rules.annotations" mono rows={2} />}
      </div>
    </div>
  );
};
