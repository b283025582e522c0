'use client';

import { Search } from 'lucide-react';
import type { Route } from 'next';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { CursorProvider } from '#components/charts/cursor.tsx';
import { RangePicker, useRange } from '#components/charts/range.tsx';
import { EmbedButton } from '#components/embed/snippet-dialog.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useRead } from '#components/shell/read.ts';
import { useNow } from '#components/shell/use-now.ts';
import { useText, useWords } from '#components/words.tsx';
import type { AlertDto, AlertsDto } from '#lib/api/schema-alerts.ts';
import type { ClusterRowDto, TextDto } from '#lib/api/schema.ts';
import { alertFilter } from '#lib/client/alert-filter.ts';
import type { AlertFilter } from '#lib/client/alert-filter.ts';
import type { Ms } from '#lib/model/time.ts';

import { AlertTable } from './alert-table.tsx';
import type { AlertGroup, Opened } from './alert-table.tsx';
import { BandsChart, BandsTable } from './bands-chart.tsx';
import { BandsLegend } from './bands-legend.tsx';
import { Summary } from './summary.tsx';
import { useBands } from './use-bands.ts';
import type { BandLane } from './use-bands.ts';
import { useRowKeys } from './use-row-keys.ts';

const RANGES = ['1h', '6h', '24h', '7d'] as const;
const GROUPINGS = ['cluster', 'time'] as const;
const BANDS_DRAWN = 40;
const REFRESH_MS = 2000;

/** The cluster of an alert that names a node only is its node's. */
const useClusterOf = () => {
  const { nodes } = usePicture();
  return useCallback(
    (labels: Readonly<Record<string, string>>): string | null =>
      labels.cluster ?? nodes.get(labels.node ?? '')?.clusters[0]?.id ?? null,
    [nodes],
  );
};

/** What the page shows stands in its address; typing replaces it, so that going back leaves the page. */
const useChoices = () => {
  const router = useRouter();
  const path = usePathname();
  const params = useSearchParams();
  const set = (name: string, value: string | null): void => {
    const next = new URLSearchParams(params);
    if (value === null || value === '') next.delete(name);
    else next.set(name, value);
    router.replace(`${path}?${next.toString()}` as Route, { scroll: false });
  };
  return {
    query: params.get('q') ?? '',
    grouping: params.get('group') === 'time' ? ('time' as const) : ('cluster' as const),
    open: params.get('alert'),
    set,
  };
};

/** Alerts by their cluster, in the order in which the first of each comes, or one list with the newest first. */
const groupsOf = (
  alerts: readonly AlertDto[],
  grouping: (typeof GROUPINGS)[number],
  clusters: readonly ClusterRowDto[],
  noCluster: string,
  write: (text: TextDto) => string,
): AlertGroup[] => {
  if (grouping === 'time')
    return [
      {
        id: 'all',
        title: null,
        note: '',
        alerts: alerts.toSorted((a, b) => b.since.localeCompare(a.since)),
      },
    ];
  const byCluster = Map.groupBy(alerts, (alert) => alert.cluster);
  return [...byCluster]
    .toSorted(([a], [b]) => Number(a === null) - Number(b === null))
    .map(([id, members]) => {
      const cluster = clusters.find((each) => each.id === id);
      return {
        id: id ?? 'none',
        title: id === null ? noCluster : (cluster?.name ?? id),
        note:
          cluster === undefined
            ? ''
            : [cluster.verdict.sentence, ...(cluster.verdict.why === null ? [] : [cluster.verdict.why])]
                .map(write)
                .join(' '),
        alerts: members,
      };
    });
};

