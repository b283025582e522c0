import { naturally } from './natural.ts';

/** What of a node decides its place. */
export interface FleetNode {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What nodes are grouped by inside a zone: their rack, their host, or runs of their names where no label tells. */
export type PlaceKind = 'rack' | 'host' | 'run';

/** Nodes that stand together. */
export interface Place {
  /** Unique in the fleet. */
  readonly id: string;
  readonly name: string;
  /** Ids, by natural order of names. */
  readonly nodes: readonly string[];
}
export interface FleetZone {
  /** Empty: of no zone. */
  readonly name: string;
  readonly places: readonly Place[];
}
export interface Fleet {
  readonly kind: PlaceKind;
  readonly zones: readonly FleetZone[];
  readonly count: number;
}

const FLEET_ABOVE = 100;
const RUN = 25;
/** Racks or hosts that hold fewer nodes each would be a map of single hexagons. */
const NODES_LEAST = 2;

/** Whether a group has too many members to name each: it is shown as a field of hexagons. */
export const isFleet = (members: number): boolean => members > FLEET_ABOVE;

const kindOf = (nodes: readonly FleetNode[]): PlaceKind =>
  (['rack', 'host'] as const).find((label) => {
    const names = nodes.map(({ labels }) => labels[label] ?? '').filter((name) => name !== '');
    return names.length * 2 >= nodes.length && names.length >= NODES_LEAST * new Set(names).size;
  }) ?? 'run';

const groupBy = (
  nodes: readonly FleetNode[],
  key: (node: FleetNode) => string,
): readonly (readonly [string, FleetNode[]])[] => {
  const groups = new Map<string, FleetNode[]>();
  for (const node of nodes) {
    const name = key(node);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [node]);
    else group.push(node);
  }
  return naturally([...groups], ([name]) => name);
};

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

const placesOf = (zone: string, nodes: readonly FleetNode[], kind: PlaceKind): Place[] =>
  kind === 'run'
    ? chunks(
        naturally(nodes, (node) => node.name),
        RUN,
      ).map((run) => ({
        id: `${zone}/${run[0]?.id ?? ''}`,
        name: run[0]?.name ?? '',
        nodes: run.map((node) => node.id),
      }))
    : groupBy(nodes, (node) => node.labels[kind] ?? '').map(([name, inside]) => ({
        id: `${zone}/${name}`,
        name,
        nodes: naturally(inside, (node) => node.name).map((node) => node.id),
      }));

/** Where each node belongs: by zone, in it by rack, by host, or by runs of names. Follows from names and labels alone. */
export const fleetOf = (nodes: readonly FleetNode[]): Fleet => {
  const kind = kindOf(nodes);
  return {
    kind,
    zones: groupBy(nodes, (node) => node.labels.zone ?? '').map(([name, inside]) => ({
      name,
      places: placesOf(name, inside, kind),
    })),
    count: nodes.length,
  };
};

const joined = (places: readonly Place[]): Place => {
  const [first] = places;
  const last = places.at(-1);
  return first === undefined || last === undefined || places.length === 1
    ? (first ?? { id: '', name: '', nodes: [] })
    : {
        id: first.id,
        name: `${first.name} – ${last.name}`,
        nodes: places.flatMap((place) => place.nodes),
      };
};

/** The same nodes in at most `most` places: neighbours are joined, zones stay apart as long as there are fewer than places. */
export const atMostPlaces = (fleet: Fleet, most: number): Fleet => {
  const zones =
    fleet.zones.length > most
      ? [{ name: '', places: fleet.zones.flatMap((zone) => zone.places) }]
      : fleet.zones;
  const countIn = (size: number): number =>
    zones.reduce((sum, zone) => sum + Math.ceil(zone.places.length / size), 0);
  let size = 1;
  while (countIn(size) > most) size += 1;
  return size === 1 && zones === fleet.zones
    ? fleet
    : {
        ...fleet,
        zones: zones.map((zone) => ({ name: zone.name, places: chunks(zone.places, size).map(joined) })),
      };
};
