'use client';

import { useMemo } from 'react';

import { LargeMap } from '#components/fleet/large-map.tsx';
import { Glyph, LEVEL_GLYPH, STATE_GLYPH } from '#components/marks/glyphs.tsx';
import { TopologyMap } from '#components/topology/topology-map.tsx';
import { useWords } from '#components/words.tsx';
import type { EmbedOf } from '#lib/api/schema-embed.ts';
import type { ClusterDto } from '#lib/api/schema.ts';
import { isFleet } from '#lib/topology/fleet.ts';
import { phiText } from '#lib/format/number.ts';

import { pastOf, topologyPage } from './addresses.ts';
import { Leader, Margin, useVerdictText } from './cluster-facts.tsx';
import { PanelFrame, Value, Values } from './frame.tsx';

const NAMED_CUTS = 2;

const cutsText = (cuts: ClusterDto['cuts'], more: (count: number) => string): string => {
  const named = cuts.slice(0, NAMED_CUTS).map((cut) => `${cut.from} → ${cut.to}`);
  return [...named, ...(cuts.length > NAMED_CUTS ? [more(cuts.length - NAMED_CUTS)] : [])].join(', ');
};

/** One cluster as its map, with the links that are cut; the same in rows for those who do not see the map. */
export const TopologyPanel = ({ data }: { data: EmbedOf<'topology'> }) => {
  const t = useWords();
  const { cluster } = data;
  const sentence = useVerdictText(cluster);
  const nodes = useMemo(() => new Map(data.nodes.map((node) => [node.id, node])), [data.nodes]);
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
        {cluster.protocol !== 'none' && (
          <Value label={t('embed.cuts')}>
            {cluster.cuts.length === 0 ? (
              <span className="text-ink-3">0</span>
            ) : (
              <span className="st text-down-ink">
                <Glyph name="down" />
                {cutsText(cluster.cuts, (count) => t('embed.more', { count }))}
              </span>
            )}
          </Value>
        )}
      </Values>
      <div className="mt-3">
        {isFleet(nodes.size) ? (
          <LargeMap name={cluster.name} members={nodes} />
        ) : (
          <TopologyMap view={{ cluster, nodes, edges: 'abnormal', groupBy: 'zone', selected: null }} />
        )}
      </div>
      <ul className="sr-only">
        {cluster.members.map((member) => (
          <li key={member.node}>
            <Glyph name={STATE_GLYPH[member.state]} />
            {member.node}, {t(`ui.state.${member.state}`)}, {t(`ui.role.${member.role}`)}, φ{' '}
            {phiText(member.fused)}
          </li>
        ))}
      </ul>
    </PanelFrame>
  );
};
