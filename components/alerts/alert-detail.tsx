'use client';

import useSWR from 'swr';

import { Glyph } from '#components/marks/glyphs.tsx';
import type { GlyphName } from '#components/marks/glyphs.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { Link } from '#components/shell/link.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { AlertDto } from '#lib/api/schema-alerts.ts';
import type { EventDto, EventsDto } from '#lib/api/schema.ts';
import { getJson } from '#lib/client/http.ts';
import { clockTime, sinceSpan } from '#lib/format/time.ts';

const KINDS = 'alert.pending,alert.firing,alert.resolved,alert.suppressed';
const TRANSITIONS_SHOWN = 8;
const GLYPHS: Readonly<Partial<Record<EventDto['kind'], GlyphName>>> = {
  'alert.pending': 'pending',
  'alert.suppressed': 'suppressed',
  'alert.resolved': 'up',
};

/** The alert that an event tells of. */
const alertIdOf = ({ detail }: EventDto): string | null => {
  const { alert } = detail;
  return typeof alert === 'object' && alert !== null && 'id' in alert ? String(alert.id) : null;
};

const Transitions = ({ alert }: { alert: AlertDto }) => {
  const t = useWords();
  const lang = useLang();
  const now = useNow();
  const { text: to } = useInstant();
  const query = new URLSearchParams({
    kind: KINDS,
    limit: '500',
    lang,
    ...(to === null ? {} : { to }),
    ...(alert.labels.cluster === undefined ? {} : { cluster: alert.labels.cluster }),
  });
  const { data, error } = useSWR<EventsDto, Error>(
    // The state is part of the key: when it changes, there is one more transition.
    [`/api/events?${query.toString()}`, alert.id, alert.state],
    ([path]: readonly [string]) => getJson<EventsDto>(path),
    { keepPreviousData: true },
  );
  if (error !== undefined) return <p className="text-down-ink">{error.message}</p>;
  if (data === undefined) return <div className="skeleton h-16" />;
  const events = data.events.filter((event) => alertIdOf(event) === alert.id).slice(0, TRANSITIONS_SHOWN);
  if (events.length === 0) return <p className="text-ink-3">{t('ui.no-events')}</p>;
  return (
    <ol className="text-12" data-testid="transitions">
      {events.map((event) => (
        <li
          key={event.id}
          className="grid min-h-6 grid-cols-[62px_16px_minmax(0,1fr)_auto] items-center gap-1"
        >
          <time className="text-ink-3" dateTime={event.at}>
            {clockTime(event.at, lang, now)}
          </time>
          <Glyph name={GLYPHS[event.kind] ?? (alert.severity === 'critical' ? 'critical' : 'warning')} />
          <span className="truncate">{event.title.text}</span>
          <span className="text-ink-3">{sinceSpan(event.at, lang, now)}</span>
        </li>
      ))}
    </ol>
  );
};

const Pairs = ({ title, pairs }: { title: string; pairs: Readonly<Record<string, string>> }) => {
  const entries = Object.entries(pairs);
  if (entries.length === 0) return null;
  return (
    <div className="min-w-0">
      <h3 className="note mb-1">{title}</h3>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-12">
        {entries.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="font-mono text-ink-3">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
};

/** Everything known of one alert: why, its labels and annotations, its rule, what it did lately. */
export const AlertDetail = ({ alert }: { alert: AlertDto }) => {
  const t = useWords();
  return (
    <section
      aria-label={t('alerts.details', { rule: alert.rule })}
      className="grid gap-3 py-2 whitespace-normal"
      data-testid="alert-detail"
    >
      <p>
        <span className="note">{t('alerts.explain')}</span> {alert.explain.text}
      </p>
      {alert.notification?.error != null && (
        <div>
          <h3 className="note mb-1">{t('alerts.last-error')}</h3>
          <pre className="well">{alert.notification.error}</pre>
        </div>
      )}
      <div className="grid gap-x-8 gap-y-3 lg:grid-cols-[1fr_1fr_1.3fr]">
        <Pairs title={t('alerts.labels')} pairs={alert.labels} />
        <Pairs title={t('alerts.annotations')} pairs={alert.annotations} />
        <div className="min-w-0">
          <h3 className="note mb-1">{t('alerts.transitions')}</h3>
          <Transitions alert={alert} />
        </div>
      </div>
      <p className="flex flex-wrap gap-2">
        <Link href={`/rules/${encodeURIComponent(alert.ruleId)}`} className="btn">
          {t('alerts.open-rule', { rule: alert.rule })}
        </Link>
        {alert.node !== null && (
          <Link href={`/nodes/${encodeURIComponent(alert.node)}`} className="btn">
            {t('alerts.open-node', { node: alert.node })}
          </Link>
        )}
        {alert.cluster !== null && (
          <Link href={`/clusters/${encodeURIComponent(alert.cluster)}`} className="btn">
            {t('alerts.open-cluster', { cluster: alert.cluster })}
          </Link>
        )}
      </p>
    </section>
  );
};
