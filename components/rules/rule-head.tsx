'use client';

import { Link } from '#components/shell/link.tsx';
import { useWords } from '#components/words.tsx';
import type { UiCode } from '#components/words.tsx';
import type { RuleDto } from '#lib/api/schema-rules.ts';

import type { RuleForm } from './draft.ts';

const KINDS = ['alert', 'record'] as const;

/** Whether the rule alerts or records: the fields below follow. */
const KindSwitch = ({
  kind,
  choose,
}: {
  kind: RuleForm['kind'];
  choose: (kind: RuleForm['kind']) => void;
}) => {
  const t = useWords();
  return (
    <span className="seg" role="group" aria-label={t('ui.rules.kind')}>
      {KINDS.map((each) => (
        <button key={each} type="button" aria-pressed={each === kind} onClick={() => choose(each)}>
          {t(`ui.rules.kind.${each}`)}
        </button>
      ))}
    </span>
  );
};

/** A rule's name, what kind it is, where it comes from and how it stands. */
export const RuleHead = ({
  form,
  faults,
  rule,
  isReadOnly,
  isDirty,
  change,
  children,
}: {
  form: RuleForm;
  faults: Partial<Record<keyof RuleForm, UiCode>>;
  /** Null: a new rule. */
  rule: RuleDto | null;
  isReadOnly: boolean;
  isDirty: boolean;
  change: (part: Partial<RuleForm>) => void;
  /** What is said of it under its name. */
  children: React.ReactNode;
}) => {
  const t = useWords();
  const fault = form.expr === '' && form.name === '' ? undefined : faults.name;
  return (
    <div className="min-w-[min(100%,300px)] flex-1">
      <p className="note">
        <Link href="/rules">{t('ui.rules')}</Link> / {form.group} /
      </p>
      <div className="flex flex-wrap items-center gap-2">
        {isReadOnly ? (
          <h1 className="verdict break-words">{form.name}</h1>
        ) : (
          <>
            <h1 className="sr-only">{form.name === '' ? t('ui.rules.new') : form.name}</h1>
            <KindSwitch kind={form.kind} choose={(kind) => change({ kind })} />
            <input
              className="field verdict max-w-[420px]"
              aria-label={t('ui.rules.name')}
              placeholder={form.kind === 'alert' ? t('ui.rules.name') : 'cluster:metric:sum'}
              aria-invalid={fault !== undefined}
              {...(fault === undefined ? {} : { 'aria-describedby': 'name-fault' })}
              value={form.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          </>
        )}
        {isReadOnly && form.kind === 'record' && <span className="tag">{t('ui.rules.kind.record')}</span>}
        <span className="tag">{t(`ui.rules.source.${rule?.source ?? 'ui'}`)}</span>
        {isReadOnly && <span className="tag">{t('ui.rules.read-only')}</span>}
        {rule !== null && <span className="tag">{t('ui.rules.version', { version: rule.version })}</span>}
        {isDirty && !isReadOnly && <span className="tag">{t('ui.rules.unsaved')}</span>}
        {!form.enabled && <span className="tag">{t('ui.rules.state.off')}</span>}
      </div>
      {fault !== undefined && !isReadOnly && (
        <p id="name-fault" className="mt-1 text-12 text-suspect-ink">
          {t(fault, { name: form.name })}
        </p>
      )}
      {children}
    </div>
  );
};
