import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

/** Where a rule comes from: typed in the UI, a file of `rule_files`, or the ready rules. Only the first can be edited. */
export const RULE_SOURCES = ['ui', 'file', 'ready'] as const;
export type RuleSource = (typeof RULE_SOURCES)[number];

/** What somebody writes down of a rule (Prometheus documentation, "Recording rules", "Alerting rules"). */
export interface RuleDraft {
  readonly group: string;
  readonly kind: 'alert' | 'record';
  /** The alert's name, or the recorded metric's. */
  readonly name: string;
  readonly expr: string;
  readonly forMs: Ms;
  readonly keepFiringForMs: Ms;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly enabled: boolean;
  /** Its unit tests, a file in Prometheus's format as text; absent or empty: none. */
  readonly tests?: string;
}

export interface Rule extends RuleDraft {
  /** Stable over restarts and reloads. */
  readonly id: string;
  readonly source: RuleSource;
  /** The file it stands in; null unless `source` is `file`. */
  readonly file: string | null;
  /** Grows with every change; 1 for rules of files and ready ones. */
  readonly version: number;
}

/** What a group says for all of its rules (Prometheus documentation, "Recording rules": `rule_group`). */
export interface GroupSettings {
  readonly intervalMs: Ms;
  /** Most alerts or series that one rule may make; 0: no limit. */
  readonly limit: number;
  /** How far in the past its expressions are evaluated, for samples that arrive late. */
  readonly queryOffsetMs: Ms;
  /** Labels that every rule adds; a rule's own of the same name counts instead. */
  readonly labels: Labels;
}

/** Rules that are evaluated one after another at the same instant. */
export interface RuleGroup extends GroupSettings {
  readonly name: string;
  readonly source: RuleSource;
  readonly file: string | null;
  readonly rules: readonly Rule[];
}

/** The labels that a rule adds: its own before those of its group. */
export const labelsWithin = (
  group: Pick<GroupSettings, 'labels'>,
  rule: Pick<RuleDraft, 'labels'>,
): Labels => ({
  ...group.labels,
  ...rule.labels,
});

/** One alert: a label set of an alerting rule whose expression holds, held, or is kept firing. */
export interface Alert {
  /** `<rule id>/<fingerprint of the labels>`. */
  readonly id: string;
  readonly ruleId: string;
  /** With `alertname` and the rule's own labels. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing' | 'resolved';
  /** Since when the expression holds without a break. */
  readonly activeAt: Ms;
  readonly firedAt: Ms | null;
  readonly resolvedAt: Ms | null;
  /** Since when only `keep_firing_for` keeps it. */
  readonly keptSince: Ms | null;
  readonly value: number;
}
