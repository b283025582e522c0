'use client';

import useSWR from 'swr';

import { LangProvider, TenseProvider, useWords } from '#components/words.tsx';
import type { EmbedDto } from '#lib/api/schema-embed.ts';
import { getJson } from '#lib/client/http.ts';
import type { Lang } from '#lib/i18n/lang.ts';

import { AlertsPanel } from './alerts-panel.tsx';
import { overviewPage } from './addresses.ts';
import { ChartPanel } from './chart-panel.tsx';
import { ClusterPanel } from './cluster-panel.tsx';
import { PanelFrame, PictureProvider } from './frame.tsx';
import { LeaderPanel } from './leader-panel.tsx';
import { OverviewPanel } from './overview-panel.tsx';
import { SuspicionPanel } from './suspicion-panel.tsx';
import { TopologyPanel } from './topology-panel.tsx';

const Panel = ({ data }: { data: EmbedDto }) => {
  switch (data.panel) {
    case 'overview':
      return <OverviewPanel data={data} />;
    case 'cluster':
      return <ClusterPanel data={data} />;
    case 'topology':
      return <TopologyPanel data={data} />;
    case 'suspicion':
      return <SuspicionPanel data={data} />;
    case 'leader':
      return <LeaderPanel data={data} />;
    case 'alerts':
      return <AlertsPanel data={data} />;
    case 'chart':
      return <ChartPanel data={data} />;
  }
};

interface Picture {
  readonly data: EmbedDto;
  readonly receivedAt: number | null;
}

const readPicture = async (address: string): Promise<Picture> => ({
  data: await getJson<EmbedDto>(address, { credentials: 'omit' }),
  receivedAt: Date.now(),
});

interface EmbedPanelProps {
  readonly lang: Lang;
  /** Where its data is read from, with every option in the query. */
  readonly address: string;
  readonly refreshMs: number;
  /** What it shows before it has read anything itself: a picture, or the sentence that says why there is none. */
  readonly first: EmbedDto | null;
  readonly problem: string | null;
}

const Polled = ({ address, refreshMs, first, problem }: EmbedPanelProps) => {
  const t = useWords();
  const isPast = first?.past ?? false;
  const { data, error } = useSWR<Picture, Error>(address, readPicture, {
    refreshInterval: isPast ? 0 : refreshMs,
    errorRetryInterval: refreshMs,
    revalidateOnFocus: !isPast,
    keepPreviousData: true,
    ...(first === null ? {} : { fallbackData: { data: first, receivedAt: null } }),
  });
  if (data === undefined)
    return (
      <PanelFrame
        title="Quorate"
        href={overviewPage(null)}
        glyph={error === undefined && problem === null ? null : 'down'}
        sentence={
          error === undefined
            ? (problem ?? t('ui.loading'))
            : error instanceof TypeError
              ? t('embed.unreachable')
              : error.message
        }
      />
    );
  return (
    <PictureProvider
      value={{
        receivedAt: data.receivedAt,
        pastAt: data.data.past ? data.data.at : null,
        refreshMs,
        isLost: error !== undefined && data.receivedAt !== null,
      }}
    >
      <TenseProvider value={data.data.past ? 'past' : 'present'}>
        <Panel data={data.data} />
      </TenseProvider>
    </PictureProvider>
  );
};

/** A panel that renews itself by asking: it opens no stream, sends no cookie and keeps nothing in the browser. */
export const EmbedPanel = (props: EmbedPanelProps) => (
  <LangProvider value={props.lang}>
    <Polled {...props} />
  </LangProvider>
);
