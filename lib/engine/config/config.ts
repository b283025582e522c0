import type { Ms } from '#lib/model/time.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Receiver, Route } from '#lib/notify/route.ts';

/** The configuration after it was read once: everything has its default, spans are milliseconds. Plain data, so it crosses threads. */
export interface Config {
  /** Null: nothing was given, the first start. */
  readonly file: string | null;
  readonly externalLabels: Labels;
  /** How often a rule group is evaluated that does not say so itself. */
  readonly evaluationIntervalMs: Ms;
  /** Patterns of rule files, relative to the file's folder. */
  readonly ruleFiles: readonly string[];
  /** Null: no notifications are configured in the file. */
  readonly notify: NotifyConfig | null;
  readonly scrapes: readonly ScrapeJob[];
  readonly clusters: readonly ClusterConfig[];
  readonly heartbeats: readonly HeartbeatJob[];
  readonly detection: DetectionConfig;
  readonly storage: { readonly path: string | null; readonly retentionMs: Ms };
  readonly embed: { readonly allowedOrigins: readonly string[] };
  readonly self: { readonly externalUrl: string | null; readonly name: string | null };
}

export interface NotifyConfig {
  readonly route: Route;
  readonly receivers: readonly Receiver[];
}

export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Labels;
}

export interface FileDiscovery {
  readonly files: readonly string[];
  readonly refreshMs: Ms;
}

export interface ScrapeJob {
  readonly name: string;
  readonly intervalMs: Ms;
  readonly timeoutMs: Ms;
  readonly scheme: 'http' | 'https';
  readonly path: string;
  readonly params: Readonly<Record<string, readonly string[]>>;
  readonly honorLabels: boolean;
  readonly compression: boolean;
  readonly fallbackProtocol: 'PrometheusText0.0.4' | null;
  readonly limits: {
    readonly bodyBytes: number;
    readonly samples: number;
    readonly labels: number;
    readonly labelName: number;
    readonly labelValue: number;
  };
  readonly groups: readonly TargetGroup[];
  readonly files: readonly FileDiscovery[];
}

export interface MemberConfig {
  readonly node: string;
  readonly address: string;
  readonly zone: string | null;
  readonly host: string | null;
}

export interface ClusterConfig {
  readonly name: string;
  readonly system: string;
  readonly scheme: 'http' | 'https';
  readonly members: readonly MemberConfig[];
  /** Null: the adapter's own. */
  readonly electionTimeoutMs: Ms | null;
}

export type PullConfig =
  | {
      readonly kind: 'http';
      readonly scheme: 'http' | 'https';
      readonly path: string;
      readonly status: readonly number[];
    }
  | { readonly kind: 'tcp' };

export interface HeartbeatJob {
  readonly name: string;
  readonly intervalMs: Ms;
  readonly timeoutMs: Ms;
  readonly pull: PullConfig | null;
  /** Nodes that send their heartbeats themselves. */
  readonly push: { readonly intervalMs: Ms; readonly closed: boolean } | null;
  readonly groups: readonly TargetGroup[];
  readonly files: readonly FileDiscovery[];
}

export interface DetectionConfig {
  /** False DOWN verdicts per node and 30 days. */
  readonly budget: number;
  readonly suspectAt: number;
  readonly maxSilenceMs: Ms;
  readonly tolerateMs: Ms;
  readonly preset: 'q-phi' | 'phi-normal';
}

/** One thing wrong in the configuration: what, where, and how to mend it. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export const problemText = (problem: ConfigProblem): string =>
  `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`;
