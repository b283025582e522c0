import type { ClusterWords } from '#lib/events/world.ts';
import type { Level, NodeId, NodeState } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';

const judgeGroup = (name: string, states: readonly NodeState[]): { level: Level; sentence: Text } => {
  const up = states.filter((state) => state === 'up' || state === 'recovering').length;
  const gone = states.filter((state) => state === 'down').length;
  if (states.length > 0 && gone === states.length)
    return { level: 'lost', sentence: say('verdict.nodes-none', { name }) };
  if (states.every((state) => state === 'unknown'))
    return { level: 'unknown', sentence: say('verdict.nodes-unknown', { name }) };
  return up === states.length
    ? { level: 'healthy', sentence: say('verdict.nodes-up', { name, nodes: up }) }
    : { level: 'degraded', sentence: say('verdict.nodes-some', { name, up, nodes: states.length }) };
};

const WHY_LISTED = 5;

export interface PlainMember {
  readonly node: NodeId;
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

/** The words of a group that must not agree on anything: its verdict is a count of nodes. */
export const plainGroup = (
  name: string,
  system: string,
  members: readonly PlainMember[],
  before: ClusterWords | null,
  now: Ms,
): ClusterWords => {
  const { level, sentence } = judgeGroup(
    name,
    members.map((member) => member.state),
  );
  return {
    id: name,
    name,
    system,
    protocol: 'none',
    level,
    sentence,
    why: reasonOf(members),
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
