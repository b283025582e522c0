import type { AlertWords } from '#lib/events/world.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';
import type { Band } from '#lib/rules/backtest.ts';
import type { Alert, GroupSettings, Rule, RuleDraft, RuleGroup } from '#lib/rules/rule.ts';
import type { Version, VersionChange } from '#lib/store/state/state-store.ts';

import type { ChannelDraft } from './channels.ts';
import type { GroupEvaluation } from './group-evaluations.ts';
import type { LastTold } from './notifications.ts';

/** A rule with what its last evaluation gave. */
export interface RuleView {
  readonly rule: Rule;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly error: string | null;
  readonly evaluatedAt: Ms | null;
  readonly evaluationMs: Ms | null;
  /** Pending and firing ones. */
  readonly alerts: readonly Alert[];
  readonly changedAt: Ms | null;
  readonly actor: string | null;
}

export interface RuleGroupView extends Omit<RuleGroup, 'rules'> {
  /** Of what the group says; 0 while nobody has said anything. */
  readonly version: number;
  /** Null: it was not evaluated, or nothing tells of it. */
  readonly evaluation: GroupEvaluation | null;
  readonly rules: readonly RuleView[];
}

export interface RulesView {
  readonly at: Ms;
  readonly groups: readonly RuleGroupView[];
  readonly problems: readonly string[];
}

/** Somebody changes rules; all of one call or none. `expected` is the version that they saw. */
export interface RuleEdit {
  /** Null: a new rule. */
  readonly id: string | null;
  readonly change: VersionChange;
  readonly draft: RuleDraft;
  readonly expected: number | null;
  readonly actor: string | null;
}

/** Somebody changes what a group of the UI says for its rules. */
export interface GroupEdit {
  readonly name: string;
  readonly change: 'edited' | 'restored';
  readonly settings: GroupSettings;
  readonly expected: number | null;
  readonly actor: string | null;
}

/** An alert that is not resolved, in its words and with what was told of it. */
export interface LiveAlert {
  readonly words: AlertWords;
  readonly notification: LastTold | null;
}

/** What counts of an alert on the page of a cluster. */
export type AlertPlace = Pick<AlertWords, 'state' | 'severity'> & {
  readonly cluster: string | null;
  readonly node: string | null;
};

export interface ChannelEdit {
  readonly id: string | null;
  readonly change: 'created' | 'edited' | 'deleted';
  readonly draft: ChannelDraft;
  readonly expected: number | null;
  readonly actor: string | null;
}

export interface ChannelView {
  readonly id: string;
  readonly source: 'ui' | 'file';
  readonly version: number;
  readonly draft: ChannelDraft;
  readonly waiting: number;
  readonly last: LastTold | null;
}

export interface ChannelTested {
  readonly status: number | null;
  readonly error: string | null;
  readonly elapsedMs: Ms;
}

export interface PreviewQuery {
  readonly kind: RuleDraft['kind'];
  readonly name: string;
  readonly expr: string;
  readonly forMs: Ms;
  readonly keepFiringForMs: Ms;
  readonly labels: Labels;
  readonly from: Ms;
  readonly to: Ms;
  readonly stepMs: Ms;
}

/** What a draft says now, and what it would have said over a span. */
export interface PreviewView {
  readonly at: Ms;
  readonly elapsedMs: Ms;
  readonly seriesRead: number;
  readonly now: readonly {
    readonly state: 'firing' | 'pending' | 'quiet' | 'recorded';
    readonly labels: Labels;
    readonly value: number | null;
    readonly since: Ms | null;
  }[];
  readonly series: readonly {
    readonly labels: Labels;
    readonly points: readonly (readonly [Ms, number | null])[];
  }[];
  readonly limit: { readonly op: string; readonly value: number } | null;
  /** The first hundred, in the order of their series. */
  readonly bands: readonly Band[];
  /** How many there are. */
  readonly bandCount: number;
  readonly fired: number;
  readonly warnings: readonly string[];
}

/** What `data` answers of rules, alerts and channels. */
export interface AlertingReads {
  rules(): RulesView;
  /** The rules that were in force at a past instant. */
  rulesAt(at: Ms): Promise<RulesView>;
  /** What a group of the UI says; the defaults when nobody has said anything. */
  ruleGroup(name: string): { readonly version: number; readonly settings: GroupSettings };
  ruleVersions(id: string): Promise<Version<RuleDraft>[]>;
  ruleGroupVersions(name: string): Promise<Version<GroupSettings>[]>;
  /** All edits or none. @returns the rules' ids, in the order of their edits */
  editRules(edits: readonly RuleEdit[], groups?: readonly GroupEdit[]): Promise<string[]>;
  preview(query: PreviewQuery, signal: AbortSignal): Promise<PreviewView>;
  /** Every alert as the log tells it of the instant `at`, with its newest value. */
  alertsNow(at: Ms): Promise<LiveAlert[]>;
  /** What `alertsNow` counts, when it differs from what a version told; null: it does not. */
  alertPlaces(
    version: number,
    at: Ms,
  ): Promise<{ readonly version: number; readonly places: readonly AlertPlace[] } | null>;
  channels(): ChannelView[];
  /** The channels that were in force at a past instant. */
  channelsAt(at: Ms): Promise<ChannelView[]>;
  editChannel(edit: ChannelEdit): Promise<string>;
  /** Sends a test message at once. @param asked a draft, or a channel's id */
  testChannel(asked: ChannelDraft | string, actor: string): Promise<ChannelTested>;
}
