'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { toast } from 'sonner';

import { useInstant } from '#components/shell/instant.tsx';
import { useHref } from '#components/shell/link.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useWords } from '#components/words.tsx';
import type { RuleDto } from '#lib/api/schema-rules.ts';

import { draftOf, EMPTY_FORM, faultsOf, formOf } from './draft.ts';
import type { RuleForm } from './draft.ts';
import { GroupLine } from './group-settings.tsx';
import { RuleActions } from './rule-actions.tsx';
import { RuleFields } from './rule-fields.tsx';
import { RuleHealth } from './rule-health.tsx';
import { RuleHead } from './rule-head.tsx';
import { RuleHistory } from './rule-history.tsx';
import { Backtest, BacktestSentence, RuleResult } from './rule-preview.tsx';
import { RuleTabs, TABS } from './rule-tabs.tsx';
import type { Tab } from './rule-tabs.tsx';
import { RuleTests } from './rule-tests.tsx';
import { RuleYaml } from './rule-yaml.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { useGroup } from './use-group.ts';
import { usePreview } from './use-preview.ts';
import { useTests } from './use-tests.ts';

const PromqlField = dynamic(() => import('./promql-field.tsx'), {
  ssr: false,
  loading: () => <div className="skeleton h-28" />,
});

const SPANS = [
  ['1 h', 3_600_000],
  ['6 h', 21_600_000],
  ['24 h', 86_400_000],
  ['7 d', 604_800_000],
] as const;

const SpanPicker = ({ spanMs, choose }: { spanMs: number; choose: (spanMs: number) => void }) => (
  <span className="seg ml-auto">
    {SPANS.map(([name, ms]) => (
      <button key={name} type="button" aria-pressed={ms === spanMs} onClick={() => choose(ms)}>
        {name}
      </button>
    ))}
  </span>
);

/** Ctrl S asks for the review, wherever the focus is. */
const useSaveKey = (review: () => void): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return;
      event.preventDefault();
      review();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [review]);
};

/** The tabs that a rule has: only one's own may be given tests, and what is not saved has no history. */
const tabsOf = (rule: RuleDto | null, readOnly: boolean): Tab[] =>
  TABS.filter(
    (tab) =>
      (tab !== 'history' || (rule !== null && rule.source !== 'file')) &&
      (tab !== 'tests' || !readOnly || (rule !== null && rule.tests !== '')),
  );

/**
 * One rule: its expression with completion and errors at their place, what it says now and would have said, its unit
 * tests, its YAML, its history. Of a past instant all of it is read only.
 */
