'use client';

import { Glyph, LEVEL_GLYPH } from '#components/marks/glyphs.tsx';
import { LevelMark, StateCount } from '#components/marks/state.tsx';
import { useHeadline } from '#components/overview/headline.ts';
import { useWords } from '#components/words.tsx';
import type { EmbedOf } from '#lib/api/schema-embed.ts';
import type { ClusterRowDto } from '#lib/api/schema.ts';

import { overviewPage, pastOf, topologyPage } from './addresses.ts';
import { Leader, levelBands, Margin } from './cluster-facts.tsx';
import { PanelFrame, Value, Values } from './frame.tsx';
import { RangeAxis, RangeStrip } from './range-strip.tsx';

const Row = ({ cluster, data }: { cluster: ClusterRowDto; data: EmbedOf<'overview'> }) => {
  const t = useWords();
  return (
    <li data-cluster={cluster.id}>
      <span className="panel-wide w-20 flex-none">
        <LevelMark level={cluster.verdict.level} />
      </span>
      <span className="inline-flex w-28 flex-none items-center gap-1.5">
        <span className="panel-tight">
          <Glyph name={LEVEL_GLYPH[cluster.verdict.level]} />
        </span>
        <a
          className="truncate font-head hover:underline"
          href={topologyPage(cluster.id, pastOf(data))}
          target="_blank"
          rel="noopener"
        >
          {cluster.name}
        </a>
      </span>
      <span className="inline-flex w-36 flex-none items-center gap-2">
        <Margin cluster={cluster} />
      </span>
      <span className="panel-roomy inline-flex min-w-0 flex-1 items-center gap-1.5">
        <Leader cluster={cluster} brief />
      </span>
      <span className="panel-wide w-36 flex-none">
        <RangeStrip
          bands={levelBands(cluster)}
          at={data.at}
          rangeMs={data.rangeMs}
          label={`${cluster.name}: ${t('ui.levels')}`}
        />
      </span>
    </li>
  );
};

/** All clusters in one sentence, then a row for each, worst first. */
export const OverviewPanel = ({ data }: { data: EmbedOf<'overview'> }) => {
  const t = useWords();
  const headline = useHeadline(data.clusters);
  const { clusters, counts } = data;
  const well = clusters.filter((cluster) => cluster.verdict.level === 'healthy').length;
  const [weakest] = clusters
    .filter((cluster) => cluster.quorum !== null)
    .toSorted((a, b) => (a.quorum?.margin.pessimistic ?? 0) - (b.quorum?.margin.pessimistic ?? 0));
  return (
    <PanelFrame
      title={t('ui.overview')}
      href={overviewPage(pastOf(data))}
      glyph={LEVEL_GLYPH[headline?.level ?? 'unknown']}
      sentence={headline?.sentence ?? t('ui.no-data')}
    >
      <Values>
        <Value label={t('ui.clusters')}>
          <b>{t('embed.of', { count: well, total: clusters.length })}</b>
          <span className="text-ink-3">{t('ui.level.healthy')}</span>
        </Value>
        <Value label={t('ui.nodes')}>
          {(['down', 'suspect', 'up'] as const).map((state) => (
            <StateCount key={state} state={state} count={counts[state]} />
          ))}
        </Value>
        {weakest !== undefined && (
          <Value label={t('ui.survives')}>
            <b>{weakest.name}</b>
            <Margin cluster={weakest} />
          </Value>
        )}
      </Values>
      <ul className="panel-rows">
        {clusters.map((cluster) => (
          <Row key={cluster.id} cluster={cluster} data={data} />
        ))}
      </ul>
      <div className="panel-wide ml-auto w-36">
        <RangeAxis at={data.at} rangeMs={data.rangeMs} past={data.past} />
      </div>
    </PanelFrame>
  );
};
