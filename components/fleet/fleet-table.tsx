'use client';

import { memo, useMemo, useState } from 'react';

import { StateMark } from '#components/marks/state.tsx';
import { PhiBar } from '#components/marks/phi-bar.tsx';
import { TableHead } from '#components/marks/table-head.tsx';
import { Link } from '#components/shell/link.tsx';
import { useWords } from '#components/words.tsx';
import type { NodeRowDto } from '#lib/api/schema.ts';
import { phiText } from '#lib/format/number.ts';
import type { Fleet } from '#lib/topology/fleet.ts';

import { usePlaceName } from './fleet-words.ts';
import { Silent } from './worst-list.tsx';

const PAGE = 100;

const Row = memo(({ node, zone, place }: { node: NodeRowDto; zone: string; place: string }) => {
  const t = useWords();
  return (
    <tr className="pick relative h-7 max-[720px]:h-11" data-node={node.id}>
      <td>
        <StateMark state={node.state} />
      </td>
      <td>
        <Link
          href={`/nodes/${encodeURIComponent(node.id)}`}
          prefetch={false}
          className="font-strong after:absolute after:inset-0"
        >
          {node.name}
        </Link>
        {node.flags.map((flag) => (
          <span key={flag} className="tag ml-2">
            {t(`ui.flag.${flag}`)}
          </span>
        ))}
      </td>
      <td>
        <span className="flex items-center gap-2">
          <PhiBar node={node} />
          <b>{phiText(node.fused)}</b>
        </span>
      </td>
      <td className="num">
        <Silent node={node} />
      </td>
      <td className="pl-6 text-ink-2 max-[720px]:hidden">{zone}</td>
      <td className="text-ink-2 max-[720px]:hidden">{place}</td>
    </tr>
  );
});
Row.displayName = 'Row';

/** Every node of the map in its order, so many on a page. */
export const FleetTable = ({
  fleet,
  members,
}: {
  fleet: Fleet;
  members: ReadonlyMap<string, NodeRowDto>;
}) => {
  const t = useWords();
  const placeName = usePlaceName(fleet.kind);
  const [page, setPage] = useState(0);
  const all = useMemo(
    () =>
      fleet.zones.flatMap((zone) =>
        zone.places.flatMap((place) => place.nodes.map((id) => ({ id, zone: zone.name, place: place.name }))),
      ),
    [fleet],
  );
  const last = Math.max(0, Math.ceil(all.length / PAGE) - 1);
  const current = Math.min(page, last);
  const start = current * PAGE;
  const shown = all.slice(start, start + PAGE);
  return (
    <div>
      <div className="scroll-x" role="group" aria-label={t('ui.table')} tabIndex={0}>
        <table className="grid-table" data-testid="fleet-table">
          <TableHead
            columns={[
              'ui.state',
              'ui.node',
              'ui.suspicion',
              ['ui.silent', 'num'],
              ['ui.zone', 'pl-6 max-[720px]:hidden'],
              [`fleet.${fleet.kind}`, 'max-[720px]:hidden'],
            ]}
          />
          <tbody>
            {shown.map(({ id, zone, place }) => {
              const node = members.get(id);
              return node === undefined ? null : (
                <Row key={id} node={node} zone={zone} place={placeName(place)} />
              );
            })}
          </tbody>
        </table>
      </div>
      {last > 0 && (
        <div className="mt-3 flex items-center gap-3">
          <button type="button" className="btn" disabled={current === 0} onClick={() => setPage(current - 1)}>
            {t('fleet.before')}
          </button>
          <button
            type="button"
            className="btn"
            disabled={current === last}
            onClick={() => setPage(current + 1)}
          >
            {t('fleet.after')}
          </button>
          <span className="note">
            {t('fleet.some', { from: start + 1, to: start + shown.length, count: all.length })}
          </span>
        </div>
      )}
    </div>
  );
};
