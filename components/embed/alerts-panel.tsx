'use client';

import { AlertCount, AlertMark } from '#components/alerts/marks.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { EmbedOf } from '#lib/api/schema-embed.ts';
import { sinceSpan } from '#lib/format/time.ts';

import { alertsPage, pastOf } from './addresses.ts';
import { PanelFrame, usePanelNow, Value, Values } from './frame.tsx';
import { RangeAxis, RangeStrip } from './range-strip.tsx';
import type { Band } from './range-strip.tsx';

type Alert = EmbedOf<'alerts'>['alerts'][number];
type Lane = EmbedOf<'alerts'>['lanes'][number];

/** Pending is an outline, firing is solid; a critical alert is taller than a warning. */
const bandsOf = (lane: Lane): Band[] =>
  lane.segments.map(({ from, to, value, detail }) => {
    const isCritical = detail.severity === 'critical';
    const fill =
      value === 'suppressed' ? 'var(--st-unknown)' : isCritical ? 'var(--st-down)' : 'var(--st-suspect)';
    return { from, to, height: isCritical ? 12 : 7, fill, hollow: value !== 'firing' };
  });

/** The labels that tell alerts of one rule apart. */
const subjectOf = (labels: Readonly<Record<string, string>>): string =>
  labels.node ??
  labels.cluster ??
  labels.instance ??
  Object.entries(labels)
    .filter(([name]) => name !== 'alertname' && name !== 'severity')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

const Row = ({ alert, lane, data }: { alert: Alert; lane: Lane | undefined; data: EmbedOf<'alerts'> }) => {
  const lang = useLang();
  const now = usePanelNow();
  return (
    <li data-alert={alert.id}>
      <span className="w-24 flex-none">
        <AlertMark alert={alert} />
      </span>
      <span className="min-w-0 flex-1 truncate">
        <b>{alert.rule}</b> <span className="text-ink-2">{subjectOf(alert.labels)}</span>
      </span>
      <span className="flex-none text-ink-3">{now === 0 ? '' : sinceSpan(alert.since, lang, now)}</span>
      <span className="panel-roomy w-36 flex-none">
        <RangeStrip
          bands={lane === undefined ? [] : bandsOf(lane)}
          at={data.at}
          rangeMs={data.rangeMs}
          height={14}
          label={`${alert.rule} ${subjectOf(alert.labels)}`}
        />
      </span>
    </li>
  );
};

/** How many alerts fire, then each with its band. */
export const AlertsPanel = ({ data }: { data: EmbedOf<'alerts'> }) => {
  const t = useWords();
  const { counts, alerts, lanes } = data;
  const firing = counts.critical + counts.warning;
  const byId = new Map(lanes.map((lane) => [lane.subject, lane]));
  const total = firing + counts.pending + counts.suppressed;
  return (
    <PanelFrame
      title={t('embed.alerts')}
      href={alertsPage(pastOf(data))}
      glyph={counts.critical > 0 ? 'critical' : firing > 0 ? 'warning' : 'up'}
      sentence={firing === 0 ? t('embed.alerts-none') : t('embed.alerts-firing', { count: firing })}
    >
      <Values>
        {(['critical', 'warning', 'pending'] as const).map((kind) => (
          <Value key={kind} label={t(`alerts.${kind}`)}>
            <AlertCount word={kind} count={counts[kind]} size={12} />
          </Value>
        ))}
      </Values>
      {alerts.length > 0 && (
        <>
          <ul className="panel-rows">
            {alerts.map((alert) => (
              <Row key={alert.id} alert={alert} lane={byId.get(alert.id)} data={data} />
            ))}
          </ul>
          {total > alerts.length && (
            <p className="note">{t('embed.more', { count: total - alerts.length })}</p>
          )}
          <div className="panel-roomy ml-auto w-36">
            <RangeAxis at={data.at} rangeMs={data.rangeMs} past={data.past} />
          </div>
        </>
      )}
    </PanelFrame>
  );
};
