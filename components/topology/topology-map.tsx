'use client';

import { quadtree } from 'd3-quadtree';
import { useCallback, useMemo } from 'react';

import { useCanvas } from '#components/charts/use-canvas.ts';
import type { Paint } from '#components/charts/use-canvas.ts';
import { useWidth } from '#components/charts/use-width.ts';
import { useWords } from '#components/words.tsx';
import type { ClusterDto, NodeRowDto } from '#lib/api/schema.ts';
import { phiText } from '#lib/format/number.ts';
import type { NodeState } from '#lib/model/node.ts';
import { layoutMap } from '#lib/topology/layout.ts';
import type { MapLayout, PlacedNode } from '#lib/topology/layout.ts';
import { neighbour } from '#lib/topology/neighbour.ts';

export interface MapView {
  readonly cluster: ClusterDto;
  readonly nodes: ReadonlyMap<string, NodeRowDto>;

  readonly edges: 'abnormal' | 'all';
  readonly groupBy: 'zone' | 'host';
  readonly selected: string | null;
}

const INK: Readonly<Record<NodeState, string>> = {
  up: '--st-ok',
  recovering: '--st-ok',
  suspect: '--st-suspect',
  down: '--st-down',
  unknown: '--st-unknown',
};

const drawGlyph = (
  context: CanvasRenderingContext2D,
  state: NodeState,
  x: number,
  y: number,
  size: number,
  paint: Paint,
): void => {
  const r = size / 2;
  context.fillStyle = paint(INK[state]);
  context.strokeStyle = paint(INK[state]);
  context.lineWidth = 1.5;
  context.beginPath();
  if (state === 'suspect') {
    context.moveTo(x, y - r);
    context.lineTo(x + r, y + r * 0.85);
    context.lineTo(x - r, y + r * 0.85);
    context.closePath();
    context.fill();
  } else if (state === 'down') {
    context.fillRect(x - r, y - r, size, size);
    context.strokeStyle = paint('--ground');
    context.moveTo(x - r * 0.45, y - r * 0.45);
    context.lineTo(x + r * 0.45, y + r * 0.45);
    context.moveTo(x + r * 0.45, y - r * 0.45);
    context.lineTo(x - r * 0.45, y + r * 0.45);
    context.stroke();
  } else {
    context.arc(x, y, r * 0.8, 0, 2 * Math.PI);
    if (state === 'unknown') context.setLineDash([2, 2]);
    if (state === 'up') context.fill();
    else context.stroke();
    context.setLineDash([]);
    if (state === 'recovering') {
      context.beginPath();
      context.arc(x, y, r * 0.8, -Math.PI / 2, Math.PI / 2);
      context.fill();
    }
  }
};

const drawStar = (context: CanvasRenderingContext2D, x: number, y: number, paint: Paint): void => {
  context.fillStyle = paint('--ink');
  context.beginPath();
  for (let i = 0; i < 10; i += 1) {
    const r = i % 2 === 0 ? 6 : 2.6;
    context.lineTo(x + r * Math.sin((Math.PI * i) / 5), y - r * Math.cos((Math.PI * i) / 5));
  }
  context.fill();
};

const anchor = (node: PlacedNode, towards: number): { x: number; y: number } => ({
  x: towards >= node.x + node.width / 2 ? node.x + node.width : node.x,
  y: node.y + node.height / 2,
});

