'use client';

import { useRouter, useSearchParams } from 'next/navigation';
import { useMemo, useState } from 'react';

import { Link, useHref } from '#components/shell/link.tsx';
import { usePicture } from '#components/shell/live.tsx';
import { useInstant } from '#components/shell/instant.tsx';
import { useWords } from '#components/words.tsx';
import type { ClusterRowDto } from '#lib/api/schema.ts';
import { legendCounts } from '#lib/topology/hexagon-looks.ts';

import { ColourChoice, colouringIn } from './colour-choice.tsx';
import { FleetLegend } from './fleet-legend.tsx';
import { FleetMap } from './fleet-map.tsx';
import { FleetTable } from './fleet-table.tsx';
import { usualLimit } from './fleet-words.ts';
import { useFleet, useMembers } from './use-fleet.ts';
import { WorstList } from './worst-list.tsx';

const VIEWS = ['map', 'table'] as const;

/** Changes the address of this page without asking the server for it anew. */
const note = (name: string, value: string): void => {
  const next = new URLSearchParams(location.search);
  next.set(name, value);
  history.replaceState(null, '', `?${next.toString()}`);
};

/** One large group: every node as a hexagon, or all in a table, and the worst of them beside it. */
export const FleetSection = ({ cluster, isAlone }: { cluster: ClusterRowDto; isAlone: boolean }) => {
  const t = useWords();
  const router = useRouter();
  const toHref = useHref();
  const params = useSearchParams();
  const { isPast } = useInstant();
  const { nodes, at } = usePicture();
  const members = useMembers(nodes, cluster.id);
  const fleet = useFleet(members);
  const colouring = colouringIn(params);
  const view = VIEWS.find((each) => each === params.get('view')) ?? 'map';
  const [selected, select] = useState<string | null>(null);
  const [pointed, point] = useState<string | null>(null);
  const counts = useMemo(() => legendCounts(fleet, members, colouring), [fleet, members, colouring]);
  const limit = useMemo(() => usualLimit(members), [members]);
  const isKnown = members.size > 0;
  return (
    <section className="mb-6" aria-label={cluster.name} data-testid="fleet">
      {!isAlone && (
        <div className="head">
          <h2>
            <Link href={`/topology?cluster=${encodeURIComponent(cluster.id)}`}>{cluster.name}</Link>
          </h2>
        </div>
      )}
      <div className="mb-4 flex flex-wrap items-center gap-3 border-b border-line-2 pb-3.5">
        <ColourChoice kind={fleet.kind} colouring={colouring} onChoose={(chosen) => note('colour', chosen)} />
        <div className="seg" role="group" aria-label={t('fleet.view')}>
          {VIEWS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === view}
              onClick={() => note('view', each)}
              className="max-[720px]:min-h-11"
            >
              {t(`ui.${each}`)}
            </button>
          ))}
        </div>
        <div className={`min-[1180px]:ml-auto ${isKnown ? '' : 'invisible'}`}>
          <FleetLegend counts={counts} colouring={colouring} limit={limit} />
        </div>
      </div>
      <div className="grid gap-x-9 gap-y-6 min-[1180px]:grid-cols-[minmax(0,1fr)_336px]">
        <div className="min-h-[640px] min-w-0">
          {!isKnown ? (
            <div className="skeleton h-[640px]" aria-label={t('ui.loading')} />
          ) : view === 'map' ? (
            <FleetMap
              name={cluster.name}
              fleet={fleet}
              members={members}
              colouring={colouring}
              selected={selected}
              pointed={pointed}
              onSelect={select}
              onOpen={(node) => router.push(toHref(`/nodes/${encodeURIComponent(node)}`))}
            />
          ) : (
            <FleetTable fleet={fleet} members={members} />
          )}
        </div>
        <aside className="min-w-0 max-[720px]:order-first max-[720px]:min-h-[960px] min-[1180px]:border-l min-[1180px]:border-line min-[1180px]:pl-6">
          <WorstList
            subject={`${cluster.id} ${isPast ? at : ''}`}
            members={members}
            fleet={fleet}
            limit={limit}
            selected={selected}
            onPoint={point}
          />
        </aside>
      </div>
    </section>
  );
};
