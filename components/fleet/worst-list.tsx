'use client';

import { memo, useMemo } from 'react';

import { Glyph, STATE_GLYPH, STATE_INK } from '#components/marks/glyphs.tsx';
import { PhiBar } from '#components/marks/phi-bar.tsx';
import { Link } from '#components/shell/link.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { NodeRowDto } from '#lib/api/schema.ts';
import { phiText } from '#lib/format/number.ts';
import { writeSpan } from '#lib/i18n/render.ts';
import type { Fleet } from '#lib/topology/fleet.ts';
import { worstOf } from '#lib/topology/worst.ts';

import { useHeld } from './use-held.ts';
import { useSettled } from './use-settled.ts';

const SHOWN = 20;

/** How long a node has been silent. */
export const Silent = ({ node }: { node: NodeRowDto }) => {
  const lang = useLang();
  const t = useWords();
  const now = useNow();
  if (node.state === 'unknown') return <span className="text-ink-3">{t('fleet.never')}</span>;
  if (now === 0) return null;
  if (node.silentSince === null)
    return <span className="text-ink-3">{node.state === 'down' ? '?' : t('fleet.on-time')}</span>;
  return <>{writeSpan(Math.max(0, now - Date.parse(node.silentSince)), lang)}</>;
};

interface RowProps {
  readonly node: NodeRowDto;
  readonly place: string;
  readonly isSelected: boolean;
  readonly onPoint: (node: string | null) => void;
}

const Row = memo(({ node, place, isSelected, onPoint }: RowProps) => (
  <tr
    className={`pick relative h-7 max-[720px]:h-11 ${isSelected ? 'picked' : ''}`}
    data-node={node.id}
    onPointerEnter={() => onPoint(node.id)}
    onPointerLeave={() => onPoint(null)}
  >
    <td className="max-w-0 pl-2.5">
      <span className={`st max-w-full ${node.state === 'up' ? '' : STATE_INK[node.state]}`}>
        <Glyph name={STATE_GLYPH[node.state]} size={11} />
        <Link
          href={`/nodes/${encodeURIComponent(node.id)}`}
          prefetch={false}
          className="truncate font-mono text-12 font-normal after:absolute after:inset-0"
          onFocus={() => onPoint(node.id)}
          onBlur={() => onPoint(null)}
        >
          {node.name}
        </Link>
      </span>
    </td>
    <td className="max-w-0 truncate text-ink-3">{place}</td>
    <td>
      <span className="flex items-center gap-2">
        <PhiBar node={node} />
        <span>{phiText(node.fused)}</span>
      </span>
    </td>
    <td className="num">
      <Silent node={node} />
    </td>
  </tr>
));
Row.displayName = 'Row';

/** The worst nodes of a group, each with its φ against both limits; a row opens its node. */
export const WorstList = ({
  subject,
  members,
  fleet,
  limit,
  selected,
  onPoint,
}: {
  /** Whose nodes, and of which instant. */
  subject: string;
  members: ReadonlyMap<string, NodeRowDto>;
  fleet: Fleet;
  limit: number | null;
  selected: string | null;
  onPoint: (node: string | null) => void;
}) => {
  const t = useWords();
  const [table, isHeld] = useHeld<HTMLTableElement>();
  const worst = useMemo(() => worstOf(members.values(), SHOWN).map((node) => node.id), [members]);
  const rows = useSettled(worst, isHeld, subject).flatMap((id) => members.get(id) ?? []);
  const placeOf = useMemo(
    () =>
      new Map(
        fleet.zones.flatMap((zone) =>
          zone.places.flatMap((place) => place.nodes.map((node) => [node, place.name] as const)),
        ),
      ),
    [fleet],
  );
  return (
    <section aria-labelledby="worst-first">
      <div className="head">
        <h2 id="worst-first">{t('fleet.worst')}</h2>
        <span className="note">
          {t('fleet.some', { from: Math.min(1, rows.length), to: rows.length, count: members.size })}
        </span>
      </div>
      <table className="grid-table table-fixed" data-testid="worst" ref={table}>
        <colgroup>
          <col />
          <col className="w-13" />
          <col className="w-25" />
          <col className="w-18" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col" className="pl-2.5">
              {t('ui.node')}
            </th>
            <th scope="col">{t(`fleet.${fleet.kind}`)}</th>
            <th scope="col">{t('fleet.phi-down', { limit: limit === null ? 'Φ*' : phiText(limit) })}</th>
            <th scope="col" className="num">
              {t('ui.silent')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((node) => (
            <Row
              key={node.id}
              node={node}
              place={placeOf.get(node.id) ?? ''}
              isSelected={node.id === selected}
              onPoint={onPoint}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
};
