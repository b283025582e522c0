'use client';

import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { Glyph } from '#components/marks/glyphs.tsx';
import { useWords } from '#components/words.tsx';
import type { UiCode } from '#components/words.tsx';
import type { ChannelDraftDto, ChannelDto, ChannelTestDto } from '#lib/api/schema-alerts.ts';
import { ask } from '#lib/client/http.ts';
import { formatDuration, parseDuration } from '#lib/model/time.ts';

/** What stands in the fields: lists one to a line, spans as Prometheus writes them. */
interface Fields {
  readonly name: string;
  readonly url: string;
  readonly matchers: string;
  readonly groupBy: string;
  readonly groupWait: string;
  readonly groupInterval: string;
  readonly repeatInterval: string;
  readonly sendResolved: boolean;
}

const NEW: Fields = {
  name: '',
  url: '',
  matchers: '',
  groupBy: 'alertname',
  groupWait: '5s',
  groupInterval: '5m',
  repeatInterval: '4h',
  sendResolved: true,
};

const fieldsOf = (channel: ChannelDto): Fields => ({
  name: channel.name,
  url: channel.url,
  matchers: channel.matchers.join('\n'),
  groupBy: channel.groupBy.join(', '),
  groupWait: formatDuration(channel.groupWaitMs),
  groupInterval: formatDuration(channel.groupIntervalMs),
  repeatInterval: formatDuration(channel.repeatIntervalMs),
  sendResolved: channel.sendResolved,
});

const list = (text: string, separator: RegExp): string[] =>
  text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');

const draftOf = (fields: Fields): ChannelDraftDto => ({
  name: fields.name.trim(),
  kind: 'webhook',
  url: fields.url.trim(),
  matchers: list(fields.matchers, /\n/),
  groupBy: list(fields.groupBy, /[\s,]+/),
  groupWaitMs: parseDuration(fields.groupWait) ?? 0,
  groupIntervalMs: parseDuration(fields.groupInterval) ?? 0,
  repeatIntervalMs: parseDuration(fields.repeatInterval) ?? 0,
  sendResolved: fields.sendResolved,
});

const isSpan = (text: string): boolean => parseDuration(text.trim()) !== null;

const SPANS = [
  ['groupWait', 'ui.channel.group-wait'],
  ['groupInterval', 'ui.channel.group-interval'],
  ['repeatInterval', 'ui.channel.repeat-interval'],
] as const satisfies readonly (readonly [keyof Fields, UiCode])[];

const TestResult = ({ result }: { result: ChannelTestDto }) => {
  const t = useWords();
  return (
    <p role="status" className={`st ${result.ok ? 'text-ok-ink' : 'text-down-ink'}`}>
      <Glyph name={result.ok ? 'up' : 'down'} />
      {result.ok
        ? t('ui.channel.test-ok', {
            status: String(result.status ?? ''),
            elapsedMs: Math.round(result.elapsedMs),
          })
        : (result.error ?? t('ui.channel.failed'))}
    </p>
  );
};

/** Where notifications go: address, which alerts, how they are gathered. Can be tried before it is saved. */
export const ChannelForm = ({
  channel,
  onSaved,
}: {
  /** Null: a new one. */
  channel: ChannelDto | null;
  onSaved: () => void;
}) => {
  const t = useWords();
  const { register, handleSubmit, formState } = useForm<Fields>({
    defaultValues: channel === null ? NEW : fieldsOf(channel),
  });
  const [result, setResult] = useState<ChannelTestDto | null>(null);
  const [error, setError] = useState<string | null>(null);
  const attempt = (work: (draft: ChannelDraftDto) => Promise<void>) =>
    handleSubmit(async (fields) => {
      setError(null);
      setResult(null);
      try {
        await work(draftOf(fields));
      } catch (cause) {
        setError(cause instanceof Error ? cause.message : String(cause));
      }
    });
  const save = attempt(async (draft) => {
    if (channel === null) await ask('POST', '/api/channels', draft);
    else await ask('PUT', `/api/channels/${channel.id}`, draft, { 'if-match': `"${channel.version}"` });
    onSaved();
  });
  const tryOut = attempt(async (draft) =>
    setResult(await ask<ChannelTestDto>('POST', '/api/channels/test', draft)),
  );
  const invalid = (name: keyof Fields): boolean => formState.errors[name] !== undefined;
  return (
    <form className="grid gap-3" onSubmit={(event) => void save(event)}>
      <label className="grid gap-1">
        <span className="note">{t('ui.channel.name')}</span>
        <input className="field" aria-invalid={invalid('name')} {...register('name', { required: true })} />
      </label>
      <label className="grid gap-1">
        <span className="note">{t('ui.channel.url')}</span>
        <input
          className="field font-mono"
          placeholder="https://hooks.example/quorate"
          aria-invalid={invalid('url')}
          {...register('url', { required: true, validate: (text) => /^https?:\/\/\S+$/.test(text.trim()) })}
        />
      </label>
      <label className="grid gap-1">
        <span className="note">{t('ui.channel.matchers')}</span>
        <textarea
          className="field font-mono"
          rows={2}
          placeholder={'severity="critical"'}
          {...register('matchers')}
        />
      </label>
      <div className="grid grid-cols-2 gap-3">
        <label className="grid gap-1">
          <span className="note">{t('ui.channel.group-by')}</span>
          <input className="field font-mono" {...register('groupBy')} />
        </label>
        {SPANS.map(([name, code]) => (
          <label key={name} className="grid gap-1">
            <span className="note">{t(code)}</span>
            <input
              className="field font-mono"
              aria-invalid={invalid(name)}
              {...register(name, { validate: isSpan })}
            />
          </label>
        ))}
      </div>
      <label className="flex items-center gap-2">
        <input type="checkbox" {...register('sendResolved')} />
        {t('ui.channel.send-resolved')}
      </label>
      {!formState.isValid && formState.isSubmitted && (
        <p className="text-12 text-suspect-ink">{t('ui.channel.mend')}</p>
      )}
      <div className="flex gap-2">
        <button type="submit" className="btn primary" disabled={formState.isSubmitting}>
          {t('ui.channel.save')}
        </button>
        <button
          type="button"
          className="btn"
          disabled={formState.isSubmitting}
          onClick={(event) => void tryOut(event)}
        >
          {t('ui.channel.test')}
        </button>
      </div>
      {result !== null && <TestResult result={result} />}
      {error !== null && (
        <p role="alert" className="text-down-ink">
          {error}
        </p>
      )}
    </form>
  );
};
