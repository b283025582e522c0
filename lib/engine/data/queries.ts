import { federationText } from '#lib/exposition/format.ts';
import type { MetricMetadata } from '#lib/exposition/metadata.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import { typeOf } from '#lib/promql/check.ts';
import { evalInstant, evalRange, parsePromql, PromqlError, PromqlEvalError } from '#lib/promql/promql.ts';
import type { EvalOptions, Matcher, Queryable, QueryResult } from '#lib/promql/value.ts';

import type { Selection } from './selection.ts';

type Selectors = readonly (readonly Matcher[])[];

/** What both kinds of query take beside their instants. */
export interface QuerySettings {
  readonly text: string;
  /** Null: five minutes. */
  readonly lookbackMs: Ms | null;
  readonly timeoutMs: Ms;
}

/** A query's result, or why there is none: it is wrong, it cannot be answered over these samples, or it takes too long. */
export type QueryAnswer =
  | { readonly ok: true; readonly result: QueryResult }
  | {
      readonly ok: false;
      readonly kind: 'bad_data' | 'execution' | 'timeout';
      readonly message: string;
    };

/** What `data` answers about samples, in Prometheus's terms. */
export interface QueryReads {
  queryInstant(query: QuerySettings & { readonly at: Ms }): QueryAnswer;
  queryRange(query: QuerySettings & { readonly from: Ms; readonly to: Ms; readonly stepMs: Ms }): QueryAnswer;
  /** Label sets of the series that meet any of the selectors and are held in the span. */
  series(selectors: Selectors, from: Ms, to: Ms): Labels[];
  /** In rising order; no selector means every series. */
  labelNames(selectors: Selectors, from: Ms, to: Ms): string[];
  labelValues(name: string, selectors: Selectors, from: Ms, to: Ms): string[];
  /** What the targets say of their metrics now; the empty text asks for all of them. Equal words of several targets come once. */
  metadata(metric: string): MetricMetadata[];
  /** The page of `/federate` at an instant. */
  federate(selectors: Selectors, at: Ms): string;
}

export interface QuerySources {
  readonly selection: Selection;
  /** Throws while the store is still being read. */
  readonly assertReady: () => void;
  readonly clock: Clock;
  readonly externalLabels: () => Labels;
  readonly metadata: () => Iterable<readonly MetricMetadata[]>;
}

const LOOKBACK_MS = 5 * 60_000;

/** Of one query, over all its selectors: what fits into memory beside everything else. */
const MOST_SAMPLES = 10_000_000;
const TOO_MANY_SAMPLES = 'query processing would load too many samples into memory in query execution';

class WrongQuery extends Error {}
class QueryTimeout extends Error {}

const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort();

/** Reads for the query API, over what thread `data` holds. */
export const createQueries = (sources: QuerySources): QueryReads => {
  const { selection, clock, assertReady } = sources;

  const evaluated = (
    { text, lookbackMs, timeoutMs }: QuerySettings,
    run: (queryable: Queryable, options: Partial<EvalOptions>) => QueryResult,
  ): QueryAnswer => {
    assertReady();
    const deadline = clock.mono() + timeoutMs;
    let touched = 0;
    const spend = (samples: number): void => {
      touched += samples;
      if (touched > MOST_SAMPLES) throw new PromqlEvalError(TOO_MANY_SAMPLES);
      if (clock.mono() > deadline) throw new QueryTimeout('query timed out in expression evaluation');
    };
    const damaged = new Set<string>();
    const queryable: Queryable = {
      select: (matchers, from, to) => {
        const { series, warnings } = selection.select(matchers, from, to, spend);
        for (const warning of warnings) damaged.add(warning);
        return series;
      },
    };
    try {
      const result = run(queryable, {
        maxSamples: MOST_SAMPLES,
        ...(lookbackMs === null ? {} : { lookbackMs }),
      });
      return { ok: true, result: { ...result, warnings: [...damaged, ...result.warnings] } };
    } catch (cause) {
      if (cause instanceof PromqlError) return { ok: false, kind: 'bad_data', message: cause.text };
      if (cause instanceof WrongQuery) return { ok: false, kind: 'bad_data', message: cause.message };
      if (cause instanceof PromqlEvalError) return { ok: false, kind: 'execution', message: cause.message };
      if (cause instanceof QueryTimeout) return { ok: false, kind: 'timeout', message: cause.message };
      throw new Error(`query ${text}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  };
  const labelSets = (selectors: Selectors, from: Ms, to: Ms): Labels[] => {
    assertReady();
    return selection.labelSets(selectors, from, to);
  };

  return {
    queryInstant: (query) =>
      evaluated(query, (queryable, options) =>
        evalInstant(parsePromql(query.text), queryable, query.at, options),
      ),
    queryRange: (query) =>
      evaluated(query, (queryable, options) => {
        const expr = parsePromql(query.text);
        const type = typeOf(expr);
        if (type === 'string' || type === 'range vector')
          throw new WrongQuery(
            `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
          );
        return evalRange(expr, queryable, query.from, query.to, query.stepMs, options);
      }),
    series: labelSets,
    labelNames: (selectors, from, to) =>
      sorted(labelSets(selectors, from, to).flatMap((labels) => Object.keys(labels))),
    labelValues: (name, selectors, from, to) =>
      sorted(labelSets(selectors, from, to).flatMap((labels) => labels[name] ?? [])),
    metadata: (metric) => {
      const found = new Map<string, MetricMetadata>();
      for (const target of sources.metadata())
        for (const each of target)
          if (metric === '' || each.metric === metric)
            found.set([each.metric, each.type, each.unit, each.help].join('\u0000'), each);
      return [...found.values()];
    },
    federate: (selectors, at) => {
      assertReady();
      const newest = selectors.flatMap((matchers) =>
        selection.select(matchers, at - LOOKBACK_MS, at).series.flatMap(({ labels, samples }) => {
          const last = samples.at(-1);
          return last === undefined || last.stale ? [] : [{ labels, at: last.at, value: last.value }];
        }),
      );
      return federationText(newest, sources.externalLabels());
    },
  };
};
