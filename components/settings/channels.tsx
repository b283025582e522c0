'use client';

import { useState } from 'react';
import { toast } from 'sonner';

import { Glyph } from '#components/marks/glyphs.tsx';
import { Overlay } from '#components/shell/dialog.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { useRead } from '#components/shell/read.ts';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { ChannelDto, ChannelsDto, ChannelTestDto } from '#lib/api/schema-alerts.ts';
import { ask, send } from '#lib/client/http.ts';
import { sinceSpan } from '#lib/format/time.ts';

import { ChannelForm } from './channel-form.tsx';

/** How the last notification went, in the words of the one who answered. */
const LastAttempt = ({ channel }: { channel: ChannelDto }) => {
  const lang = useLang();
  const t = useWords();
  const now = useNow();
  if (channel.last === null) return <span className="text-ink-3">{t('ui.channel.never')}</span>;
  const { ok, at, error } = channel.last;
  return (
    <span className={`st ${ok ? 'text-ok-ink' : 'text-down-ink'}`}>
      <Glyph name={ok ? 'up' : 'down'} />
      {t(ok ? 'ui.channel.accepted' : 'ui.channel.failed')}
      <span className="note">{now === 0 ? '' : sinceSpan(at, lang, now)}</span>
      {error !== null && <span className="font-mono text-12 font-normal">{error}</span>}
    </span>
  );
};

const Actions = ({
  channel,
  onEdit,
  onChange,
}: {
  channel: ChannelDto;
  onEdit: () => void;
  onChange: () => void;
}) => {
  const t = useWords();
  const { id, name } = channel;
  const failed = (cause: unknown): void => {
    toast.error(cause instanceof Error ? cause.message : String(cause));
  };
  const tryOut = (): void => {
    ask<ChannelTestDto>('POST', `/api/channels/${encodeURIComponent(id)}/test`, {})
      .then((result) =>
        result.ok
          ? toast(
              t('ui.channel.test-ok', {
                status: String(result.status ?? ''),
                elapsedMs: Math.round(result.elapsedMs),
              }),
            )
          : toast.error(result.error ?? t('ui.channel.failed')),
      )
      .catch(failed);
  };
  const remove = (): void => {
    send('DELETE', `/api/channels/${encodeURIComponent(id)}`, undefined, {
      'if-match': `"${channel.version}"`,
    })
      .then(onChange)
      .catch(failed);
  };
  return (
    <span className="inline-flex gap-1">
      <button type="button" className="btn" aria-label={`${t('ui.channel.test')} ${name}`} onClick={tryOut}>
        {t('ui.channel.test')}
      </button>
      {channel.source === 'ui' && (
        <>
          <button
            type="button"
            className="btn"
            aria-label={`${t('ui.channel.edit')} ${name}`}
            onClick={onEdit}
          >
            {t('ui.channel.edit')}
          </button>
          <button
            type="button"
            className="btn"
            aria-label={`${t('ui.watch.remove')} ${name}`}
            onClick={remove}
          >
            {t('ui.watch.remove')}
          </button>
        </>
      )}
    </span>
  );
};

const ChannelTable = ({
  channels,
  onEdit,
  onChange,
}: {
  channels: readonly ChannelDto[];
  onEdit: (channel: ChannelDto) => void;
  onChange: () => void;
}) => {
  const t = useWords();
  const { isPast } = useInstant();
  return (
    <div className="scroll-x" role="group" aria-label={t('ui.channels')} tabIndex={0}>
      <table className="grid-table">
        <thead>
          <tr>
            <th scope="col">{t('ui.channel.last')}</th>
            <th scope="col">{t('ui.channel.name')}</th>
            <th scope="col">{t('ui.address')}</th>
            <th scope="col">{t('ui.channel.takes')}</th>
            <th scope="col" className="num">
              {t('ui.channel.waiting')}
            </th>
            {!isPast && (
              <th scope="col">
                <span className="sr-only">{t('ui.channel.edit')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <tr key={channel.id} data-channel={channel.name}>
              <td>
                <LastAttempt channel={channel} />
              </td>
              <td>
                {channel.name}{' '}
                {channel.source === 'file' && <span className="tag">{t('ui.channel.from-file')}</span>}
              </td>
              <td className="font-mono text-12">{channel.url}</td>
              <td className="font-mono text-12">
                {channel.matchers.length === 0 ? t('ui.channel.all') : channel.matchers.join(', ')}
              </td>
              <td className={`num ${channel.waiting === 0 ? 'text-ink-3' : ''}`}>{channel.waiting}</td>
              {!isPast && (
                <td className="num">
                  <Actions channel={channel} onEdit={() => onEdit(channel)} onChange={onChange} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

/** Where alerts are told: channels of the file, which are read only, and those made here. */
export const Channels = () => {
  const t = useWords();
  const { isPast } = useInstant();
  const { data, error, again } = useRead<ChannelsDto>('/api/channels', 5000);
  const [editing, setEditing] = useState<ChannelDto | 'new' | null>(null);
  const channels = data?.channels ?? [];
  const close = (): void => setEditing(null);
  return (
    <>
      <div className="flex flex-wrap items-start gap-3">
        <h1 className="verdict">
          {data !== undefined && channels.length === 0
            ? t('ui.channels-none')
            : t('ui.channels-verdict', { count: channels.length })}
        </h1>
        {!isPast && (
          <button type="button" className="btn primary ml-auto" onClick={() => setEditing('new')}>
            {t('ui.channel.add')}
          </button>
        )}
      </div>
      <p className="lede mt-1 mb-5">{t('ui.channels-lede')}</p>
      {error !== undefined && (
        <p role="alert" className="mb-4 text-down-ink">
          {error.message}
        </p>
      )}
      {data === undefined && error === undefined && <div className="skeleton h-24" />}
      {channels.length > 0 && <ChannelTable channels={channels} onEdit={setEditing} onChange={again} />}
      <Overlay
        open={editing !== null && !isPast}
        onClose={close}
        title={editing === 'new' || editing === null ? t('ui.channel.add') : editing.name}
        shape="drawer"
      >
        {editing !== null && (
          <ChannelForm
            channel={editing === 'new' ? null : editing}
            onSaved={() => {
              close();
              again();
            }}
          />
        )}
      </Overlay>
    </>
  );
};
