'use client';

import { StateMark } from '#components/marks/state.tsx';
import { Link } from '#components/shell/link.tsx';
import { useNow } from '#components/shell/use-now.ts';
import { useLang, useWords } from '#components/words.tsx';
import type { NodeRowDto } from '#lib/api/schema.ts';
import { phiText } from '#lib/format/number.ts';
import type { Fleet, Place } from '#lib/topology/fleet.ts';
import type { Hexagon } from '#lib/topology/honeycomb.ts';

import { useCountWords, usePlaceName } from './fleet-words.ts';

const WIDTH = 224;
const ABOVE_FROM = 84;

const NodeNote = ({ node, kind }: { node: NodeRowDto; kind: Fleet['kind'] }) => {
  const lang = useLang();
  const t = useWords();
  const now = useNow();
  const { rack, zone, host } = node.labels;
  const silentMs =
    node.silentSince === null || now === 0 ? null : Math.max(0, now - Date.parse(node.silentSince));
  return (
    <>
      <span className="flex items-baseline gap-2">
        <Link
          href={`/nodes/${encodeURIComponent(node.id)}`}
          prefetch={false}
          className="min-w-0 truncate font-strong max-[720px]:py-3"
        >
          {node.name}
        </Link>
        <StateMark state={node.state} />
      </span>
      <span className="text-ink-2">
        φ <b>{phiText(node.fused)}</b> <span className="text-ink-3">/ {phiText(node.downLimit)}</span>
        {silentMs !== null && <>, {t('fleet.silent', { silentMs })}</>}
      </span>
      <span className="truncate text-ink-3">
        {[zone === undefined ? '' : t('ui.zone-named', { zone }), kind === 'rack' ? rack : '', host]
          .filter(Boolean)
          .join(lang === 'zh' ? '，' : ', ')}
      </span>
    </>
  );
};

const PlaceNote = ({
  place,
  kind,
  members,
}: {
  place: Place;
  kind: Fleet['kind'];
  members: ReadonlyMap<string, NodeRowDto>;
}) => {
  const countWords = useCountWords();
  const placeName = usePlaceName(kind);
  return (
    <>
      <span className="truncate font-strong">{placeName(place.name)}</span>
      <span className="text-ink-2">{countWords(place.nodes, members)}</span>
    </>
  );
};

interface HexagonNoteProps {
  readonly hexagon: Hexagon;
  readonly place: Place | null;
  readonly node: NodeRowDto | null;
  readonly members: ReadonlyMap<string, NodeRowDto>;
  readonly kind: Fleet['kind'];
  /** Of the map. */
  readonly width: number;
  /** It stays, so that its link can be reached. */
  readonly isPinned: boolean;
}

/** What a hexagon stands for, beside it: under the pointer, or selected by the keyboard or a finger. */
export const HexagonNote = ({ hexagon, place, node, members, kind, width, isPinned }: HexagonNoteProps) => {
  const isAbove = hexagon.y > ABOVE_FROM;
  return (
    <div
      role="status"
      data-testid="hexagon-note"
      className={`absolute z-10 grid gap-0.5 rounded-2 bg-ground px-3 py-2 text-12 shadow-[var(--shadow-pop)] ${isPinned ? '' : 'pointer-events-none'}`}
      style={{
        width: Math.min(WIDTH, width),
        left: Math.max(0, Math.min(width - WIDTH, hexagon.x - WIDTH / 2)),
        top: hexagon.y + (isAbove ? -1 : 1) * (hexagon.radius + 8),
        translate: isAbove ? '0 -100%' : undefined,
      }}
    >
      {place !== null ? (
        <PlaceNote place={place} kind={kind} members={members} />
      ) : (
        node !== null && <NodeNote node={node} kind={kind} />
      )}
    </div>
  );
};
