import type { NodeState } from '#lib/model/node.ts';

export const PLACE_LABELS = ['host', 'rack', 'zone'] as const;

/** A host, rack or zone that holds most of what is not well in a group. */
export interface SilentPlace {
  readonly kind: (typeof PLACE_LABELS)[number];
  /** With its zone in brackets where another zone has a place of that name. */
  readonly name: string;
  readonly members: number;
  readonly down: number;
  readonly suspect: number;
  /** Other places of the kind. */
  readonly others: number;
  readonly downElsewhere: number;
  readonly suspectElsewhere: number;
  /** Never heard so far. */
  readonly unheardElsewhere: number;
}

interface Member {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: NodeState;
}
interface Tally {
  readonly name: string;
  readonly zone: string;
  members: number;
  down: number;
  suspect: number;
  unheard: number;
}

const LEAST = 3;
/** A place that is named already stays so with one less: at the edge its name would come and go. */
const LEAST_NAMED = 2;
/** Two thirds of all: with half of it in one place the other half is a story too. */
const TIMES_ELSEWHERE = 2;
/** How many times more of its nodes must be abnormal than of the others: half of the nodes have half of the trouble by chance. */
const TIMES_THE_REST = 5;

const tallied = (members: readonly Member[], kind: (typeof PLACE_LABELS)[number]): Tally[] => {
  const places = new Map<string, Tally>();
  for (const { labels, state } of members) {
    const name = labels[kind] ?? '';
    if (name === '') continue;
    const zone = kind === 'zone' ? '' : (labels.zone ?? '');
    const key = `${zone}\u0000${name}`;
    const place = places.get(key) ?? { name, zone, members: 0, down: 0, suspect: 0, unheard: 0 };
    places.set(key, place);
    place.members += 1;
    if (state === 'down') place.down += 1;
    if (state === 'suspect') place.suspect += 1;
    if (state === 'unknown') place.unheard += 1;
  }
  return [...places.values()];
};

const abnormalIn = ({ down, suspect }: Pick<Tally, 'down' | 'suspect'>): number => down + suspect;

/**
 * The smallest kind of place of which one holds two thirds of all that is down or suspect, three nodes at least, and
 * in a far larger share of its nodes than is abnormal elsewhere. Null: the trouble is spread, or everywhere.
 * @param named the kind and name of the place that was found before
 */
export const silentPlace = (members: readonly Member[], named: string | null = null): SilentPlace | null => {
  const down = members.filter(({ state }) => state === 'down').length;
  const suspect = members.filter(({ state }) => state === 'suspect').length;
  const unheard = members.filter(({ state }) => state === 'unknown').length;
  if (down + suspect < LEAST_NAMED) return null;
  for (const kind of PLACE_LABELS) {
    const places = tallied(members, kind);
    const most = places.reduce<Tally | null>(
      (best, place) => (best === null || abnormalIn(place) > abnormalIn(best) ? place : best),
      null,
    );
    if (most === null) continue;
    const found = abnormalIn(most);
    const elsewhere = down + suspect - found;
    const rest = members.length - most.members;
    if (found < TIMES_ELSEWHERE * elsewhere || rest === 0) continue;
    if (found / most.members < TIMES_THE_REST * (elsewhere / rest)) continue;
    const isAmbiguous = places.some((place) => place.name === most.name && place.zone !== most.zone);
    const name = isAmbiguous ? `${most.name} (${most.zone})` : most.name;
    if (found < (named === `${kind} ${name}` ? LEAST_NAMED : LEAST)) continue;
    return {
      kind,
      name,
      members: most.members,
      down: most.down,
      suspect: most.suspect,
      others: places.length - 1,
      downElsewhere: down - most.down,
      suspectElsewhere: suspect - most.suspect,
      unheardElsewhere: unheard - most.unheard,
    };
  }
  return null;
};
