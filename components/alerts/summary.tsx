'use client';

import { Glyph } from '#components/marks/glyphs.tsx';
import { Link } from '#components/shell/link.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { AlertsDto } from '#lib/api/schema-alerts.ts';
import { clockTime } from '#lib/format/time.ts';
import type { Ms } from '#lib/model/time.ts';

import { AlertCount } from './marks.tsx';

const useSentence = () => {
  const t = useWords();
  return ({ counts, alerts }: AlertsDto): string => {
    const { critical, warning, pending } = counts;
    const notices = alerts.filter((alert) => alert.state === 'firing' && alert.severity === 'info').length;
    if (critical > 0)
      return t(warning > 0 ? 'alerts.both-fire' : 'alerts.critical-fire', { critical, warning });
    if (warning > 0) return t('alerts.warning-fire', { warning });
    if (notices > 0) return t('alerts.info-fire', { count: notices });
    return pending > 0 ? t('alerts.pending-only', { pending }) : t('alerts.none');
  };
};

/** Since when something fires, and what was told of it. */
const useLede = (end: Ms) => {
  const t = useWords();
  const lang = useLang();
  return ({ alerts }: AlertsDto): string => {
    const firing = alerts.filter((alert) => alert.state === 'firing');
    const first = firing.map((alert) => alert.firedAt ?? alert.since).toSorted()[0];
    if (first === undefined) return alerts.length === 0 ? t('alerts.fill') : '';
    const told = firing.flatMap(({ notification }) => (notification === null ? [] : [notification]));
    const sent = told
      .flatMap(({ state, at }) => (state === 'sent' && at !== null ? [at] : []))
      .toSorted()
      .at(-1);
    const failed = told.filter(({ state }) => state === 'failed').length;
    const waiting = told.filter(({ state }) => state === 'waiting').length;
    return [
      t('alerts.since', {
        time: clockTime(first, lang, end),
        forMs: Math.max(0, Math.floor((end - Date.parse(first)) / 1000) * 1000),
      }),
      ...(told.length === 0 ? [t('alerts.nobody-told')] : []),
      ...(sent === undefined ? [] : [t('alerts.last-sent', { time: clockTime(sent, lang, end) })]),
      ...(failed === 0 ? [] : [t('alerts.failed-count', { count: failed })]),
      ...(waiting > 0
        ? [t('alerts.waiting-count', { count: waiting })]
        : sent === undefined
          ? []
          : [t('alerts.none-waits')]),
    ].join(lang === 'zh' ? '' : ' ');
  };
};

/** The sentence of the page and the counts that prove it. */
export const Summary = ({ data, end }: { data: AlertsDto; end: Ms }) => {
  const t = useWords();
  const sentence = useSentence();
  const lede = useLede(end);
  const { counts } = data;
  const worst =
    counts.critical > 0 ? 'critical' : counts.warning > 0 ? 'warning' : counts.pending > 0 ? 'pending' : 'up';
  return (
    <div className="mb-4 flex flex-wrap items-start gap-x-10 gap-y-3">
      <div className="grid min-w-[min(100%,420px)] flex-1 grid-cols-[26px_1fr] items-start gap-x-1.5">
        <span className="pt-1.5">
          <Glyph name={worst} size={20} />
        </span>
        <h1 className="verdict" data-testid="verdict">
          {sentence(data)}
        </h1>
        <p className="lede col-start-2 mt-1" data-testid="lede">
          {lede(data)}
        </p>
        {data.alerts.length === 0 && (
          <p className="col-start-2 mt-3">
            <Link href="/rules" className="btn">
              {t('alerts.to-rules')}
            </Link>
          </p>
        )}
      </div>
      <dl
        className="flex gap-x-6 gap-y-2 pt-1 max-sm:w-full max-sm:justify-between max-sm:gap-x-1"
        data-testid="counts"
      >
        {(['critical', 'warning', 'pending', 'suppressed'] as const).map((word) => (
          <div key={word} className="grid gap-px">
            <dt className="note order-2 whitespace-nowrap">{t(`alerts.${word}`)}</dt>
            <dd className="text-18" data-count={word}>
              <AlertCount word={word} count={counts[word]} size={14} />
            </dd>
          </div>
        ))}
        <div className="grid gap-px">
          <dt className="note order-2 whitespace-nowrap">{t('alerts.resolved-24h')}</dt>
          <dd className={`text-18 ${counts.resolved === 0 ? 'zero' : 'font-strong text-ink-2'}`}>
            {counts.resolved}
          </dd>
        </div>
      </dl>
    </div>
  );
};
