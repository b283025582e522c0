'use client';

import { quadtree } from 'd3-quadtree';
import { useCallback, useMemo, useState } from 'react';

import { useCanvas } from '#components/charts/use-canvas.ts';
import type { Paint } from '#components/charts/use-canvas.ts';
import { useWidth } from '#components/charts/use-width.ts';
import { useWords } from '#components/words.tsx';
import type { NodeRowDto } from '#lib/api/schema.ts';
import type { Fleet } from '#lib/topology/fleet.ts';
import { hexagonLooks } from '#lib/topology/hexagon-looks.ts';
import { honeycombOf } from '#lib/topology/honeycomb.ts';
import type { Caption, Hexagon } from '#lib/topology/honeycomb.ts';
import { isAbnormal } from '#lib/topology/look.ts';
import type { Colouring } from '#lib/topology/look.ts';
import { neighbour } from '#lib/topology/neighbour.ts';

import { drawHoneycomb } from './draw-honeycomb.ts';
import { useCountWords, usePlaceName } from './fleet-words.ts';
import { HexagonNote } from './hexagon-note.tsx';
import { useKept } from './use-kept.ts';

/** So many of a place's nodes make its name stand out. */
const LOUD_FROM = 3;
const LEAST_WIDTH = 120;

export interface FleetMapProps {
  readonly name: string;
  readonly fleet: Fleet;
  readonly members: ReadonlyMap<string, NodeRowDto>;
  readonly colouring: Colouring;
  /** What is ringed: a node, or a place. A node that is not drawn has its place ringed. */
  readonly selected: string | null;
  /** Ringed too: what the pointer is on in a list beside the map. */
  readonly pointed?: string | null;
  /** Null: a picture only. */
  readonly onSelect: ((id: string | null) => void) | null;
  readonly onOpen?: (node: string) => void;
}

/** A large group as a field of hexagons at fixed places, on a canvas; the table says the same in rows. */
export const FleetMap = ({
  name,
  fleet,
  members,
  colouring,
  selected,
  pointed = null,
  onSelect,
  onOpen,
}: FleetMapProps) => {
  const t = useWords();
  const countWords = useCountWords();
  const placeName = usePlaceName(fleet.kind);
  const [holder, width] = useWidth<HTMLDivElement>();
  const [open, setOpen] = useState<string | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const honeycomb = useMemo(
    () => honeycombOf(fleet, Math.max(LEAST_WIDTH, width), open),
    [fleet, width, open],
  );
  const byId = useMemo(
    () => new Map(honeycomb.hexagons.map((hexagon) => [hexagon.id, hexagon])),
    [honeycomb],
  );
  /** Where a hexagon is a place, it stands for its nodes. */
  const placeOf = useMemo(
    () =>
      new Map(
        [...honeycomb.places.values()].flatMap((place) =>
          place.nodes.map((node) => [node, place.id] as const),
        ),
      ),
    [honeycomb],
  );
  const tree = useMemo(
    () =>
      quadtree<Hexagon>()
        .x((hexagon) => hexagon.x)
        .y((hexagon) => hexagon.y)
        .addAll([...honeycomb.hexagons]),
    [honeycomb],
  );

  const seen = hexagonLooks(honeycomb, members, colouring);
  const looks = useKept(
    seen,
    seen.map(({ look, isDown, abnormal }) => `${look} ${isDown} ${abnormal}`).join('\n'),
  );
  const heads = honeycomb.zones.map((zone) => ({
    title: zone.name === '' ? '' : t('ui.zone-named', { zone: zone.name }),
    note: countWords(
      zone.places.flatMap((place) => place.nodes),
      members,
    ),
  }));
  const zones = useKept(heads, JSON.stringify(heads));
  const standingOut = honeycomb.zones.flatMap((zone) =>
    zone.places.flatMap(({ id, nodes }) => {
      const abnormal = nodes.filter((node) => {
        const row = members.get(node);
        return row !== undefined && isAbnormal(row);
      });
      return abnormal.length >= LOUD_FROM ? [id] : [];
    }),
  );
  const loud = useKept(standingOut, standingOut.join('\n'));
  const marked = [selected, pointed, open, hovered].flatMap((id) =>
    id === null ? [] : [byId.has(id) ? id : (placeOf.get(id) ?? id)],
  );
  const ringed = useKept(marked, marked.join('\n'));

  const draw = useCallback(
    (context: CanvasRenderingContext2D, paint: Paint): void =>
      drawHoneycomb(context, paint, honeycomb, {
        looks,
        zones,
        captionText: (caption: Caption) => placeName(caption.text),
        loud: new Set(loud),
        ringed,
      }),
    [honeycomb, looks, loud, placeName, ringed, zones],
  );
  const canvas = useCanvas(width === 0 ? 0 : honeycomb.width, honeycomb.height, draw);

  const at = (event: React.MouseEvent): Hexagon | null => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return null;
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const near = tree.find(x, y, NEAR);
    return near !== undefined && Math.hypot(near.x - x, near.y - y) <= near.radius * REACH ? near : null;
  };
  /** A place opens in its place, a node as the page wishes. */
  const activate = (hexagon: Hexagon | undefined): void => {
    if (hexagon === undefined) return;
    if (hexagon.isPlace) setOpen(open === hexagon.id ? null : hexagon.id);
    else onOpen?.(hexagon.id);
  };
  const noted = byId.get(hovered ?? selected ?? '');
  const label = {
    name,
    count: members.size,
    colour: t(`fleet.colour.${colouring === 'place' ? fleet.kind : colouring}`),
  };
  return (
    <div ref={holder} className="relative w-full">
      {/* Of another width it would be of another height, and push the page about. */}
      {width > 0 && (
        <canvas
          ref={canvas}
          role="img"
          {...(onSelect === null ? {} : { tabIndex: 0 })}
          aria-label={t(onSelect === null ? 'fleet.map-picture' : 'fleet.map-label', label)}
          data-testid="fleet-map"
          data-shapes={honeycomb.hexagons.length}
          data-selected={selected ?? ''}
          className="block"
          style={{ width: honeycomb.width, height: honeycomb.height }}
          onPointerMove={(event) => {
            if (onSelect !== null && event.pointerType === 'mouse') setHovered(at(event)?.id ?? null);
          }}
          onPointerLeave={() => setHovered(null)}
          onClick={(event) => {
            if (onSelect === null) return;
            const hexagon = at(event);
            onSelect(hexagon?.id ?? null);
            if (hexagon?.isPlace === true) activate(hexagon);
          }}
          onDoubleClick={(event) => {
            const hexagon = at(event);
            if (hexagon?.isPlace === false) activate(hexagon);
          }}
          onKeyDown={(event) => {
            if (onSelect === null) return;
            if (event.key.startsWith('Arrow')) {
              event.preventDefault();
              const id = neighbour(honeycomb.hexagons, selected, event.key);
              if (id !== null) onSelect(id);
            } else if (event.key === 'Enter') activate(byId.get(selected ?? ''));
            else if (event.key === 'Escape') onSelect(null);
          }}
        />
      )}
      {onSelect !== null && noted !== undefined && (
        <HexagonNote
          hexagon={noted}
          place={honeycomb.places.get(noted.id) ?? null}
          node={members.get(noted.id) ?? null}
          members={members}
          kind={fleet.kind}
          width={honeycomb.width}
          isPinned={noted.id === selected && hovered === null}
        />
      )}
    </div>
  );
};

/** How far from a hexagon's centre a pointer may be and still mean it, pixels and shares of its radius. */
const NEAR = 24;
const REACH = 1.1;
