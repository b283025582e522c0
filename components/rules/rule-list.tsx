'use client';

import { Fragment, useState } from 'react';

import { Glyph } from '#components/marks/glyphs.tsx';
import type { GlyphName } from '#components/marks/glyphs.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { Link } from '#components/shell/link.tsx';
import { useRead } from '#components/shell/read.ts';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { UiCode } from '#components/words.tsx';
import type { RuleDto, RulesDto } from '#lib/api/schema-rules.ts';
import { sinceSpan } from '#lib/format/time.ts';
import { formatDuration } from '#lib/model/time.ts';

import { GroupDialog, useGroupText } from './group-settings.tsx';
import { ImportDialog } from './import-dialog.tsx';

type Group = RulesDto['groups'][number];

interface State {
  readonly glyph: GlyphName;
  readonly code: UiCode;
  readonly ink: string;
}

/** What a rule does now, the worst of it. */
const stateOf = (rule: RuleDto, isPast: boolean): State => {
  if (!rule.enabled) return { glyph: 'suppressed', code: 'ui.rules.state.off', ink: 'text-ink-3' };
  if (rule.health === 'err')
    return { glyph: 'critical', code: 'ui.rules.state.failed', ink: 'text-down-ink' };
  if (rule.alerts.firing > 0)
    return rule.labels.severity === 'critical'
      ? { glyph: 'critical', code: 'ui.rules.state.firing', ink: 'text-down-ink' }
      : { glyph: 'warning', code: 'ui.rules.state.firing', ink: 'text-suspect-ink' };
  if (rule.alerts.pending > 0)
    return { glyph: 'pending', code: 'ui.rules.state.pending', ink: 'text-suspect-ink' };
  if (rule.kind === 'record' && (rule.health === 'ok' || isPast))
    return { glyph: 'up', code: 'ui.rules.state.recorded', ink: 'text-ok-ink' };
  return rule.health === 'ok' || isPast
    ? { glyph: 'up', code: 'ui.rules.state.quiet', ink: 'text-ok-ink' }
    : { glyph: 'unknown', code: 'ui.rules.state.unknown', ink: 'text-unknown-ink' };
};

const Row = ({ rule }: { rule: RuleDto }) => {
  const lang = useLang();
  const t = useWords();
  const now = useNow();
  const { isPast } = useInstant();
  const { glyph, code, ink } = stateOf(rule, isPast);
  const count = rule.alerts.firing + rule.alerts.pending;
  return (
    <Fragment>
      <tr className={rule.error === null ? '' : 'has-why'} data-rule={rule.name}>
        <td>
          <span className={`st ${ink}`}>
            <Glyph name={glyph} />
            {t(code)}
            {count > 0 && <span className="font-normal"> {count}</span>}
          </span>
        </td>
        <td>
          <Link
            href={`/rules/${encodeURIComponent(rule.id)}`}
            className="font-head underline-offset-2 hover:underline"
          >
            {rule.name}
          </Link>
          {rule.kind === 'record' && <span className="tag ml-2">{t('ui.rules.kind.record')}</span>}
        </td>
        <td
          className="wide max-w-[560px] overflow-hidden font-mono text-12 text-ellipsis text-ink-2"
          title={rule.expr}
        >
          {rule.expr}
        </td>
        <td className="num">{rule.kind === 'record' ? '–' : formatDuration(rule.forMs)}</td>
        <td className="wide">{{ ...rule.settings.labels, ...rule.labels }.severity ?? '–'}</td>
        <td className="num wide text-ink-2">
          {rule.evaluatedAt === null || now === 0 ? '–' : sinceSpan(rule.evaluatedAt, lang, now)}
        </td>
      </tr>
      {rule.error !== null && (
        <tr className="why">
          <td colSpan={6}>
            <span className="font-mono break-words text-down-ink">{rule.error}</span>
          </td>
        </tr>
      )}
    </Fragment>
  );
};

