import type { Labels } from '#lib/model/labels.ts';
import type { Looks, Points } from '#lib/model/points.ts';
import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';

import type { Expr } from './ast.ts';
import type { Matcher } from './matcher.ts';
import type { WorkDone } from './work.ts';

/** Where a query finds its samples. */
export interface Queryable {
  /**
   * Every series that meets all matchers and has a sample in `[from, to]`, both ends included, oldest sample first.
   * Stale markers come as samples with `stale` set; they end what came before. Null stands for nothing yet: whoever reads may rest there.
   * @param looks samples that none of them sees may be left out; null: each is wanted
   */
  select(matchers: readonly Matcher[], from: Ms, to: Ms, looks: Looks | null): Iterable<FoundSeries | null>;
}

/** A series with its samples, oldest first. */
export interface FoundSeries {
  readonly labels: Labels;
  readonly samples: Iterable<Sample>;
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
  readonly points: Points;
}

export type QueryValue =
  | { readonly type: 'scalar'; readonly at: Ms; readonly value: number }
  | { readonly type: 'string'; readonly at: Ms; readonly value: string }
  | { readonly type: 'vector'; readonly samples: readonly VectorSample[] }
  | { readonly type: 'matrix'; readonly series: readonly MatrixSeries[] };

/** What a query answers: its value, and what Prometheus would say beside it, one entry per distinct text. */
export interface QueryResult {
  readonly value: QueryValue;
  /** What the part of the expression that was asked for gave. */
  readonly alongside: readonly MatrixSeries[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly work: WorkDone;
}

export interface EvalOptions {
  /** How far back an instant selector looks for the newest sample: `(t − lookback, t]`. Prometheus's default is 5 min. */
  readonly lookbackMs: Ms;
  /** Samples that a query may hold at once; more is an `execution` error in Prometheus's words. */
  readonly maxSamples: number;
  /** Told how many samples more, or fewer, are held from now on; what it throws ends the query. */
  readonly onHeld: (samples: number) => void;
  /** Told when the samples are fetched, and when every instant is worked out and the series of a matrix are put in order. */
  readonly onPhase: (begun: 'evaluate' | 'sort') => void;
  /** A part of a range query's expression, of the same tree, whose values are wanted too. */
  readonly alongside: Expr | null;
  /** Step of subqueries that name none: the evaluation interval of the configuration. */
  readonly subqueryStepMs: Ms;
  /** Ranges and lookback hold both their ends, as in Prometheus 2; only for comparisons with such a server. */
  readonly closedWindows: boolean;
}
