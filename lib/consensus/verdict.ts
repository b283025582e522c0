import type { MemberWords, QuorumWords } from '#lib/events/world.ts';
import type { Level, NodeId, NodeState } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';

import type { Leadership } from './claims.ts';

export interface VerdictInput {
  readonly name: string;
  readonly leader: Leadership;
  readonly quorum: QuorumWords;
  readonly members: readonly (MemberWords & { readonly state: NodeState; readonly withheld: boolean })[];
  /** How many voters were ever read. */
  readonly everRead: number;
  /** No valid leader for two election timeouts. */
  readonly leaderless: boolean;
  readonly lagging: readonly NodeId[];
  readonly stalled: boolean;
  /** What members themselves call an alarm. */
  readonly alarms: readonly string[];
}

export interface ClusterVerdict {
  readonly level: Level;
  readonly sentence: Text;
  readonly why: Text | null;
}

const names = (nodes: readonly NodeId[]): string => nodes.join(', ');

const reasonOf = ({ members, lagging, leader, quorum, stalled, alarms }: VerdictInput): Text | null => {
  const inState = (state: NodeState): NodeId[] =>
    members.filter((member) => member.state === state).map((member) => member.node);
  const withheld = members.filter((member) => member.withheld).map((member) => member.node);
  if (withheld.length > 0) return say('why.withheld', { nodes: names(withheld) });
  const down = inState('down');
  const breaking = quorum.zones.filter((zone) => zone.losesQuorum).map((zone) => zone.zone);
  if (down.length > 0)
    return breaking.length > 0 && quorum.margin.optimistic >= 0
      ? say('why.down-zone', { nodes: names(down), zones: names(breaking) })
      : say('why.down', { nodes: names(down) });
  const suspect = inState('suspect');
  if (suspect.length > 0) return say('why.suspect', { nodes: names(suspect) });
  const back = inState('recovering');
  if (back.length > 0) return say('why.recovering', { nodes: names(back) });
  const unknown = inState('unknown');
  if (unknown.length > 0) return say('why.unheard', { nodes: names(unknown) });
  const disagree = members.filter((member) => member.agrees === false).map((member) => member.node);
  if (disagree.length > 0) return say('why.disagrees', { nodes: names(disagree), leader: leader.node });
  if (alarms.length > 0) return say('why.alarm', { alarms: names(alarms) });
  if (stalled) return say('why.stalled');
  if (lagging.length > 0) return say('why.lagging', { nodes: names(lagging) });
  const unread = members.filter((member) => member.readError !== null).map((member) => member.node);
  if (unread.length > 0) return say('why.unreadable', { nodes: names(unread) });
  return leader.state === 'contested'
    ? say('why.contested', { nodes: names(leader.claims.map((claim) => claim.node)) })
    : null;
};

/** What the cluster can still do, in one level and one sentence, with the reason. */
export const judge = (input: VerdictInput): ClusterVerdict => {
  const { name, quorum, leader } = input;
  const { margin, voters, needs, alive } = quorum;
  const why = reasonOf(input);
  if (margin.optimistic < 0)
    return {
      level: 'lost',
      sentence: say('verdict.quorum-lost', { name, alive: alive.optimistic, voters, needs }),
      why,
    };
  if (input.everRead < needs)
    return {
      level: 'unknown',
      sentence: say('verdict.unknown', { name, read: input.everRead, voters }),
      why,
    };
  if (input.leaderless)
    return {
      level: 'lost',
      sentence:
        leader.state === 'contested'
          ? say('verdict.contested', { name })
          : say('verdict.no-leader', { name }),
      why,
    };
  if (margin.pessimistic <= 0 && voters > 2)
    return {
      level: 'at-risk',
      sentence:
        margin.optimistic > margin.pessimistic
          ? say('verdict.maybe-at-risk', {
              name,
              low: Math.max(0, margin.pessimistic),
              high: margin.optimistic,
            })
          : say('verdict.at-risk', { name, alive: alive.optimistic, voters, needs }),
      why,
    };
  if (leader.state !== 'one')
    return {
      level: 'degraded',
      sentence: say(leader.state === 'unknown' ? 'verdict.unread' : 'verdict.electing', { name }),
      why,
    };
  if (why !== null)
    return {
      level: 'degraded',
      sentence: say('verdict.degraded', { name, margin: margin.pessimistic }),
      why,
    };
  return {
    level: 'healthy',
    sentence:
      voters <= 2
        ? say('verdict.by-design', { name })
        : say('verdict.healthy', { name, margin: margin.pessimistic }),
    why: null,
  };
};
