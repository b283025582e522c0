import type { ClusterWords } from '#lib/events/world.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Level, NodeId, NodeState } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';
import { silentPlace } from '#lib/topology/silent-place.ts';
import type { SilentPlace } from '#lib/topology/silent-place.ts';

interface Judgement {
  readonly level: Level;
  readonly sentence: Text;
  /** What follows from the place that is named; absent: the nodes are. */
  readonly why?: Text;
}

/** The place that was named before, by its kind and name. */
const namedBefore = (before: ClusterWords | null): string | null => {
  const { place } = before?.sentence.params ?? {};
  return typeof place === 'string' ? place : null;
};

/** Since when a place is named, as long as it is the same. */
const namedSince = (before: ClusterWords | null, place: string, now: Ms): string => {
  const { sinceAt } = before?.sentence.params ?? {};
  return namedBefore(before) === place && typeof sinceAt === 'string' ? sinceAt : new Date(now).toISOString();
};

const elsewhere = (name: string, found: SilentPlace): Text => {
  const { kind, others, downElsewhere: down, suspectElsewhere: suspect, unheardElsewhere: unheard } = found;
  if (down > 0 && suspect > 0) return say('why.elsewhere-both', { name, down, suspect });
  if (down > 0) return say('why.elsewhere-down', { name, down });
  if (suspect > 0) return say('why.elsewhere-suspect', { name, suspect });
  if (unheard > 0) return say('why.elsewhere-unheard', { name, unheard });
  return others === 0
    ? say('why.elsewhere-none', { name })
    : say('why.elsewhere-quiet', { name, places: `${kind} ${others}`, others });
};

const judgePlace = (name: string, found: SilentPlace, before: ClusterWords | null, now: Ms): Judgement => {
  const { down, suspect, members } = found;
  const place = `${found.kind} ${found.name}`;
  const sinceAt = namedSince(before, place, now);
  return {
    level: 'degraded',
    sentence:
      down === members
        ? say('verdict.place-gone', { place, down, sinceAt })
        : down === 0
          ? say('verdict.place-suspect', { place, suspect, members, sinceAt })
          : suspect === 0
            ? say('verdict.place-down', { place, down, members, sinceAt })
            : say('verdict.place-both', { place, down, suspect, sinceAt }),
    why: elsewhere(name, found),
  };
};

const countsOf = (name: string, up: number, down: number, suspect: number, nodes: number): Text => {
  if (down > 0 && suspect > 0) return say('verdict.nodes-both', { name, up, down, suspect, nodes });
  if (down > 0) return say('verdict.nodes-down', { name, up, down, nodes });
  if (suspect > 0) return say('verdict.nodes-suspect', { name, up, suspect, nodes });
  return say('verdict.nodes-some', { name, up, nodes });
};

const judgeGroup = (
  name: string,
  members: readonly PlainMember[],
  before: ClusterWords | null,
  now: Ms,
): Judgement => {
  const count = (state: NodeState): number => members.filter((member) => member.state === state).length;
  const up = count('up') + count('recovering');
  const down = count('down');
  const nodes = members.length;
  if (nodes > 0 && down === nodes) return { level: 'lost', sentence: say('verdict.nodes-none', { name }) };
  if (count('unknown') === nodes)
    return { level: 'unknown', sentence: say('verdict.nodes-unknown', { name }) };
  if (up === nodes) return { level: 'healthy', sentence: say('verdict.nodes-up', { name, nodes }) };
  const place = silentPlace(members, namedBefore(before));
  return place === null
    ? { level: 'degraded', sentence: countsOf(name, up, down, count('suspect'), nodes) }
    : judgePlace(name, place, before, now);
};

const WHY_LISTED = 5;

export interface PlainMember {
  readonly node: NodeId;
  /** Where it stands: zone, rack, host. */
  readonly labels: Labels;
  readonly state: NodeState;
  readonly readError: string | null;
}

const listed = (nodes: readonly NodeId[]): string =>
  nodes.length > WHY_LISTED
    ? `${nodes.slice(0, WHY_LISTED).join(', ')}, +${nodes.length - WHY_LISTED}`
    : nodes.join(', ');

const reasonOf = (members: readonly PlainMember[]): Text | null => {
  for (const [state, code] of [
    ['down', 'why.down'],
    ['suspect', 'why.suspect'],
    ['recovering', 'why.recovering'],
    ['unknown', 'why.unheard'],
  ] as const) {
    const found = members.filter((member) => member.state === state).map((member) => member.node);
    if (found.length === 0) continue;
    return say(code, { nodes: listed(found) });
  }
  const unread = members.filter((member) => member.readError !== null).map((member) => member.node);
  return unread.length === 0 ? null : say('why.unreadable', { nodes: listed(unread) });
};

/** The words of a group that must not agree on anything: its verdict is a count of nodes, or the place where they fall silent. */
export const plainGroup = (
  name: string,
  system: string,
  members: readonly PlainMember[],
  before: ClusterWords | null,
  now: Ms,
): ClusterWords => {
  const { level, sentence, why = reasonOf(members) } = judgeGroup(name, members, before, now);
  return {
    id: name,
    name,
    system,
    protocol: 'none',
    level,
    sentence,
    why,
    since: before !== null && before.level === level ? before.since : now,
    leader: null,
    quorum: null,
    members: members.map(({ node, readError }) => ({
      node,
      membership: 'observer',
      role: 'peer',
      nativeRole: null,
      term: null,
      leader: null,
      agrees: null,
      readError,
    })),
    cuts: [],
  };
};