/** A directed link: the arrow's tip is at whoever should hear. */
const drawEdge = (
  context: CanvasRenderingContext2D,
  from: PlacedNode,
  to: PlacedNode,
  cut: boolean,
  paint: Paint,
): void => {
  const a = anchor(from, to.x);
  const b = from.x === to.x ? { x: to.x + to.width, y: to.y + to.height / 2 } : anchor(to, from.x);
  if (from.x === to.x) a.x = from.x + from.width;
  const bend = from.x === to.x ? 46 : (b.x - a.x) / 2;
  // A link over another column goes above the boxes instead of through them.
  const far = from.x !== to.x && Math.abs(b.x - a.x) > from.width;
  const lift = far ? 90 : 0;
  const c1 = { x: a.x + (far ? bend / 3 : bend), y: a.y - lift };
  const c2 = { x: from.x === to.x ? b.x + bend : b.x - (far ? bend / 3 : bend), y: b.y - lift };
  context.strokeStyle = paint(cut ? '--st-down' : '--role-follower');
  context.fillStyle = context.strokeStyle;
  context.lineWidth = cut ? 1.5 : 1;
  context.setLineDash(cut ? [5, 3] : []);
  context.beginPath();
  context.moveTo(a.x, a.y);
  context.bezierCurveTo(c1.x, c1.y, c2.x, c2.y, b.x, b.y);
  context.stroke();
  context.setLineDash([]);
  const angle = Math.atan2(b.y - c2.y, b.x - c2.x);
  context.beginPath();
  context.moveTo(b.x, b.y);
  context.lineTo(b.x - 8 * Math.cos(angle - 0.4), b.y - 8 * Math.sin(angle - 0.4));
  context.lineTo(b.x - 8 * Math.cos(angle + 0.4), b.y - 8 * Math.sin(angle + 0.4));
  context.fill();
  if (!cut) return;
  const middle = { x: (a.x + 3 * c1.x + 3 * c2.x + b.x) / 8, y: (a.y + 3 * c1.y + 3 * c2.y + b.y) / 8 };
  drawGlyph(context, 'down', middle.x, middle.y, 11, paint);
};

const draw = (
  context: CanvasRenderingContext2D,
  layout: MapLayout,
  view: MapView,
  words: (id: string) => string,
  title: (zone: string) => string,
  zoneNote: (zone: string) => { text: string; bad: boolean } | null,
  paint: Paint,
): void => {
  const { cluster, nodes, selected } = view;
  context.textBaseline = 'middle';
  const font = (weight: number, size: number): void => {
    context.font = `${weight} ${size}px ${paint('--font-sans')}`;
  };
  for (const column of layout.columns) {
    const { top } = column;
    font(600, 13);
    context.fillStyle = paint('--ink');
    context.fillText(title(column.name), column.x, top + 8, column.width);
    const note = zoneNote(column.name);
    if (note !== null) {
      font(400, 11);
      context.fillStyle = paint(note.bad ? '--st-suspect-ink' : '--ink-3');
      context.fillText(note.text, column.x, top + 26, column.width);
    }
  }
  context.lineWidth = 1;
  for (const box of layout.boxes) {
    context.strokeStyle = paint('--line-2');
    context.beginPath();
    context.roundRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, 5);
    context.stroke();
    font(400, 11);
    context.fillStyle = paint('--ink-3');
    context.fillText(box.name, box.x + 12, box.y + 14);
  }
  const places = new Map(layout.nodes.map((node) => [node.id, node]));
  const members = new Map(cluster.members.map((member) => [member.node, member]));
  for (const [id, place] of places) {
    const row = nodes.get(id);
    const state = row?.state ?? 'unknown';
    const y = place.y + place.height / 2;
    drawGlyph(context, state, place.x + 14, y, 12, paint);
    font(600, 13);
    context.fillStyle = paint('--ink');
    const name = row?.name ?? id;
    context.fillText(name, place.x + 28, y, place.width - 90);
    let x = place.x + 34 + Math.min(context.measureText(name).width, place.width - 90);
    if (members.get(id)?.role === 'leader') {
      drawStar(context, x + 6, y - 1, paint);
      x += 18;
    }
    font(400, 12);
    context.fillStyle = paint('--ink-2');
    const room = place.x + place.width - 52 - x;
    if (room > 30) context.fillText(words(id), x, y, room);
    context.textAlign = 'right';
    context.fillStyle = paint(
      state === 'up' || state === 'unknown'
        ? '--ink-3'
        : state === 'down'
          ? '--st-down-ink'
          : '--st-suspect-ink',
    );
    context.fillText(`φ ${phiText(row?.fused ?? null)}`, place.x + place.width - 8, y);
    context.textAlign = 'left';
    if (id === selected) {
      context.strokeStyle = paint('--ink');
      context.lineWidth = 1.5;
      context.beginPath();
      context.roundRect(place.x + 1, place.y + 1, place.width - 2, place.height - 2, 4);
      context.stroke();
      context.lineWidth = 1;
    }
  }
  const isCut = new Set(cluster.cuts.map((cut) => `${cut.from} ${cut.to}`));
  for (const peer of cluster.peers) {
    if (peer.up !== true || isCut.has(`${peer.to} ${peer.from}`)) continue;
    if (view.edges !== 'all' && peer.from !== selected && peer.to !== selected) continue;
    const [from, to] = [places.get(peer.to), places.get(peer.from)];
    if (from !== undefined && to !== undefined) drawEdge(context, from, to, false, paint);
  }
  for (const cut of cluster.cuts) {
    const [from, to] = [places.get(cut.from), places.get(cut.to)];
    if (from !== undefined && to !== undefined) drawEdge(context, from, to, true, paint);
  }
};

