import type { MemberWords } from '#lib/events/world.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';

import type { Leadership } from './claims.ts';

export interface HeadingNumbers {
  readonly sentence: Text;
  readonly value: number | null;
  readonly unit: string;
}

export interface Headings {
  readonly consistency: HeadingNumbers;
  readonly faultTolerance: HeadingNumbers;
  readonly scalability: HeadingNumbers;
  readonly performance: HeadingNumbers;
}

export interface HeadingInput {
  readonly members: readonly MemberWords[];
  readonly leader: Pick<Leadership, 'state'>;
  readonly margin: number;
  readonly voters: number;
  readonly alive: number;
  /** Null: not measured. */
  readonly lag: number | null;
  readonly rttsMs: readonly number[];
}

/** The four headings that order every view of a cluster, one number each. */
export const headingsOf = (input: HeadingInput): Headings => {
  const { leader, members, margin, voters, alive, rttsMs, lag } = input;
  const disagreeing = members.filter((member) => member.agrees === false).length;
  return {
    consistency: {
      sentence:
        leader.state !== 'one'
          ? say('heading.no-leader')
          : disagreeing > 0
            ? say('heading.disagree', { nodes: disagreeing })
            : say('heading.consistent'),
      value: leader.state === 'one' ? disagreeing : null,
      unit: 'members disagree',
    },
    faultTolerance: {
      sentence: say('heading.margin'),
      value: Math.max(0, margin),
      unit: 'failures to spare',
    },
    scalability: { sentence: say('heading.scale', { voters }), value: alive, unit: 'members' },
    performance:
      rttsMs.length > 0
        ? { sentence: say('heading.rtt'), value: Math.max(...rttsMs), unit: 'ms' }
        : { sentence: say('heading.lag'), value: lag, unit: 'entries' },
  };
};
