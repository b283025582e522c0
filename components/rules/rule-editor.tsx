'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { toast } from 'sonner';

import { Link, useHref } from '#components/shell/link.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useWords } from '#components/words.tsx';
import type { RuleDto } from '#lib/api/schema-rules.ts';
import { send } from '#lib/client/http.ts';

import { draftOf, EMPTY_FORM, faultsOf, formOf } from './draft.ts';
import type { RuleForm } from './draft.ts';
import { RuleFields } from './rule-fields.tsx';
import { RuleHistory } from './rule-history.tsx';
import { Backtest, RuleResult } from './rule-preview.tsx';
import { SaveDialog, useYaml } from './save-dialog.tsx';
import { usePreview } from './use-preview.ts';

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
const TABS = ['rule', 'yaml', 'history'] as const;
type Tab = (typeof TABS)[number];

const Tabs = ({ tab, choose, hasHistory }: { tab: Tab; choose: (tab: Tab) => void; hasHistory: boolean }) => {
  const t = useWords();
  return (
    <div className="tabs mb-3" role="tablist">
      {TABS.filter((each) => each !== 'history' || hasHistory).map((each) => (
        <button key={each} type="button" role="tab" aria-selected={each === tab} onClick={() => choose(each)}>
          {t(`ui.rules.tab.${each}`)}
        </button>
      ))}
    </div>
  );
};

const SpanPicker = ({ spanMs, choose }: { spanMs: number; choose: (spanMs: number) => void }) => (
  <span className="seg ml-auto">
    {SPANS.map(([name, ms]) => (
      <button key={name} type="button" aria-pressed={ms === spanMs} onClick={() => choose(ms)}>
        {name}
      </button>
    ))}
  </span>
);

const Yaml = ({ form }: { form: RuleForm }) => {
  const yaml = useYaml(draftOf(form));
  return yaml === undefined ? <div className="skeleton h-40" /> : <pre className="well">{yaml}</pre>;
};

/** What can be done with a rule, by where it comes from. */
const Actions = ({
  rule,
  isDirty,
  canSave,
  onDiscard,
  onReview,
  onChanged,
}: {
  rule: RuleDto | null;
  isDirty: boolean;
  canSave: boolean;
  onDiscard: () => void;
  onReview: () => void;
  onChanged: () => void;
}) => {
  const t = useWords();
  const router = useRouter();
  const href = useHref();
  const act = (work: Promise<unknown>, done: () => void): void => {
    work
      .then(done)
      .catch((cause: unknown) => toast.error(cause instanceof Error ? cause.message : String(cause)));
  };
  if (rule !== null && rule.source !== 'ui')
    return (
      <div className="flex flex-wrap gap-2">
        {rule.source === 'ready' && (
          <button
            type="button"
            className="btn"
            onClick={() =>
              act(
                send('POST', `/api/rules/${encodeURIComponent(rule.id)}/enabled`, { enabled: !rule.enabled }),
                onChanged,
              )
            }
          >
            {t(rule.enabled ? 'ui.rules.disable' : 'ui.rules.enable')}
          </button>
        )}
        <Link className="btn" href={`/rules/new?from=${encodeURIComponent(rule.id)}`}>
          {t('ui.rules.copy-own')}
        </Link>
      </div>
    );
  return (
    <div className="flex flex-wrap gap-2">
      {rule !== null && (
        <>
          <button
            type="button"
            className="btn ghost"
            onClick={() =>
              act(
                send('DELETE', `/api/rules/${encodeURIComponent(rule.id)}`, undefined, {
                  'if-match': `"${rule.version}"`,
                }),
                () => {
                  toast(t('ui.rules.deleted', { name: rule.name }));
                  router.push(href('/rules'));
                },
              )
            }
          >
            {t('ui.rules.delete')}
          </button>
          <button
            type="button"
            className="btn"
            onClick={() =>
              act(
                send('POST', `/api/rules/${encodeURIComponent(rule.id)}/enabled`, { enabled: !rule.enabled }),
                onChanged,
              )
            }
          >
            {t(rule.enabled ? 'ui.rules.disable' : 'ui.rules.enable')}
          </button>
        </>
      )}
      <button type="button" className="btn" disabled={!isDirty} onClick={onDiscard}>
        {t('ui.rules.discard')}
      </button>
      <button
        type="button"
        className="btn primary"
        aria-keyshortcuts="Control+S"
        disabled={!canSave}
        onClick={onReview}
      >
        {t('ui.rules.review')}{' '}
        <span className="kbd border-transparent bg-transparent text-inherit">Ctrl S</span>
      </button>
    </div>
  );
};

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

