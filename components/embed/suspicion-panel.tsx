'use client';

import dynamic from 'next/dynamic';

import { STATE_GLYPH, STATE_INK } from '#components/marks/glyphs.tsx';
import { PhiBar } from '#components/marks/phi-bar.tsx';
import { StateMark } from '#components/marks/state.tsx';
import { useNodeSentence } from '#components/node/sentence.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { EmbedOf } from '#lib/api/schema-embed.ts';
import type { NodeRowDto } from '#lib/api/schema.ts';
import { phiText } from '#lib/format/number.ts';
import { spanOrUnknown } from '#lib/format/time.ts';

import { nodePage, nodesPage, pastOf } from './addresses.ts';
import { PanelFrame, Value, Values } from './frame.tsx';

const TimeLines = dynamic(() => import('#components/charts/time-lines.tsx'), {
  ssr: false,
  loading: () => <div className="skeleton h-40" />,
});

type Data = EmbedOf<'suspicion'>;
type OneNode = NonNullable<Data['node']>;

const NodeSuspicion = ({ data, row, node }: { data: Data; row: NodeRowDto; node: OneNode }) => {
  const lang = useLang();
  const t = useWords();
  const sentence = useNodeSentence(row, node);
  const { suspicion, history } = node;
  const { suspectLimit, downLimit } = suspicion;
  const to = Date.parse(data.at);
  const top = Math.ceil(downLimit * 1.2);
  return (
    <PanelFrame
      title={row.name}
      note={row.clusters.map((cluster) => cluster.id).join(', ')}
      href={nodePage(row.id, pastOf(data))}
      glyph={STATE_GLYPH[row.state]}
      sentence={sentence}
    >
      <Values>
        <Value label={t('ui.suspicion')}>
          <b className={row.state === 'up' ? '' : STATE_INK[row.state]}>{phiText(row.fused)}</b>
          <span className="text-ink-3">/ {phiText(row.downLimit)}</span>
        </Value>
        <Value label={t('ui.silent')}>
          <b>{spanOrUnknown(suspicion.silentMs, lang)}</b>
        </Value>
        <Value label={t('embed.down-in')}>
          <b>{spanOrUnknown(suspicion.timeToDownMs, lang)}</b>
        </Value>
      </Values>
      <TimeLines
        instants={history.map((point) => Date.parse(point.at))}
        lines={[
          {
            name: row.id,
            values: history.map(({ phi }) => (phi === null ? null : Math.min(phi, top))),
            colour: 'var(--ink)',
            dashed: false,
          },
        ]}
        from={to - data.rangeMs}
        to={to}
        limits={[
          {
            value: suspectLimit,
            text: t('ui.suspect-at', { limit: suspectLimit }),
            stroke: 'var(--st-suspect)',
            ink: 'var(--st-suspect-ink)',
          },
          {
            value: downLimit,
            text: t('ui.down-at', { limit: downLimit }),
            stroke: 'var(--threshold)',
            ink: 'var(--st-down-ink)',
          },
        ]}
        domain={[0, top]}
        label={`${t('ui.phi-chart')}: ${phiText(row.fused)}`}
      />
    </PanelFrame>
  );
};

const Strongest = ({ data }: { data: Data }) => {
  const t = useWords();
  const { nodes, counts } = data;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const bad = counts.suspect + counts.down;
  const [first] = nodes;
  const isBad = counts.down > 0 ? 'down' : bad > 0 ? 'suspect' : 'up';
  return (
    <PanelFrame
      title={t('embed.suspicion')}
      href={nodesPage(pastOf(data))}
      glyph={STATE_GLYPH[isBad]}
      sentence={bad === 0 ? t('embed.suspicion-none') : t('embed.suspicion-some', { count: bad, total })}
    >
      {first !== undefined && (
        <Values>
          <Value label={t('ui.strongest')}>
            <b>{first.name}</b>
            <b>{phiText(first.fused)}</b>
            <span className="text-ink-3">/ {phiText(first.downLimit)}</span>
          </Value>
        </Values>
      )}
      <ul className="panel-rows">
        {nodes.map((row) => (
          <li key={row.id} data-node={row.id}>
            <span className="w-20 flex-none">
              <StateMark state={row.state} />
            </span>
            <a
              className="min-w-0 flex-1 truncate font-strong hover:underline"
              href={nodePage(row.id, pastOf(data))}
              target="_blank"
              rel="noopener"
            >
              {row.name}
            </a>
            <span className="panel-roomy">
              <PhiBar node={row} width={96} />
            </span>
            <span className="flex-none">
              <b>{phiText(row.fused)}</b> <span className="text-ink-3">/ {phiText(row.downLimit)}</span>
            </span>
          </li>
        ))}
      </ul>
    </PanelFrame>
  );
};

/** How suspect one node is, over time; without a node, who is suspected most. */
export const SuspicionPanel = ({ data }: { data: Data }) => {
  const [row] = data.nodes;
  return data.node !== null && row !== undefined ? (
    <NodeSuspicion data={data} row={row} node={data.node} />
  ) : (
    <Strongest data={data} />
  );
};
