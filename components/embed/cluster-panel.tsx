'use client';

import { LEVEL_GLYPH } from '#components/marks/glyphs.tsx';
import { useWords } from '#components/words.tsx';
import type { EmbedOf } from '#lib/api/schema-embed.ts';

import { pastOf, topologyPage } from './addresses.ts';
import { Leader, levelBands, Margin, Strongest, useVerdictText } from './cluster-facts.tsx';
import { PanelFrame, Value, Values } from './frame.tsx';
import { RangeAxis, RangeStrip } from './range-strip.tsx';

/** One cluster: whether it can agree, how much it survives, who leads, who is suspected, and how it was. */
export const ClusterPanel = ({ data }: { data: EmbedOf<'cluster'> }) => {
  const t = useWords();
  const { cluster, at, rangeMs, past } = data;
  const sentence = useVerdictText(cluster);
  return (
    <PanelFrame
      title={cluster.name}
      note={cluster.system}
      href={topologyPage(cluster.id, pastOf(data))}
      glyph={LEVEL_GLYPH[cluster.verdict.level]}
      sentence={sentence}
    >
      <Values>
        {cluster.quorum !== null && (
          <Value label={t('ui.survives')}>
            <Margin cluster={cluster} />
          </Value>
        )}
        <Value label={t('ui.leader')}>
          <Leader cluster={cluster} />
        </Value>
        <Value label={t('ui.strongest')}>
          <Strongest cluster={cluster} />
        </Value>
      </Values>
      <div className="mt-3">
        <RangeStrip bands={levelBands(cluster)} at={at} rangeMs={rangeMs} label={t('ui.levels')} />
        <RangeAxis at={at} rangeMs={rangeMs} past={past} />
      </div>
    </PanelFrame>
  );
};