export const RuleEditor = ({
  rule,
  template,
  onChanged,
}: {
  /** Null: a new rule. */
  rule: RuleDto | null;
  /** What a new rule begins as. */
  template: RuleDto | null;
  onChanged: () => void;
}) => {
  const t = useWords();
  const router = useRouter();
  const href = useHref();
  const now = useNow();
  const { isPast } = useInstant();
  const start =
    rule === null ? (template === null ? EMPTY_FORM : { ...formOf(template), group: 'own' }) : formOf(rule);
  const [form, setForm] = useState(start);
  const [tab, setTab] = useState<Tab>('rule');
  const [spanMs, setSpan] = useState<number>(3_600_000);
  const [reviewing, setReviewing] = useState(false);
  const [discards, setDiscards] = useState(0);
  const readOnly = isPast || (rule !== null && rule.source !== 'ui');
  const isDirty = rule === null || JSON.stringify(form) !== JSON.stringify(formOf(rule));
  const draft = draftOf(form);
  const group = useGroup(draft.group, readOnly ? rule : null);
  const previewed = usePreview(draft, group.settings.labels, spanMs, now);
  const savedDraft = rule !== null && isDirty && rule.kind === 'alert' ? rule : null;
  const before = usePreview(savedDraft, group.settings.labels, spanMs, now);
  const tested = useTests(draft, rule?.id ?? null, group.settings);
  const faults = faultsOf(form);
  const canSave =
    !readOnly &&
    isDirty &&
    Object.keys(faults).length === 0 &&
    form.expr.trim() !== '' &&
    previewed.fault === null &&
    tested.fault === null;
  const change = (part: Partial<RuleForm>): void => setForm({ ...form, ...part });
  useSaveKey(() => canSave && setReviewing(true));
  const saved = (next: RuleDto): void => {
    toast(t('ui.rules.saved', { name: next.name }));
    setReviewing(false);
    if (rule === null) router.push(href(`/rules/${encodeURIComponent(next.id)}`));
    else onChanged();
  };
  return (
    <>
      <div className="mb-4 flex flex-wrap items-start gap-3">
        <RuleHead
          form={form}
          faults={faults}
          rule={rule}
          isReadOnly={readOnly}
          isDirty={isDirty}
          change={change}
        >
          {form.kind === 'alert' && (
            <BacktestSentence draft={previewed.preview} saved={before.preview} spanMs={spanMs} />
          )}
          {rule !== null && <RuleHealth rule={rule} />}
        </RuleHead>
        {!isPast && (
          <RuleActions
            rule={rule}
            isDirty={isDirty}
            canSave={canSave}
            onDiscard={() => {
              setForm(start);
              setDiscards(discards + 1);
            }}
            onReview={() => setReviewing(true)}
            onChanged={onChanged}
          />
        )}
      </div>
      <div className="grid gap-8 border-b border-line-2 pb-6 xl:grid-cols-2">
        <section className="min-w-0" aria-label={t('ui.rules.tab.rule')}>
          <RuleTabs
            tabs={tabsOf(rule, readOnly)}
            tab={tab}
            choose={setTab}
            counts={tested.tests === null ? {} : { tests: tested.tests.length }}
          />
          <div role="tabpanel" id="rule-panel" aria-labelledby={`tab-${tab}`}>
            {tab === 'rule' && (
              <>
                <PromqlField
                  key={discards}
                  initial={form.expr}
                  onChange={(expr) => change({ expr })}
                  fault={previewed.fault}
                  label={t('ui.rules.expr')}
                  hint={
                    form.kind === 'alert'
                      ? 'quorate_node_state{state="down"} == 1'
                      : 'sum by (cluster) (quorate_node_state{state="up"})'
                  }
                  readOnly={readOnly}
                />
                {previewed.fault !== null && (
                  <p role="alert" className="mt-2 text-down-ink" data-testid="expr-error">
                    {t('ui.rules.at', { line: previewed.fault.line, column: previewed.fault.column })}:{' '}
                    <span className="font-mono text-12">{previewed.fault.message}</span>
                  </p>
                )}
                <RuleFields form={form} faults={faults} readOnly={readOnly} change={change} />
                <GroupLine name={draft.group} group={group} onSaved={onChanged} />
              </>
            )}
            {tab === 'tests' && <RuleTests form={form} tested={tested} readOnly={readOnly} change={change} />}
            {tab === 'yaml' && (
              <RuleYaml draft={draft} saved={readOnly ? rule : null} settings={group.settings} />
            )}
            {tab === 'history' && rule !== null && <RuleHistory rule={rule} onRestored={onChanged} />}
          </div>
        </section>
        <section className="min-w-0" aria-label={t('ui.rules.result')}>
          <RuleResult
            kind={form.kind}
            severity={draft.labels.severity ?? ''}
            expr={form.expr}
            previewed={previewed}
            spanMs={spanMs}
            now={now}
          />
        </section>
      </div>
      <section className="pt-4">
        <div className="head">
          <h2>{t(form.kind === 'alert' ? 'ui.rules.backtest' : 'ui.rules.span')}</h2>
          <SpanPicker spanMs={spanMs} choose={setSpan} />
        </div>
        {form.kind === 'alert' ? (
          <Backtest
            severity={draft.labels.severity ?? ''}
            draft={previewed.preview}
            saved={before.preview}
            version={rule?.version ?? 0}
            from={now - spanMs}
            to={now}
          />
        ) : (
          <p className="text-ink-2">{t('ui.rules.span-note')}</p>
        )}
      </section>
      {reviewing && (
        <SaveDialog
          draft={draft}
          saved={rule}
          tests={tested.tests}
          onClose={() => setReviewing(false)}
          onSaved={saved}
        />
      )}
    </>
  );
};
