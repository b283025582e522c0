import type { ClusterId, NodeId } from '#lib/model/node.ts';
import type { Text } from '#lib/model/text.ts';
import type { Ms } from '#lib/model/time.ts';

/** Values that survive JSON unchanged. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export const EVENT_KINDS = [
  'cluster.level',
  'member.statement',
  'member.unreadable',
  'member.readable',
  'link.cut',
  'link.healed',
  'commit.stalled',
  'commit.resumed',
  'node.flag',
  'node.suspect',
  'node.down',
  'node.recovering',
  'node.up',
  'node.cleared',
  'node.restarted',
  'node.flapping',
  'node.added',
  'node.removed',
  'role.changed',
  'member.added',
  'member.removed',
  'member.promoted',
  'leader.lost',
  'leader.elected',
  'leader.contested',
  'term.regressed',
  'margin.changed',
  'quorum.at-risk',
  'quorum.lost',
  'quorum.restored',
  'scrape.failed',
  'scrape.recovered',
  'config.loaded',
  'config.rejected',
  'monitor.started',
  'monitor.stall',
  'monitor.suspended',
  'monitor.clock-jump',
  'monitor.degraded',
  'monitor.thread-restarted',
  'alert.pending',
  'alert.firing',
  'alert.resolved',
  'alert.suppressed',
  'rule.changed',
  'rule.failed',
  'rule.recovered',
  'channel.changed',
  'target.changed',
  'notification.sent',
  'notification.failed',
  'deploy',
  'annotation',
  'fault.injected',
  'fault.healed',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a domain function says happened; its maker adds the instant and its own name. */
export interface EventDraft {
  readonly kind: EventKind;
  readonly severity: Severity;
  readonly cluster: ClusterId | null;
  readonly node: NodeId | null;
  readonly title: Text;
  /** Enough to rebuild every word the event changed: see `reduce`. */
  readonly detail: JsonObject;
}

/** A fact about the past, not yet committed. `key` is `<boot>-<seq>` of its maker: delivering it twice stores it once. */
export interface NewEvent extends EventDraft {
  readonly key: string;
  readonly at: Ms;
  readonly monitor: string;
  /** Who did it, for a change made by somebody. */
  readonly actor: string | null;
}

/** A committed event. `id` is a decimal string, given at commit, and grows. */
export interface Event extends NewEvent {
  readonly id: string;
}
