'use client';

import { useState } from 'react';

import { Overlay } from '#components/shell/dialog.tsx';
import { useWords } from '#components/words.tsx';
import type { UiCode } from '#components/words.tsx';
import type { GroupSettingsDto, RuleGroupDto } from '#lib/api/schema-rules.ts';
import { send } from '#lib/client/http.ts';
import { formatDuration, parseDuration } from '#lib/model/time.ts';

import { GroupHistory } from './group-history.tsx';
import { fromLines, labelText, toLines } from './label-text.ts';
import type { Group } from './use-group.ts';

/** What a group says for its rules, in one line. */
export const useGroupText = (): ((settings: GroupSettingsDto) => string) => {
  const t = useWords();
  return ({ intervalMs, limit, queryOffsetMs, labels }) =>
    [
      t('ui.rules.every', { intervalMs }),
      ...(limit === 0 ? [] : [t('ui.rules.group-most', { most: limit })]),
      ...(queryOffsetMs === 0 ? [] : [t('ui.rules.group-offset', { offsetMs: queryOffsetMs })]),
      ...(Object.keys(labels).length === 0 ? [] : [labelText(labels)]),
    ].join(' · ');
};

interface Form {
  readonly interval: string;
  readonly limit: string;
  readonly offset: string;
  readonly labels: string;
}

const LEAST_INTERVAL_MS = 1000;
const DAY_MS = 86_400_000;

/** What a form says, or by field what is wrong in it. */
const readForm = (
  form: Form,
): { settings: GroupSettingsDto } | { faults: Partial<Record<keyof Form, UiCode>> } => {
  const intervalMs = parseDuration(form.interval.trim());
  const queryOffsetMs = parseDuration(form.offset.trim());
  const limit = /^\d{1,9}$/.test(form.limit.trim()) ? Number(form.limit) : null;
  const labels = fromLines(form.labels);
  const isInterval = intervalMs !== null && intervalMs >= LEAST_INTERVAL_MS && intervalMs <= DAY_MS;
  const isOffset = queryOffsetMs !== null && queryOffsetMs <= DAY_MS;
  if (isInterval && isOffset && limit !== null && labels !== null)
    return { settings: { intervalMs, limit, queryOffsetMs, labels } };
  return {
    faults: {
      ...(isInterval ? {} : { interval: 'ui.rules.interval-wrong' }),
      ...(isOffset ? {} : { offset: 'ui.rules.span-wrong' }),
      ...(limit === null ? { limit: 'ui.rules.count-wrong' } : {}),
      ...(labels === null ? { labels: 'ui.rules.label-wrong' } : {}),
    },
  };
};

const FIELDS = [
  ['interval', 'ui.rules.group-interval', 1],
  ['limit', 'ui.rules.group-limit', 1],
  ['offset', 'ui.rules.group-query-offset', 1],
  ['labels', 'ui.rules.labels', 3],
] as const;

/** What a group of one's own says for all of its rules. */
export const GroupDialog = ({
  group,
  onClose,
  onSaved,
}: {
  group: RuleGroupDto;
  onClose: () => void;
  onSaved: () => void;
}) => {
  const t = useWords();
  const [form, setForm] = useState<Form>({
    interval: formatDuration(group.intervalMs),
    limit: String(group.limit),
    offset: formatDuration(group.queryOffsetMs),
    labels: toLines(group.labels),
  });
  const [error, setError] = useState<string | null>(null);
  const read = readForm(form);
  const faults = 'faults' in read ? read.faults : {};
  const save = (): void => {
    if (!('settings' in read)) return;
    setError(null);
    send('PUT', `/api/rules/groups/${encodeURIComponent(group.name)}`, read.settings, {
      'if-match': `"${group.version}"`,
    })
      .then(onSaved)
      .catch((cause: unknown) => setError(cause instanceof Error ? cause.message : String(cause)));
  };
  return (
    <Overlay
      open
      onClose={onClose}
      title={t('ui.rules.group-of', { name: group.name })}
      note={t('ui.rules.group-note')}
      shape="drawer"
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {FIELDS.map(([field, code, rows]) => {
          const fault = faults[field];
          const shared = {
            className: 'field font-mono',
            value: form[field],
            'aria-invalid': fault !== undefined,
            ...(fault === undefined ? {} : { 'aria-describedby': `group-${field}` }),
            onChange: (event: { target: { value: string } }) =>
              setForm({ ...form, [field]: event.target.value }),
          };
          return (
            <label key={field} className="grid gap-1">
              <span className="note">{t(code)}</span>
              {rows === 1 ? <input {...shared} /> : <textarea rows={rows} {...shared} />}
              {fault !== undefined && (
                <span id={`group-${field}`} className="text-12 text-suspect-ink">
                  {t(fault)}
                </span>
              )}
            </label>
          );
        })}
        <button type="submit" className="btn primary justify-self-start" disabled={!('settings' in read)}>
          {t('ui.rules.save')}
        </button>
        {error !== null && (
          <p role="alert" className="text-down-ink">
            {error}
          </p>
        )}
      </form>
      <h3 className="mt-6 mb-2">{t('ui.rules.tab.history')}</h3>
      <GroupHistory group={group} onRestored={onSaved} />
    </Overlay>
  );
};

/** What the group of a rule says for it, and the way to say something else. */
export const GroupLine = ({ name, group, onSaved }: { name: string; group: Group; onSaved: () => void }) => {
  const t = useWords();
  const groupText = useGroupText();
  const [open, setOpen] = useState(false);
  return (
    <p className="mt-3 flex flex-wrap items-center gap-2">
      <span className="note" data-testid="group-settings">
        {t('ui.rules.group-of', { name })}: {groupText(group.settings)}
      </span>
      {group.own !== null && (
        <button type="button" className="btn ghost" onClick={() => setOpen(true)}>
          {t('ui.rules.group-edit')}
        </button>
      )}
      {open && group.own !== null && (
        <GroupDialog
          group={group.own}
          onClose={() => setOpen(false)}
          onSaved={() => {
            setOpen(false);
            group.again();
            onSaved();
          }}
        />
      )}
    </p>
  );
};
