'use client';

import { useState } from 'react';

import { TableHead } from '#components/marks/table-head.tsx';
import { StateMark } from '#components/marks/state.tsx';
import { Link } from '#components/shell/link.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { NodeRowDto } from '#lib/api/schema.ts';
import { phiText } from '#lib/format/number.ts';
import { sinceSpan } from '#lib/format/time.ts';

const RANK = { down: 0, suspect: 1, recovering: 2, unknown: 3, up: 4 } as const;
const SHOWN = 200;

/** Every node, worst first. */
export const NodeList = () => {
  const lang = useLang();
  const t = useWords();
  const now = useNow();
  const { nodes, at } = usePicture();
  const [word, setWord] = useState('');
  const all: NodeRowDto[] = [...nodes.values()];
  const wanted = word.trim().toLowerCase();
  const found = all
    .filter(
      (node) =>
        node.name.toLowerCase().includes(wanted) ||
        Object.values(node.labels).some((label) => label.toLowerCase().includes(wanted)),
    )
    .toSorted(
      (a, b) => RANK[a.state] - RANK[b.state] || a.name.localeCompare(b.name, 'en', { numeric: true }),
    );
  if (at === null) return <div className="skeleton h-96" aria-label={t('ui.loading')} />;
  return (
    <>
      <h1 className="verdict">
        {all.length === 0
          ? t('ui.heading.no-nodes')
          : t('ui.nodes-verdict', {
              up: all.filter((node) => node.state === 'up').length,
              count: all.length,
            })}
      </h1>
      <div className="my-4 flex items-center gap-3">
        <input
          className="select w-64"
          type="search"
          aria-label={t('ui.search-nodes')}
          placeholder={t('ui.search-nodes')}
          value={word}
          onChange={(event) => setWord(event.target.value)}
        />
        <span className="note">
          {t('ui.of-count', { shown: Math.min(SHOWN, found.length), count: found.length })}
        </span>
      </div>
      <div className="scroll-x">
        <table className="grid-table">
          <TableHead
            columns={[
              'ui.state',
              'ui.node',
              ['ui.suspicion', 'num'],
              'ui.cluster',
              'ui.place',
              ['ui.since', 'num'],
            ]}
          />
          <tbody>
            {found.slice(0, SHOWN).map((node) => (
              <tr key={node.id} data-node={node.id}>
                <td>
                  <StateMark state={node.state} />
                </td>
                <td>
                  <Link href={`/nodes/${encodeURIComponent(node.id)}`} className="font-strong">
                    {node.name}
                  </Link>
                  {node.flags.map((flag) => (
                    <span key={flag} className="tag ml-2">
                      {t(`ui.flag.${flag}`)}
                    </span>
                  ))}
                </td>
                <td className="num">
                  <b>{phiText(node.fused)}</b> <span className="text-ink-3">/ {phiText(node.downLimit)}</span>
                </td>
                <td>{node.clusters.map((cluster) => cluster.id).join(', ')}</td>
                <td className="text-ink-2">
                  {[node.labels.zone, node.labels.host].filter(Boolean).join(', ')}
                </td>
                <td className="num text-ink-2">{now === 0 ? '' : sinceSpan(node.since, lang, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
};
