import { naturally } from './natural.ts';

/** A node as the map places it. */
export interface MapNode {
  readonly id: string;
  readonly zone: string;
  readonly host: string;
}

export interface PlacedNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface PlacedBox {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface PlacedColumn {
  readonly name: string;
  readonly x: number;
  readonly top: number;
  readonly width: number;
}
export interface MapLayout {
  readonly columns: readonly PlacedColumn[];
  readonly boxes: readonly PlacedBox[];
  readonly nodes: readonly PlacedNode[];
  readonly width: number;
  readonly height: number;
}

const GAP = 84;
const NARROW_GAP = 24;
const HEAD = 44;
const BOX_HEAD = 26;
const ROW = 32;
const PAD = 10;
const MIN_COLUMN = 190;

const groupBy = <T>(items: readonly T[], key: (item: T) => string): [string, T[]][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return naturally([...groups], ([name]) => name);
};

/**
 * Where everything stands: a column per zone, a box per host, a row per node, by natural order of names. The place follows from
 * the names alone, so that a node is at the same pixel for everybody and after every refresh.
 * @param width pixels there are; a narrow map wraps its columns
 */
export const layoutMap = (nodes: readonly MapNode[], by: 'zone' | 'host', width: number): MapLayout => {
  const zones = groupBy(nodes, (node) => (by === 'zone' ? node.zone : node.host));
  const gap = width < 700 ? NARROW_GAP : GAP;
  const perRow = Math.max(1, Math.min(zones.length, Math.floor((width + gap) / (MIN_COLUMN + gap))));
  // Links inside a column bend out to its right.
  const margin = perRow === 1 ? 36 : 0;
  const columnWidth = Math.floor((width - margin - gap * (perRow - 1)) / perRow);
  const columns: PlacedColumn[] = [];
  const boxes: PlacedBox[] = [];
  const placed: PlacedNode[] = [];
  let top = 0;
  let bottom = 0;
  zones.forEach(([zone, members], index) => {
    const place = index % perRow;
    if (place === 0) top = bottom + (index === 0 ? 0 : 24);
    const x = place * (columnWidth + gap);
    columns.push({ name: zone, x, top, width: columnWidth });
    let y = top + HEAD;
    const hosts =
      by === 'zone' ? groupBy(members, (node) => node.host) : ([['', members]] as [string, MapNode[]][]);
    for (const [host, inside] of hosts) {
      const sorted = naturally(inside, (node) => node.id);
      const head = host === '' ? PAD : BOX_HEAD;
      const height = head + sorted.length * ROW + PAD;
      boxes.push({ name: host, x, y, width: columnWidth, height });
      sorted.forEach((node, i) =>
        placed.push({ id: node.id, x: x + 4, y: y + head + i * ROW, width: columnWidth - 8, height: ROW }),
      );
      y += height + 16;
    }
    bottom = Math.max(bottom, y);
  });
  return { columns, boxes, nodes: placed, width, height: bottom };
};
