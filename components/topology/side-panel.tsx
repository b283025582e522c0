'use client';

import { X } from 'lucide-react';

import { TableHead } from '#components/marks/table-head.tsx';
import { Glyph, STATE_GLYPH, STATE_INK } from '#components/marks/glyphs.tsx';
import { Link } from '#components/shell/link.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { ClusterDto, NodeRowDto } from '#lib/api/schema.ts';
import { phiText } from '#lib/format/number.ts';
import { sinceSpan, spanOrUnknown } from '#lib/format/time.ts';

type Peer = ClusterDto['peers'][number];

const Heard = ({ peer }: { peer: Peer | undefined }) => {
  const lang = useLang();
  const t = useWords();
  if (peer === undefined || peer.up === null) return <span className="text-ink-3">{t('ui.not-asked')}</span>;
  return peer.up ? (
    <span className="st text-ok-ink">
      <Glyph name="up" />
      {peer.rttMs === null ? t('ui.heard') : spanOrUnknown(peer.rttMs, lang)}
    </span>
  ) : (
    <span className="st text-down-ink">
      <Glyph name="down" />
      {t('ui.not-heard')}
    </span>
  );
};

/** One member beside the map: how suspect, who hears it, what it says. */
export const SidePanel = ({
  cluster,
  node,
  onClose,
}: {
  cluster: ClusterDto;
  node: NodeRowDto;
  onClose: () => void;
}) => {
  const lang = useLang();
  const t = useWords();
  const now = useNow();
  const member = cluster.members.find((each) => each.node === node.id);
  const others = cluster.members.filter((each) => each.node !== node.id);
  const find = (from: string, to: string): Peer | undefined =>
    cluster.peers.find((peer) => peer.from === from && peer.to === to);
  return (
    <aside
      aria-label={node.name}
      className="border-line-2 pt-1 xl:w-[364px] xl:flex-none xl:border-l xl:pl-6"
      data-testid="side-panel"
    >
      <div className="flex items-center gap-2">
        <Glyph name={STATE_GLYPH[node.state]} size={16} />
        <h2 className="text-18 font-head">{node.name}</h2>
        {member !== undefined && <span className="tag">{t(`ui.membership.${member.membership}`)}</span>}
        <button type="button" className="btn ghost ml-auto" aria-label={t('ui.close')} onClick={onClose}>
          <X size={14} aria-hidden="true" />
        </button>
      </div>
      <p className="note">{[cluster.name, node.labels.zone, node.labels.host].filter(Boolean).join(', ')}</p>
      <p className="my-3 flex items-center gap-3">
        <span className={`text-40 font-head ${node.state === 'up' ? '' : STATE_INK[node.state]}`}>
          {phiText(node.fused)}
        </span>
        <span className="text-ink-2">
          {t('ui.fused-short', { downLimit: node.downLimit ?? 0 })}
          <br />
          <span className="text-ink-3">
            {t(`ui.state.${node.state}`)}
            {now !== 0 && `, ${sinceSpan(node.since, lang, now)}`}
          </span>
        </span>
      </p>
      {node.flags.includes('withheld') && (
        <p className="st mb-3 whitespace-normal text-suspect-ink">
          <Glyph name="suspect" />
          {t('ui.node.withheld', { node: node.name })}
        </p>
      )}
      {cluster.protocol !== 'none' && (
        <>
          <section className="border-t border-line pt-3">
            <h3 className="mb-1 font-head">{t('ui.who-hears')}</h3>
            <table className="grid-table">
              <TableHead columns={['ui.peer', 'ui.it-hears', 'ui.peer-hears']} />
              <tbody>
                {others.map((peer) => (
                  <tr key={peer.node}>
                    <td>
                      <b>{peer.node}</b>
                    </td>
                    <td>
                      <Heard peer={find(node.id, peer.node)} />
                    </td>
                    <td>
                      <Heard peer={find(peer.node, node.id)} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <section className="mt-4 border-t border-line pt-3">
            <h3 className="mb-1 font-head">{t('ui.statement')}</h3>
            <p className="text-ink-2">
              {member?.term == null
                ? t('ui.statement-none')
                : `${t('ui.statement-text', { leader: member.leader ?? '–', term: `${member.term.kind} ${member.term.text}` })} ${member.agrees === null ? '' : t(member.agrees ? 'ui.agrees' : 'ui.disagrees')}`}
            </p>
          </section>
        </>
      )}
      <Link href={`/nodes/${encodeURIComponent(node.id)}`} className="btn primary mt-4">
        {t('ui.open-node')}
      </Link>
    </aside>
  );
};
