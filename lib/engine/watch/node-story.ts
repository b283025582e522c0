import type { Decision } from '#lib/detector/verdict.ts';
import type { EventDraft, EventKind, Severity } from '#lib/events/event.ts';
import type { NodeState } from '#lib/model/node.ts';
import { say } from '#lib/model/text.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';

import type { NodePlan } from './plan.ts';

/** What is known at the moment of a change, beside the decision. */
export interface Moment {
  readonly silentMs: Ms;
  readonly phi: number | null;
  readonly downLimit: number;
}

const EVENT: Readonly<Record<NodeState, readonly [EventKind, Severity]>> = {
  up: ['node.up', 'info'],
  suspect: ['node.suspect', 'warning'],
  down: ['node.down', 'critical'],
  recovering: ['node.recovering', 'info'],
  unknown: ['node.flag', 'info'],
};

const tell = (
  before: Decision,
  after: Decision,
  node: string,
  silentMs: Ms,
): readonly [EventKind, Severity, Text] => {
  const isNew = (flag: 'flapping' | 'withheld'): boolean =>
    after.flags.includes(flag) && !before.flags.includes(flag);
  if (after.state !== before.state) {
    const [kind, severity] = EVENT[after.state];
    if (after.state === 'down')
      return [kind, severity, say(`node.down.${after.certainty.kind}`, { node, silentMs })];
    if (after.state === 'up' && before.state === 'suspect')
      return ['node.cleared', 'info', say('node.cleared', { node, silentMs })];
    return [kind, severity, say(kind, { node, silentMs })];
  }
  if (isNew('flapping')) return ['node.flapping', 'warning', say('node.flapping', { node })];
  if (isNew('withheld')) return ['node.flag', 'warning', say('node.withheld', { node })];
  return ['node.flag', 'info', say('node.flag', { node, flags: after.flags.join(', ') || '–' })];
};

/** What a change of a node's verdict is as an event; null when nothing changed. */
export const nodeStory = (
  plan: NodePlan,
  before: Decision,
  after: Decision,
  moment: Moment,
): EventDraft | null => {
  if (
    after.state === before.state &&
    after.certainty.kind === before.certainty.kind &&
    after.flags.join() === before.flags.join()
  )
    return null;
  const [kind, severity, title] = tell(before, after, plan.name, moment.silentMs);
  return {
    kind,
    severity,
    cluster: null,
    node: plan.id,
    title,
    detail: {
      ...title.params,
      state: after.state,
      flags: [...after.flags],
      certainty: { ...after.certainty },
      phi: moment.phi === null ? null : Number(moment.phi.toFixed(2)),
      downLimit: Number(moment.downLimit.toFixed(2)),
    },
  };
};
