import type { Labels } from '#lib/model/labels.ts';
import type { SeriesPoints } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';

/** One label condition of a selector. `=~` and `!~` are RE2, anchored at both ends (Prometheus documentation, "Querying basics"). */
export interface Matcher {
  readonly name: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** Where a query finds its samples. */
export interface Queryable {
  /**
   * Every series that meets all matchers and has a sample in `[from, to]`, both ends included, oldest sample first.
   * Stale markers come as samples with `stale` set; they end what came before.
   */
  select(matchers: readonly Matcher[], from: Ms, to: Ms): readonly SeriesPoints[];
}

/** One element of an instant vector. */
export interface VectorSample {
  readonly labels: Labels;
  readonly at: Ms;
  readonly value: number;
}

/** One series of a range vector or of a range query's answer. */
export interface MatrixSeries {
  readonly labels: Labels;
  readonly points: readonly { readonly at: Ms; readonly value: number }[];
}

export type QueryValue =
  | { readonly type: 'scalar'; readonly at: Ms; readonly value: number }
  | { readonly type: 'string'; readonly at: Ms; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly VectorSample[] }
  | { readonly type: 'matrix'; readonly series: readonly MatrixSeries[] };

/** What a query answers: its value, and what Prometheus would say beside it, one entry per distinct text. */
export interface QueryResult {
  readonly value: QueryValue;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

export interface EvalOptions {
  /** How far back an instant selector looks for the newest sample: `(t − lookback, t]`. Prometheus's default is 5 min. */
  readonly lookbackMs: Ms;
  /** Samples that a query may touch; more is an `execution` error in Prometheus's words. */
  readonly maxSamples: number;
  /** Step of subqueries that name none: the evaluation interval of the configuration. */
  readonly subqueryStepMs: Ms;
  /** Ranges and lookback hold both their ends, as in Prometheus 2; only for comparisons with such a server. */
  readonly closedWindows: boolean;
}
