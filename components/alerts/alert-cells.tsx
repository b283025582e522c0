'use client';

import { Glyph } from '#components/marks/glyphs.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { AlertDto } from '#lib/api/schema-alerts.ts';
import { clockTime, sinceSpan } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';

const wholeSeconds = (ms: Ms): Ms => Math.max(0, Math.floor(ms / 1000) * 1000);

/** The node, else the cluster, else whatever else tells two alerts of a rule apart. */
export const whereOf = ({ node, cluster, labels }: Pick<AlertDto, 'node' | 'cluster' | 'labels'>): string =>
  node ?? cluster ?? labels.instance ?? labels.job ?? '–';

/** How long its expression holds; while it is pending, of how long it must. */
export const Elapsed = ({ alert, now }: { alert: AlertDto; now: Ms }) => {
  const lang = useLang();
  const t = useWords();
  if (now === 0) return null;
  if (alert.state !== 'pending') return <>{sinceSpan(alert.since, lang, now)}</>;
  const goneMs = Math.min(alert.forMs, wholeSeconds(now - Date.parse(alert.since)));
  return <>{t('alerts.pending-for', { goneMs, forMs: alert.forMs })}</>;
};

/** Whom it was told, and how that went. */
export const Told = ({ alert, now }: { alert: AlertDto; now: Ms }) => {
  const t = useWords();
  const lang = useLang();
  const { notification, state } = alert;
  if (state === 'pending') {
    const leftMs = wholeSeconds(Date.parse(alert.since) + alert.forMs - now + 999);
    return (
      <span className="text-ink-2">
        {leftMs === 0 ? t('alerts.waits') : t('alerts.fires-in', { leftMs })}
      </span>
    );
  }
  if (notification === null) return <span className="text-ink-3">{t('alerts.not-told')}</span>;
  return (
    <span className="inline-flex items-center gap-1.5">
      {notification.state === 'sent' ? (
        <span>
          {t('alerts.sent', { time: notification.at === null ? '' : clockTime(notification.at, lang, now) })}
        </span>
      ) : notification.state === 'failed' ? (
        <span className="st text-down-ink">
          <Glyph name="down" />
          {t('alerts.send-failed')}
        </span>
      ) : (
        <span className="text-ink-2">{t('alerts.waits')}</span>
      )}
      <span className="ml-1.5 text-ink-3">{notification.receiver}</span>
    </span>
  );
};