const FilterBox = ({
  box,
  value,
  onChange,
}: {
  box: React.RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (text: string) => void;
}) => {
  const t = useWords();
  const [text, setText] = useState(value);
  return (
    <label className="flex h-7 w-[380px] max-w-full items-center gap-2 rounded-2 border border-control bg-ground px-2.5 text-12 max-sm:h-11 max-sm:w-full">
      <Search size={14} strokeWidth={1.5} aria-hidden="true" className="text-ink-3" />
      <input
        ref={box}
        type="search"
        className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-ink-3"
        aria-label={t('alerts.filter')}
        placeholder={t('alerts.filter-hint')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onChange(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      <span className="kbd wide">/</span>
    </label>
  );
};

/** Alerts of the list in its order, then those that are over, the latest first. */
const ordered = (lanes: readonly BandLane[], alerts: readonly AlertDto[]): BandLane[] => {
  const place = new Map(alerts.map((alert, i) => [alert.id, i]));
  const last = (lane: BandLane): Ms => lane.bands.at(-1)?.from ?? 0;
  return lanes.toSorted(
    (a, b) => (place.get(a.id) ?? Infinity) - (place.get(b.id) ?? Infinity) || last(b) - last(a),
  );
};

const BandsSection = ({
  alerts,
  matches,
  end,
  changed,
}: {
  alerts: readonly AlertDto[];
  matches: AlertFilter;
  end: Ms;
  changed: unknown;
}) => {
  const t = useWords();
  const { isPast } = useInstant();
  const { name, spanMs } = useRange(RANGES);
  const { data, error } = useBands(spanMs, changed);
  const clusterOf = useClusterOf();
  const bands = useMemo(() => {
    if (data === undefined) return undefined;
    const lanes = ordered(
      data.lanes.filter((lane) => matches({ ...lane, cluster: clusterOf(lane.labels) })),
      alerts,
    );
    return { marks: data.marks, lanes: lanes.slice(0, BANDS_DRAWN), more: lanes.length - BANDS_DRAWN };
  }, [data, matches, alerts, clusterOf]);
  return (
    <section className="mt-3.5 border-t border-line-2 pt-2.5">
      <div className="head flex-wrap">
        <h2>{t(`alerts.bands-of.${name}`)}</h2>
        <span className="note wide">{t('alerts.bands-note')}</span>
        <span className="ml-auto flex flex-wrap items-center gap-x-4 gap-y-2">
          <BandsLegend />
          <RangePicker names={RANGES} chosen={name} />
          <EmbedButton panel="alerts" />
        </span>
      </div>
      {bands === undefined ? (
        error === undefined ? (
          <div className="skeleton h-40" />
        ) : (
          <pre className="well" role="alert">
            {error.message}
          </pre>
        )
      ) : (
        <>
          {bands.lanes.length === 0 && <p className="text-ink-3">{t('alerts.none-in-range')}</p>}
          <BandsChart bands={bands} spanMs={spanMs} end={end} isNow={!isPast} />
          <BandsTable bands={bands} end={end} />
          {bands.more > 0 && <p className="note">{t('alerts.more-bands', { count: bands.more })}</p>}
        </>
      )}
    </section>
  );
};

const Body = ({ data, changed }: { data: AlertsDto; changed: unknown }) => {
  const t = useWords();
  const write = useText();
  const now = useNow();
  const { clusters } = usePicture();
  const { query, grouping, open, set } = useChoices();
  const [explained, setExplained] = useState<ReadonlySet<string>>(new Set());
  const filterBox = useRef<HTMLInputElement>(null);
  useRowKeys(filterBox, (id) => setExplained((before) => before.symmetricDifference(new Set([id]))));
  const matches = useMemo(() => alertFilter(query), [query]);
  const end = now === 0 ? Date.parse(data.at) : now;
  const clusterOf = useClusterOf();
  const alerts = data.alerts
    .map((alert) => ({ ...alert, cluster: alert.cluster ?? clusterOf(alert.labels) }))
    .filter(matches);
  const opened: Opened = { open, explained, toggle: (id) => set('alert', open === id ? null : id) };
  return (
    <CursorProvider>
      <Summary data={data} end={end} />
      {data.alerts.length > 0 && (
        <div className="mb-3 flex flex-wrap items-center gap-2.5">
          <FilterBox box={filterBox} value={query} onChange={(text) => set('q', text)} />
          <div className="seg" role="group" aria-label={t('alerts.group')}>
            {GROUPINGS.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={grouping === each}
                onClick={() => set('group', each)}
              >
                {t(`alerts.by-${each}`)}
              </button>
            ))}
          </div>
        </div>
      )}
      {alerts.length > 0 ? (
        <AlertTable
          groups={groupsOf(alerts, grouping, clusters, t('alerts.no-cluster'), write)}
          opened={opened}
        />
      ) : (
        data.alerts.length > 0 && <p className="text-ink-3">{t('alerts.no-match')}</p>
      )}
      <BandsSection alerts={alerts} matches={matches} end={end} changed={changed} />
    </CursorProvider>
  );
};

/** What fires, since when, why and who was told; and when it did over the last hours. */
export const Alerts = () => {
  const t = useWords();
  const { events } = usePicture();
  const { data, error, again } = useRead<AlertsDto>('/api/alerts?limit=500', REFRESH_MS);
  const newest = events.find(
    (event) => event.kind.startsWith('alert.') || event.kind.startsWith('notification.'),
  )?.id;
  // The stream tells first that something changed; the list follows at once.
  useEffect(again, [newest, again]);
  if (data !== undefined) return <Body data={data} changed={newest} />;
  return error === undefined ? (
    <div className="grid gap-4" role="status" aria-label={t('ui.loading')}>
      <div className="skeleton h-14 max-w-2xl" />
      <div className="skeleton h-60" />
      <div className="skeleton h-40" />
    </div>
  ) : (
    <div role="alert">
      <h1 className="verdict">{t('ui.failed')}</h1>
      <pre className="well mt-3">{error.message}</pre>
    </div>
  );
};
