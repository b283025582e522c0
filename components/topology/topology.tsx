'use client';

import type { Route } from 'next';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect } from 'react';

import { TableHead } from '#components/marks/table-head.tsx';
import { EmbedButton } from '#components/embed/snippet-dialog.tsx';
import { EventList } from '#components/overview/event-list.tsx';
import { NoCluster } from '#components/overview/no-cluster.tsx';
import { colouringIn } from '#components/fleet/colour-choice.tsx';
import { FleetTable } from '#components/fleet/fleet-table.tsx';
import { LargeMap } from '#components/fleet/large-map.tsx';
import { useFleet, useMembers } from '#components/fleet/use-fleet.ts';
import { Glyph, LEVEL_GLYPH } from '#components/marks/glyphs.tsx';
import { QuorumPips } from '#components/marks/pips.tsx';
import { TermText } from '#components/marks/term.tsx';
import { Link, useHref } from '#components/shell/link.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useRead } from '#components/shell/read.ts';
import { useLang, useText, useWords } from '#components/words.tsx';
import type { ClusterDto } from '#lib/api/schema.ts';
import { isFleet } from '#lib/topology/fleet.ts';
import { grouped, rangeText } from '#lib/format/number.ts';
import { spanOrUnknown } from '#lib/format/time.ts';

import { Headings } from './headings.tsx';
import { Matrix } from './matrix.tsx';
import { MemberTable } from './member-table.tsx';
import { SidePanel } from './side-panel.tsx';
import { TopologyMap } from './topology-map.tsx';

