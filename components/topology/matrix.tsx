'use client';

import { Glyph } from '#components/marks/glyphs.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { useLang, useWords } from '#components/words.tsx';
import type { ClusterDto } from '#lib/api/schema.ts';
import { spanOrUnknown } from '#lib/format/time.ts';

/** Who hears whom, pair by pair: the row is who listens. */
export const Matrix = ({ cluster }: { cluster: ClusterDto }) => {
  const lang = useLang();
  const t = useWords();
  const { isPast } = useInstant();
  const ids = cluster.members
    .map((member) => member.node)
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const said = new Map(cluster.peers.map((peer) => [`${peer.from} ${peer.to}`, peer]));
  return (
    <div className="scroll-x" role="group" aria-label={t('ui.matrix')} tabIndex={0}>
      <table className="grid-table" style={{ width: 'auto' }}>
        <caption className="note pb-2 text-left">
          {t('ui.hears')}
          {isPast && ` · ${t('ui.pairs-unknown')}`}
        </caption>
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">{t('ui.node')}</span>
            </th>
            {ids.map((id) => (
              <th key={id} scope="col" className="num">
                {id}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ids.map((from) => (
            <tr key={from}>
              <th scope="row" className="font-strong text-ink">
                {from}
              </th>
              {ids.map((to) => {
                const peer = said.get(`${from} ${to}`);
                return (
                  <td key={to} className="num min-w-20" data-pair={`${from} ${to}`}>
                    {from === to ? (
                      <span className="text-ink-3">–</span>
                    ) : peer === undefined || peer.up === null ? (
                      <span className="text-ink-3">{t('ui.not-asked')}</span>
                    ) : peer.up ? (
                      <span className="text-ink-2">
                        {peer.rttMs === null ? t('ui.heard') : spanOrUnknown(peer.rttMs, lang)}
                      </span>
                    ) : (
                      <span className="st text-down-ink">
                        <Glyph name="down" />
                        {peer.lastHeardMs === null
                          ? t('ui.not-heard')
                          : spanOrUnknown(peer.lastHeardMs, lang)}
                      </span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
