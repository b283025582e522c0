import type { Fleet } from './fleet.ts';
import type { Honeycomb } from './honeycomb.ts';
import { countLooks, isAbnormal, lookOf, worstLook } from './look.ts';
import type { Colouring, Look, LookedAt } from './look.ts';

/** How one hexagon looks. */
export interface HexagonLook {
  readonly look: Look;
  /** It, or the worst of it, is down: coloured by place a node looks worse than it is. */
  readonly isDown: boolean;
  /** Of a place: how many of its nodes are down or suspect. */
  readonly abnormal: number;
}

type Rows = ReadonlyMap<string, LookedAt>;

const NOWHERE: LookedAt = { state: 'unknown', flags: [], fused: null, downLimit: null };
const isDownLook = (look: Look): boolean => look === 'phi-4' || look === 'down';
const looksIn = (ids: readonly string[], rows: Rows, colouring: Colouring): Look[] =>
  ids.map((id) => lookOf(rows.get(id) ?? NOWHERE, colouring));

/** The look of each hexagon, in the honeycomb's order. */
export const hexagonLooks = (
  { hexagons, places, zones }: Honeycomb,
  rows: Rows,
  colouring: Colouring,
): HexagonLook[] => {
  const worstOfNode = new Map<string, Look>();
  if (colouring === 'place')
    for (const place of zones.flatMap((zone) => zone.places)) {
      const worst = worstLook(looksIn(place.nodes, rows, colouring));
      for (const id of place.nodes) worstOfNode.set(id, worst);
    }
  return hexagons.map(({ id, isPlace }) => {
    if (!isPlace) {
      const own = lookOf(rows.get(id) ?? NOWHERE, colouring);
      return { look: worstOfNode.get(id) ?? own, isDown: isDownLook(own), abnormal: 0 };
    }
    const ids = places.get(id)?.nodes ?? [];
    const look = worstLook(looksIn(ids, rows, colouring));
    return {
      look,
      isDown: isDownLook(look),
      abnormal: ids.filter((node) => isAbnormal(rows.get(node) ?? NOWHERE)).length,
    };
  });
};

/** How many nodes have each look; coloured by place, how many places. */
export const legendCounts = (fleet: Fleet, rows: Rows, colouring: Colouring): ReadonlyMap<Look, number> => {
  const places = fleet.zones.flatMap((zone) => zone.places);
  return countLooks(
    colouring === 'place'
      ? places.map((place) => worstLook(looksIn(place.nodes, rows, colouring)))
      : places.flatMap((place) => looksIn(place.nodes, rows, colouring)),
  );
};