const AbnormalLinks = ({ cluster }: { cluster: ClusterDto }) => {
  const lang = useLang();
  const t = useWords();
  if (cluster.protocol === 'none') return null;
  return (
    <section className="mt-5">
      <div className="head">
        <h2>{t('ui.abnormal-links')}</h2>
        <span className="note">
          {t('ui.of-count', {
            shown: cluster.cuts.length,
            count: cluster.members.length * (cluster.members.length - 1),
          })}
        </span>
      </div>
      {cluster.cuts.length === 0 ? (
        <p className="text-ink-2">{t('ui.no-abnormal')}</p>
      ) : (
        <div className="scroll-x" role="group" aria-label={t('ui.abnormal-links')} tabIndex={0}>
          <table className="grid-table" data-testid="abnormal-links">
            <TableHead columns={['ui.state', 'ui.link', 'ui.other-direction', 'ui.seen-by']} />
            <tbody>
              {cluster.cuts.map((cut) => {
                const back = cluster.peers.find((peer) => peer.from === cut.from && peer.to === cut.to);
                return (
                  <tr key={`${cut.from} ${cut.to}`}>
                    <td>
                      <span className="st text-down-ink">
                        <Glyph name="down" />
                        {t('ui.cut')}
                      </span>
                    </td>
                    <td>
                      <b>{cut.from}</b> → <b>{cut.to === 'monitor' ? t('ui.monitor') : cut.to}</b>
                    </td>
                    <td>
                      {back?.up === true ? (
                        <span className="text-ok-ink">
                          {back.rttMs === null ? t('ui.heard') : spanOrUnknown(back.rttMs, lang)}
                        </span>
                      ) : (
                        <span className="text-ink-3">
                          {t(back === undefined ? 'ui.not-asked' : 'ui.not-heard')}
                        </span>
                      )}
                    </td>
                    <td className="text-ink-2">
                      {t(cut.by === 'monitor' ? 'ui.by-monitor' : 'ui.by-member')}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
};

const VIEWS = ['map', 'matrix', 'table'] as const;

/** One cluster: its verdict, then the same facts as a map, a matrix or a table. What is chosen stands in the address. */
export const Topology = () => {
  const t = useWords();
  const text = useText();
  const router = useRouter();
  const toHref = useHref();
  const params = useSearchParams();
  const picture = usePicture();
  const id = params.get('cluster') ?? picture.clusters[0]?.id ?? null;
  const row = picture.clusters.find((cluster) => cluster.id === id);
  const {
    data: cluster,
    error,
    again,
  } = useRead<ClusterDto>(id === null ? null : `/api/clusters/${encodeURIComponent(id)}`, 1000);
  // The stream tells first that something changed; the details follow at once.
  useEffect(again, [row, again]);
  // Nodes that need not agree say nothing of each other.
  const views = VIEWS.filter((each) => each !== 'matrix' || cluster?.protocol !== 'none');
  const view = views.find((each) => each === params.get('view')) ?? 'map';
  const edges = params.get('edges') === 'all' ? 'all' : 'abnormal';
  const groupBy = params.get('by') === 'host' ? 'host' : 'zone';
  const selected = params.get('node');
  const members = useMembers(picture.nodes, id ?? '');
  const fleet = useFleet(members);
  const to = (changes: Readonly<Record<string, string | null>>): Route => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes))
      if (value === null) next.delete(name);
      else next.set(name, value);
    return `/topology?${next.toString()}` as Route;
  };
  if (id === null && picture.at !== null)
    return (
      <>
        <h1 className="verdict mb-1">{t('ui.heading.nothing')}</h1>
        <NoCluster />
      </>
    );
  if (cluster === undefined || id === null)
    return error === undefined ? (
      <div className="skeleton h-96" aria-label={t('ui.loading')} />
    ) : (
      <div role="alert">
        <h1 className="verdict">{t('ui.failed')}</h1>
        <pre className="well mt-3">{error.message}</pre>
      </div>
    );
  const chosen = selected === null ? undefined : picture.nodes.get(selected);
  const { quorum, verdict } = cluster;
  const isLarge = isFleet(cluster.members.length);
  const choose = (node: string): void => router.replace(to({ node }), { scroll: false });
  return (
    <div className="gap-6 xl:flex">
      <div className="min-w-0 flex-1">
        <div className="grid grid-cols-[26px_1fr] items-start gap-x-1.5">
          <span className="pt-1.5">
            <Glyph name={LEVEL_GLYPH[verdict.level]} size={20} />
          </span>
          <h1 className="verdict" data-testid="verdict">
            {text(verdict.sentence)}
          </h1>
          <div className="lede col-start-2 mt-1 flex flex-wrap items-center gap-x-4">
            {quorum !== null && <QuorumPips voters={cluster.summary.voters} needs={quorum.needs} />}
            {quorum !== null && (
              <span>
                {t('ui.survives')}{' '}
                <b data-testid="margin">{rangeText(quorum.margin.pessimistic, quorum.margin.optimistic)}</b>
              </span>
            )}
            {cluster.leader !== null && (
              <Link
                href={`/clusters/${encodeURIComponent(cluster.id)}`}
                className="inline-flex items-center gap-1.5"
                data-testid="leader"
              >
                <Glyph name={cluster.leader.state === 'one' ? 'leader' : 'claim'} />
                {cluster.leader.node ??
                  t(cluster.leader.state === 'contested' ? 'ui.contested' : 'ui.no-leader')}
                {cluster.leader.term !== null && (
                  <span className="text-ink-3">
                    <TermText term={cluster.leader.term} />
                  </span>
                )}
              </Link>
            )}
            {cluster.commit !== null && (
              <span className="text-ink-3">
                {t('ui.commit-index')} {grouped(cluster.commit.index)},{' '}
                {t(
                  cluster.commit.advancing === null
                    ? 'ui.still'
                    : cluster.commit.advancing
                      ? 'ui.advancing'
                      : 'ui.stalled',
                )}
              </span>
            )}
            <span className="w-full">{verdict.why === null ? '' : text(verdict.why)}</span>
          </div>
        </div>
        <div className="mt-4 flex flex-wrap items-end justify-between gap-3 border-b border-line">
          <nav className="tabs border-0" aria-label={t('ui.topology')}>
            {views.map((each) => (
              <Link
                key={each}
                href={to({ view: each })}
                aria-current={view === each ? 'page' : undefined}
                scroll={false}
              >
                {t(`ui.${each}`)}
              </Link>
            ))}
          </nav>
          <div className="ml-auto flex flex-wrap items-center gap-3 pb-2">
            <EmbedButton panel="topology" cluster={id} />
            {view === 'map' && !isLarge && (
              <>
                {' '}
                <div className="seg" role="group" aria-label={t('ui.edges')}>
                  {(['abnormal', 'all'] as const).map((each) => (
                    <button
                      key={each}
                      type="button"
                      aria-pressed={edges === each}
                      onClick={() => router.replace(to({ edges: each }), { scroll: false })}
                    >
                      {t(`ui.edges.${each}`)}
                    </button>
                  ))}
                </div>
                <div className="seg" role="group" aria-label={t('ui.place')}>
                  {(['zone', 'host'] as const).map((each) => (
                    <button
                      key={each}
                      type="button"
                      aria-pressed={groupBy === each}
                      onClick={() => router.replace(to({ by: each }), { scroll: false })}
                    >
                      {t(`ui.${each}`)}
                    </button>
                  ))}
                </div>
              </>
            )}
          </div>
        </div>
        <div className="mt-5 mb-6">
          {view === 'map' && isLarge && (
            <LargeMap
              name={cluster.name}
              members={members}
              colouring={colouringIn(params)}
              onColour={(colour) => router.replace(to({ colour }), { scroll: false })}
              selected={selected}
              onSelect={(node) => router.replace(to({ node }), { scroll: false })}
              onOpen={(node) => router.push(toHref(`/nodes/${encodeURIComponent(node)}`))}
            />
          )}
          {view === 'map' && !isLarge && (
            <TopologyMap
              view={{ cluster, nodes: picture.nodes, edges, groupBy, selected }}
              onSelect={choose}
            />
          )}
          {view === 'matrix' && <Matrix cluster={cluster} />}
          {view === 'table' &&
            (isLarge && cluster.protocol === 'none' ? (
              <FleetTable fleet={fleet} members={members} />
            ) : (
              <MemberTable cluster={cluster} nodes={picture.nodes} />
            ))}
        </div>
        <AbnormalLinks cluster={cluster} />
        {cluster.protocol !== 'none' && <Headings cluster={cluster} />}
        <div className="head">
          <h2>{t('ui.what-changed')}</h2>
          <span className="note">{t('ui.newest-first')}</span>
        </div>
        <EventList cluster={id} limit={12} />
      </div>
      {chosen !== undefined && (
        <SidePanel
          cluster={cluster}
          node={chosen}
          onClose={() => router.replace(to({ node: null }), { scroll: false })}
        />
      )}
    </div>
  );
};
