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

const reasonOf = (members: readonly { readonly node: NodeId; readonly state: NodeState }[]): Text | null => {
  for (const [state, code] of [
    ['down', 'why.down'],
    ['suspect', 'why.suspect'],
    ['recovering', 'why.recovering'],
    ['unknown', 'why.unheard'],
  ] as const) {
    const found = members.filter((member) => member.state === state).map((member) => member.node);
    if (found.length === 0) continue;
    const listed = found.slice(0, WHY_LISTED).join(', ');
    return say(code, {
      nodes: found.length > WHY_LISTED ? `${listed}, +${found.length - WHY_LISTED}` : listed,
    });
  }
  return null;
};

/** The words of a group that must not agree on anything: its verdict is a count of nodes. */
export const plainGroup = (
  name: string,
  members: readonly { readonly node: NodeId; readonly state: NodeState }[],
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
    system: 'heartbeats',
    protocol: 'none',
    level,
    sentence,
    why: reasonOf(members),
    since: before !== null && before.level === level ? before.since : now,
    leader: null,
    quorum: null,
    members: members.map(({ node }) => ({
      node,
      membership: 'observer',
      role: 'peer',
      nativeRole: null,
      term: null,
      leader: null,
      agrees: null,
      readError: null,
    })),
    cuts: [],
  };
};
