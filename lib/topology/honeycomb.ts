import { atMostPlaces } from './fleet.ts';
import type { Fleet, FleetZone, Place } from './fleet.ts';

/** One hexagon of the map: a node, or a whole place where there are too many nodes. */
export interface Hexagon {
  /** A node's id, or a place's. */
  readonly id: string;
  readonly isPlace: boolean;
  /** Its centre. */
  readonly x: number;
  readonly y: number;
  /** From the centre to a corner. */
  readonly radius: number;
}
/** A name over some hexagons. */
export interface Caption {
  /** The place's id. */
  readonly id: string;
  readonly text: string;
  readonly x: number;
  /** The middle of the line. */
  readonly y: number;
  readonly width: number;
}
export interface Honeycomb {
  readonly zones: readonly { readonly name: string; readonly y: number; readonly places: readonly Place[] }[];
  readonly captions: readonly Caption[];
  readonly hexagons: readonly Hexagon[];
  /** What each hexagon of a place stands for. */
  readonly places: ReadonlyMap<string, Place>;
  readonly width: number;
  readonly height: number;
}

/** Above this, a hexagon is a place. */
const NODES_MOST = 2000;
const PLACES_MOST = 400;

/** From one node's hexagon to the next: as large as fills the width, within bounds. */
const NODE_PITCH = { least: 16.3, most: 22 } as const;
const PLACE_PITCH = 34;
const ZONE_HEAD = 24;
const CAPTION = 18;
const PLACE_GAP = 8;
const ROW_GAP = 12;
const ZONE_GAP = 20;
const ACROSS = { least: 3, most: 10 } as const;
const GAP = 1.5;

/** How many hexagons stand beside one another, and how far from each other. */
interface Rows {
  readonly across: number;
  readonly pitch: number;
}

/** A block of hexagons in rows, every second row half a hexagon to the right. */
const block = (
  ids: readonly string[],
  isPlace: boolean,
  { across, pitch }: Rows,
  left: number,
  top: number,
) => {
  const radius = pitch / Math.sqrt(3);
  return ids.map((id, i): Hexagon => {
    const row = Math.floor(i / across);
    return {
      id,
      isPlace,
      x: left + pitch / 2 + (i % across) * pitch + (row % 2) * (pitch / 2),
      y: top + radius + row * 1.5 * radius,
      radius: radius - GAP / Math.sqrt(3),
    };
  });
};
const blockHeight = (count: number, { across, pitch }: Rows): number => {
  const radius = pitch / Math.sqrt(3);
  return count === 0 ? 0 : 2 * radius + (Math.ceil(count / across) - 1) * 1.5 * radius;
};
/** How many fit beside one another, with the half that every second row needs. */
const fitting = (width: number, pitch: number): number => Math.max(1, Math.floor(width / pitch - 0.5));
/** How many places of a width fit beside one another. */
const placesIn = (width: number, placeWidth: number): number =>
  Math.max(1, Math.floor((width + PLACE_GAP) / (placeWidth + PLACE_GAP)));

interface Drawn {
  readonly captions: Caption[];
  readonly hexagons: Hexagon[];
  readonly height: number;
}

/** The nodes of each place under its name, places beside one another as far as the width goes. */
const drawNodes = (places: readonly Place[], rows: Rows, width: number, top: number): Drawn => {
  const placeWidth = (rows.across + 0.5) * rows.pitch;
  const perRow = placesIn(width, placeWidth - 1e-6);
  const captions: Caption[] = [];
  const hexagons: Hexagon[] = [];
  let y = top;
  for (let i = 0; i < places.length; i += perRow) {
    const row = places.slice(i, i + perRow);
    row.forEach((place, column) => {
      const x = column * (placeWidth + PLACE_GAP);
      captions.push({ id: place.id, text: place.name, x, y: y + CAPTION / 2 - 2, width: placeWidth });
      hexagons.push(...block(place.nodes, false, rows, x, y + CAPTION));
    });
    const most = Math.max(...row.map((place) => place.nodes.length));
    y += CAPTION + blockHeight(most, rows) + ROW_GAP;
  }
  return { captions, hexagons, height: y - ROW_GAP - top };
};

/** One hexagon a place; the nodes of the one that is open stand below them. */
const drawPlaces = (zone: FleetZone, open: string | null, width: number, top: number): Drawn => {
  const rows = { across: fitting(width, PLACE_PITCH), pitch: PLACE_PITCH };
  const ids = zone.places.map((place) => place.id);
  const hexagons = block(ids, true, rows, 0, top);
  const height = blockHeight(ids.length, rows);
  const opened = zone.places.find((place) => place.id === open);
  if (opened === undefined) return { captions: [], hexagons, height };
  const pitch = NODE_PITCH.most;
  const inside = drawNodes([opened], { across: fitting(width, pitch), pitch }, width, top + height + ROW_GAP);
  return {
    captions: inside.captions,
    hexagons: [...hexagons, ...inside.hexagons],
    height: height + ROW_GAP + inside.height,
  };
};

/** So many hexagons beside one another that a place of the usual size is about as wide as high, and so large that rows of places fill the width. */
const rowsOf = (zones: readonly FleetZone[], width: number): Rows => {
  const sizes = zones.flatMap((zone) => zone.places.map((place) => place.nodes.length)).sort((a, b) => a - b);
  const usual = sizes[Math.floor(sizes.length / 2)] ?? 1;
  const wanted = Math.min(ACROSS.most, Math.max(ACROSS.least, Math.ceil(Math.sqrt(usual))));
  const across = Math.min(fitting(width, NODE_PITCH.least), wanted);
  const most = Math.max(1, ...zones.map((zone) => zone.places.length));
  const perRow = Math.min(most, placesIn(width, (across + 0.5) * NODE_PITCH.least));
  const room = (width + PLACE_GAP) / perRow - PLACE_GAP;
  return { across, pitch: Math.max(NODE_PITCH.least, Math.min(NODE_PITCH.most, room / (across + 0.5))) };
};

/**
 * Where each hexagon stands. Zones follow one another, places flow inside them, by natural order of names: the same names
 * in the same width give the same pixels for everybody and at every refresh.
 * @param width pixels there are
 * @param open the place whose nodes are shown, where hexagons are places
 */
export const honeycombOf = (whole: Fleet, width: number, open: string | null): Honeycomb => {
  const isByPlace = whole.count > NODES_MOST;
  const fleet = isByPlace ? atMostPlaces(whole, PLACES_MOST) : whole;
  const all = fleet.zones.flatMap((zone) => zone.places);
  const rows = rowsOf(fleet.zones, width);
  const zones: Honeycomb['zones'][number][] = [];
  const captions: Caption[] = [];
  const hexagons: Hexagon[] = [];
  let y = 0;
  for (const zone of fleet.zones) {
    zones.push({ name: zone.name, y: y + ZONE_HEAD / 2 - 3, places: zone.places });
    const top = y + ZONE_HEAD;
    const drawn = isByPlace ? drawPlaces(zone, open, width, top) : drawNodes(zone.places, rows, width, top);
    captions.push(...drawn.captions);
    hexagons.push(...drawn.hexagons);
    y = top + drawn.height + ZONE_GAP;
  }
  return {
    zones,
    captions,
    hexagons,
    places: new Map(isByPlace ? all.map((place) => [place.id, place]) : []),
    width,
    height: Math.max(0, y - ZONE_GAP) + 2,
  };
};
