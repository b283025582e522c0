'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

import { AlertCount } from '#components/alerts/marks.tsx';
import { EmbedButton } from '#components/embed/snippet-dialog.tsx';
import { FleetSection } from '#components/fleet/fleet-section.tsx';
import { Glyph, LEVEL_GLYPH, LEVEL_INK } from '#components/marks/glyphs.tsx';
import { StateCount } from '#components/marks/state.tsx';
import { useAlertCounts } from '#components/shell/alert-counts.ts';
import { usePicture } from '#components/shell/live.tsx';
import { useRead } from '#components/shell/read.ts';
import { useRange } from '#components/shell/time-range.ts';
import { Headings } from '#components/topology/headings.tsx';
import { useWords } from '#components/words.tsx';
import type { ClusterDto, ClusterRowDto, StatusDto } from '#lib/api/schema.ts';
import { bytesText } from '#lib/format/number.ts';

import { ChangeLanes } from './change-lanes.tsx';
import { ClusterTable } from './cluster-table.tsx';
import { EventList } from './event-list.tsx';
import { largestFleet, useHeadline, worstFirst } from './headline.ts';
import { NoCluster } from './no-cluster.tsx';

/** The one sentence of the page. */
const Verdict = ({ clusters }: { clusters: readonly ClusterRowDto[] }) => {
  const t = useWords();
  const headline = useHeadline(clusters);
  const { at } = usePicture();
  if (headline === null)
    return at === null ? (
      <div className="skeleton h-14 flex-1" />
    ) : (
      <h1 className="verdict flex-1" data-testid="verdict">
        {t('ui.heading.nothing')}
      </h1>
    );
  const { level, sentence, lede } = headline;
  return (
    <div className="grid flex-1 grid-cols-[26px_1fr] items-start gap-x-1.5">
      <span className="pt-1.5">
        <Glyph name={LEVEL_GLYPH[level]} size={20} />
      </span>
      <h1 className="verdict" data-testid="verdict">
        {sentence}
      </h1>
      <p className="lede col-start-2 mt-1">{lede}</p>
    </div>
  );
};

const Totals = ({ clusters }: { clusters: readonly ClusterRowDto[] }) => {
  const t = useWords();
  const { nodes } = usePicture();
  const alerts = useAlertCounts();
  const states = [...nodes.values()];
  const count = (state: 'up' | 'suspect' | 'down' | 'unknown' | 'recovering'): number =>
    states.filter((node) => node.state === state).length;
  return (
    <div className="wide grid grid-cols-[auto_repeat(5,auto)] items-center gap-x-4 gap-y-0.5 pt-1 text-12 whitespace-nowrap">
      <span className="text-ink-3">{t('ui.clusters')}</span>
      {(['lost', 'at-risk', 'degraded', 'unknown', 'healthy'] as const).map((level) => {
        const found = clusters.filter((cluster) => cluster.verdict.level === level).length;
        return (
          <span key={level} className={`st ${found === 0 ? 'zero' : LEVEL_INK[level]}`}>
            <Glyph name={LEVEL_GLYPH[level]} size={11} />
            {found} <span className="font-normal text-ink-3">{t(`ui.level.${level}`)}</span>
          </span>
        );
      })}
      <span className="text-ink-3">{t('ui.nodes')}</span>
      {(['down', 'suspect', 'recovering', 'unknown', 'up'] as const).map((state) => (
        <span key={state} className="inline-flex gap-1">
          <StateCount state={state} count={count(state)} />{' '}
          <span className="text-ink-3">{t(`ui.state.${state}`)}</span>
        </span>
      ))}
      <span className="text-ink-3">{t('alerts.title')}</span>
      {(['critical', 'warning', 'pending', 'suppressed'] as const).map((word) => (
        <span key={word} className="inline-flex gap-1" data-total={word}>
          <AlertCount word={word} count={alerts?.[word] ?? 0} />{' '}
          <span className="text-ink-3" aria-hidden="true">
            {t(`alerts.${word}`)}
          </span>
        </span>
      ))}
    </div>
  );
};

/** The four headings of the cluster that needs the reader most. */
const WorstHeadings = ({ clusters }: { clusters: readonly ClusterRowDto[] }) => {
  const t = useWords();
  const [worst] = worstFirst(clusters.filter((cluster) => cluster.quorum !== null));
  const { data } = useRead<ClusterDto>(
    worst === undefined ? null : `/api/clusters/${encodeURIComponent(worst.id)}`,
    2000,
  );
  if (data === undefined) return null;
  return (
    <section>
      <h2 className="font-head">{t('ui.headings-of', { cluster: data.name })}</h2>
      <Headings cluster={data} />
    </section>
  );
};

/** What the reader must know of this monitor itself, before believing the rest. */
const Notices = ({ status }: { status: StatusDto | null }) => {
  const t = useWords();
  if (status === null) return null;
  const notices: string[] = [];
  if (status.config.error !== null) notices.push(status.config.error.text);
  if (status.monitor.degraded) notices.push(...status.monitor.reasons.map((reason) => reason.text));
  if (status.disk.error !== null)
    notices.push(
      `${t('ui.disk-behind', { behindMs: status.disk.behindMs, error: status.disk.error })} ${t('ui.disk-free', { free: bytesText(status.disk.freeBytes) })}`,
    );
  if (notices.length === 0) return null;
  return (
    <div role="alert" className="mb-4 grid gap-1">
      {notices.map((notice) => (
        <p key={notice} className="st flex whitespace-pre-wrap text-down-ink">
          <Glyph name="down" /> {notice}
        </p>
      ))}
    </div>
  );
};

/** There is no cluster: none came yet, or none is watched. */
const Nothing = () => {
  const t = useWords();
  const { at } = usePicture();
  return at === null ? <div className="skeleton h-40" aria-label={t('ui.loading')} /> : <NoCluster />;
};

export const Overview = () => {
  const t = useWords();
  const router = useRouter();
  const { clusters, status } = usePicture();
  const range = useRange();
  const fleet = largestFleet(clusters);
  const isFleetAlone = fleet !== null && clusters.length === 1;
  const configured = status?.configured ?? true;
  // Somebody took the sample's way out, or the configuration became empty: the first start has its own page.
  useEffect(() => {
    if (!configured) router.refresh();
  }, [configured, router]);
  return (
    <>
      <Notices status={status} />
      <div className="mb-5 flex items-start gap-10">
        <Verdict clusters={clusters} />
        {!isFleetAlone && <Totals clusters={clusters} />}
        <span className="wide">
          <EmbedButton panel="overview" />
        </span>
      </div>
      {clusters.length === 0 && <Nothing />}
      {!isFleetAlone && clusters.length > 0 && <ClusterTable clusters={clusters} />}
      {fleet !== null && <FleetSection cluster={fleet} isAlone={isFleetAlone} />}
      <WorstHeadings clusters={clusters} />
      <section className="grid gap-8 border-t border-line-2 pt-3 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
        <div className="wide">
          <div className="head">
            <h2>{t('ui.what-changed')}</h2>
            <span className="note">{t(`ui.time.range.${range.name}`)}</span>
          </div>
          <ChangeLanes spanMs={range.spanMs} />
        </div>
        <div>
          <div className="head">
            <h2>{t('ui.events')}</h2>
            <span className="note">{t('ui.newest-first')}</span>
          </div>
          <EventList limit={14} />
        </div>
      </section>
    </>
  );
};