const GroupTable = ({ group, onChanged }: { group: Group; onChanged: () => void }) => {
  const t = useWords();
  const groupText = useGroupText();
  const now = useNow();
  const { isPast } = useInstant();
  const [editing, setEditing] = useState(false);
  return (
    <section className="mb-6" data-group={group.name}>
      <div className="head flex-wrap">
        <h2>{group.name}</h2>
        <span className="note">
          {t(`ui.rules.source.${group.source}`)}
          {group.file === null ? '' : ` ${group.file}`} · {groupText(group)}
          {now !== 0 &&
            (group.evaluation !== null || isPast) &&
            ` · ${
              group.evaluation === null
                ? t('ui.rules.evaluation-unknown')
                : t('ui.rules.evaluation', {
                    agoMs: Math.max(0, Math.floor((now - Date.parse(group.evaluation.at)) / 1000) * 1000),
                    tookMs: group.evaluation.durationMs,
                  })
            }`}
        </span>
        {group.source === 'ui' && !isPast && (
          <button
            type="button"
            className="btn ghost"
            aria-label={`${t('ui.rules.group-edit')}: ${group.name}`}
            onClick={() => setEditing(true)}
          >
            {t('ui.rules.group-edit')}
          </button>
        )}
      </div>
      <div className="scroll-x">
        <table className="grid-table">
          <thead>
            <tr>
              <th scope="col" className="w-36">
                {t('ui.state')}
              </th>
              <th scope="col">{t('ui.rules.name')}</th>
              <th scope="col" className="wide">
                {t('ui.rules.expr')}
              </th>
              <th scope="col" className="num">
                {t('ui.rules.for')}
              </th>
              <th scope="col" className="wide">
                {t('ui.rules.severity')}
              </th>
              <th scope="col" className="num wide">
                {t('ui.rules.evaluated')}
              </th>
            </tr>
          </thead>
          <tbody>
            {group.rules.map((rule) => (
              <Row key={rule.id} rule={rule} />
            ))}
          </tbody>
        </table>
      </div>
      {editing && (
        <GroupDialog
          group={group}
          onClose={() => setEditing(false)}
          onSaved={() => {
            setEditing(false);
            onChanged();
          }}
        />
      )}
    </section>
  );
};

const RANK = { ui: 0, file: 1, ready: 2 } as const;

const matches = (rule: RuleDto, word: string): boolean =>
  word === '' ||
  [rule.name, rule.expr, rule.group, ...Object.values(rule.labels)].some((text) =>
    text.toLowerCase().includes(word),
  );

/** Every rule, one's own first, with what it does now. */
export const RuleList = () => {
  const t = useWords();
  const { data, error, again } = useRead<RulesDto>('/api/rules', 5000);
  const [word, setWord] = useState('');
  const [importing, setImporting] = useState(false);
  const { isPast } = useInstant();
  const rules = (data?.groups ?? []).flatMap((group) => group.rules);
  const errors = rules.filter((rule) => rule.health === 'err').length;
  const firing = rules.filter((rule) => rule.alerts.firing > 0).length;
  const groups = (data?.groups ?? [])
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => matches(rule, word.toLowerCase())) }))
    .filter((group) => group.rules.length > 0)
    .toSorted((a, b) => RANK[a.source] - RANK[b.source] || a.name.localeCompare(b.name));
  return (
    <>
      <div className="flex flex-wrap items-start gap-3">
        <h1 className="verdict flex-1">
          {data === undefined
            ? t('ui.rules')
            : rules.length === 0
              ? t('ui.rules.none')
              : errors > 0
                ? t('ui.rules.verdict-errors', { errors, count: rules.length })
                : t('ui.rules.verdict', { count: rules.length, firing })}
        </h1>
        {!isPast && (
          <>
            <button type="button" className="btn" onClick={() => setImporting(true)}>
              {t('ui.rules.import')}
            </button>
            <Link className="btn primary" href="/rules/new">
              {t('ui.rules.new')}
            </Link>
          </>
        )}
      </div>
      <p className="lede mt-1 mb-4">{t('ui.rules.lede')}</p>
      <input
        type="search"
        className="field mb-4 max-w-[380px]"
        aria-label={t('ui.rules.filter')}
        placeholder={t('ui.rules.filter')}
        value={word}
        onChange={(event) => setWord(event.target.value)}
      />
      {error !== undefined && (
        <p role="alert" className="mb-4 text-down-ink">
          {error.message}
        </p>
      )}
      {(data?.problems.length ?? 0) > 0 && (
        <section className="mb-5">
          <div className="head">
            <h2>{t('ui.rules.problems')}</h2>
          </div>
          <pre role="alert" className="well text-down-ink">
            {data?.problems.join('\n')}
          </pre>
        </section>
      )}
      {data === undefined && error === undefined && <div className="skeleton h-64" />}
      {groups.map((group) => (
        <GroupTable
          key={`${group.source} ${group.file ?? ''} ${group.name}`}
          group={group}
          onChanged={again}
        />
      ))}
      {importing && (
        <ImportDialog
          onClose={() => setImporting(false)}
          onImported={() => {
            setImporting(false);
            again();
          }}
        />
      )}
    </>
  );
};