/**
 * One rule: its expression with completion and errors at their place, what it says now and would have said, its YAML,
 * its history.
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
  const start =
    rule === null ? (template === null ? EMPTY_FORM : { ...formOf(template), group: 'own' }) : formOf(rule);
  const [form, setForm] = useState(start);
  const [tab, setTab] = useState<Tab>('rule');
  const [spanMs, setSpan] = useState<number>(3_600_000);
  const [reviewing, setReviewing] = useState(false);
  const [discards, setDiscards] = useState(0);
  const readOnly = rule !== null && rule.source !== 'ui';
  const isDirty = rule === null || JSON.stringify(form) !== JSON.stringify(formOf(rule));
  const draft = draftOf(form);
  const previewed = usePreview(draft, spanMs, now);
  const faults = faultsOf(form);
  const canSave =
    !readOnly &&
    isDirty &&
    Object.keys(faults).length === 0 &&
    form.expr.trim() !== '' &&
    previewed.fault === null;
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
        <div className="min-w-0 flex-1">
          <p className="note">
            <Link href="/rules">{t('ui.rules')}</Link> / {form.group} /
          </p>
          <div className="flex flex-wrap items-center gap-2">
            {readOnly ? (
              <h1 className="verdict">{form.name}</h1>
            ) : (
              <>
                <h1 className="sr-only">{form.name === '' ? t('ui.rules.new') : form.name}</h1>
                <input
                  className="field verdict max-w-[420px]"
                  aria-label={t('ui.rules.name')}
                  placeholder={t('ui.rules.name')}
                  aria-invalid={faults.name !== undefined && form.expr !== ''}
                  value={form.name}
                  onChange={(event) => change({ name: event.target.value })}
                />
              </>
            )}
            <span className="tag">{t(`ui.rules.source.${rule?.source ?? 'ui'}`)}</span>
            {readOnly && <span className="tag">{t('ui.rules.read-only')}</span>}
            {rule !== null && <span className="tag">{t('ui.rules.version', { version: rule.version })}</span>}
            {isDirty && <span className="tag">{t('ui.rules.unsaved')}</span>}
            {!form.enabled && <span className="tag">{t('ui.rules.state.off')}</span>}
          </div>
        </div>
        <Actions
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
      </div>
      <div className="grid gap-8 border-b border-line-2 pb-6 xl:grid-cols-2">
        <section aria-label={t('ui.rules.tab.rule')}>
          <Tabs tab={tab} choose={setTab} hasHistory={rule !== null} />
          {tab === 'rule' && (
            <>
              <PromqlField
                key={discards}
                initial={form.expr}
                onChange={(expr) => change({ expr })}
                fault={previewed.fault}
                label={t('ui.rules.expr')}
                hint={'quorate_node_state{state="down"} == 1'}
                readOnly={readOnly}
              />
              {previewed.fault !== null && (
                <p role="alert" className="mt-2 text-down-ink" data-testid="expr-error">
                  {t('ui.rules.at', { line: previewed.fault.line, column: previewed.fault.column })}:{' '}
                  <span className="font-mono text-12">{previewed.fault.message}</span>
                </p>
              )}
              <RuleFields form={form} faults={faults} readOnly={readOnly} change={change} />
            </>
          )}
          {tab === 'yaml' && <Yaml form={form} />}
          {tab === 'history' && rule !== null && <RuleHistory rule={rule} onRestored={onChanged} />}
        </section>
        <section aria-label={t('ui.rules.result')}>
          <RuleResult expr={form.expr} previewed={previewed} spanMs={spanMs} now={now} />
        </section>
      </div>
      <section className="pt-4">
        <div className="head">
          <h2>{t('ui.rules.backtest')}</h2>
          <SpanPicker spanMs={spanMs} choose={setSpan} />
        </div>
        <Backtest
          previewed={previewed}
          saved={rule !== null && isDirty ? rule : null}
          version={rule?.version ?? 0}
          spanMs={spanMs}
          now={now}
        />
      </section>
      {reviewing && (
        <SaveDialog draft={draft} saved={rule} onClose={() => setReviewing(false)} onSaved={saved} />
      )}
    </>
  );
};