/** The cluster as a map on a canvas; the table tab says the same in rows. */
export const TopologyMap = ({
  view,
  onSelect = null,
}: {
  view: MapView;
  /** Null: a picture only. */
  onSelect?: ((node: string) => void) | null;
}) => {
  const t = useWords();
  const [holder, width] = useWidth<HTMLDivElement>();
  const { cluster, nodes, groupBy } = view;
  const shape = cluster.members
    .map(
      (member) =>
        `${member.node} ${nodes.get(member.node)?.labels.zone ?? ''} ${nodes.get(member.node)?.labels.host ?? ''}`,
    )
    .join('|');
  const layout = useMemo(
    () =>
      layoutMap(
        shape.split('|').map((line) => {
          const [id = '', zone = '', host = ''] = line.split(' ');
          return { id, zone, host };
        }),
        groupBy,
        Math.max(LEAST_WIDTH, width),
      ),
    [shape, groupBy, width],
  );
  const tree = useMemo(
    () =>
      quadtree<PlacedNode>()
        .x((node) => node.x + node.width / 2)
        .y((node) => node.y + node.height / 2)
        .addAll([...layout.nodes]),
    [layout],
  );

  const { edges, selected } = view;
  const drawMap = useCallback(
    (context: CanvasRenderingContext2D, paint: Paint): void => {
      const members = new Map(cluster.members.map((member) => [member.node, member]));
      const words = (id: string): string => {
        const member = members.get(id);
        if (member === undefined || member.role === 'peer') return '';
        const flag = nodes.get(id)?.flags.find((each) => each === 'withheld' || each === 'restarted');

        const role =
          member.role === 'leader' && member.term !== null
            ? t('ui.term-text', { term: `${member.term.kind} ${member.term.text}` })
            : t(`ui.role.${member.role}`);
        return flag === undefined ? role : `${role}, ${t(`ui.flag.${flag}`)}`;
      };
      const zoneNote = (zone: string): { text: string; bad: boolean } | null => {
        const found =
          groupBy === 'zone' ? cluster.quorum?.zones.find((each) => each.zone === zone) : undefined;
        return found === undefined
          ? null
          : { text: t(found.losesQuorum ? 'ui.zone-breaks' : 'ui.zone-holds'), bad: found.losesQuorum };
      };
      const title = (name: string): string =>
        groupBy === 'host' ? name : name === '' ? t('ui.no-zone') : t('ui.zone-named', { zone: name });
      draw(context, layout, { cluster, nodes, groupBy, edges, selected }, words, title, zoneNote, paint);
    },
    [cluster, edges, groupBy, layout, nodes, selected, t],
  );
  const canvas = useCanvas(width === 0 ? 0 : layout.width, layout.height, drawMap);

  const at = (event: React.MouseEvent): string | null => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return null;
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const near = tree.find(x, y, ROW_REACH);
    return near !== undefined &&
      x >= near.x &&
      x <= near.x + near.width &&
      y >= near.y &&
      y <= near.y + near.height
      ? near.id
      : null;
  };

  return (
    <div ref={holder} className="w-full">
      <canvas
        ref={canvas}
        role="img"
        {...(onSelect === null ? {} : { tabIndex: 0 })}
        aria-label={
          onSelect === null ? `${cluster.name}: ${t('ui.map')}` : t('ui.map-label', { name: cluster.name })
        }
        data-testid="map"
        data-cuts={cluster.cuts.map((cut) => `${cut.from}>${cut.to}`).join(' ')}
        style={{ width: layout.width, height: layout.height, maxWidth: '100%' }}
        onClick={(event) => {
          const id = at(event);
          if (id !== null) onSelect?.(id);
        }}
        onKeyDown={(event) => {
          if (onSelect === null || !event.key.startsWith('Arrow')) return;
          event.preventDefault();
          const id = neighbour(layout.nodes, selected, event.key);
          if (id !== null) onSelect(id);
        }}
      />
    </div>
  );
};

const LEAST_WIDTH = 230;
const ROW_REACH = 400;
