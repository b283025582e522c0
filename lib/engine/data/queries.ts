import { federationText } from '#lib/exposition/format.ts';
import type { MetricMetadata } from '#lib/exposition/metadata.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import { typeOf } from '#lib/promql/check.ts';
import { queryJson } from '#lib/promql/json.ts';
import { instantQuery, parsePromql, PromqlError, PromqlEvalError, rangeQuery } from '#lib/promql/promql.ts';
import type { Matcher } from '#lib/promql/matcher.ts';
import type { EvalOptions, Queryable, QueryResult, QueryValue } from '#lib/promql/value.ts';
import type { Sliced } from '#lib/promql/work.ts';

import { QueryStopped } from './query-runner.ts';
import type { QueryRunner } from './query-runner.ts';
import { createTimings, statsJson } from './query-stats.ts';
import type { Timings } from './query-stats.ts';
import type { Selection } from './selection.ts';
import type { Slices } from './slices.ts';

type Selectors = readonly (readonly Matcher[])[];

/** What both kinds of query take beside their instants. */
interface QuerySettings {
  readonly text: string;
  /** Null: five minutes. */
  readonly lookbackMs: Ms | null;
  readonly timeoutMs: Ms;
}

export type Asked = QuerySettings &
  ({ readonly at: Ms } | { readonly from: Ms; readonly to: Ms; readonly stepMs: Ms });

/** What a query's JSON holds beside its value. */
export interface Shown {
  /** Elements at most; 0: all. */
  readonly limit: number;
  /** `steps`: also how many samples each instant read. */
  readonly stats: 'none' | 'totals' | 'steps';
}

/** Why there is no result: the query is wrong, it cannot be answered over these samples, it took too long, nobody waits any more, too many wait. */
export interface QueryRefusal {
  readonly ok: false;
  readonly kind: 'bad_data' | 'execution' | QueryStopped['kind'];
  readonly message: string;
}

/** A query's value as JSON in UTF-8, with what is said beside it. */
export type QueryAnswer =
  | {
      readonly ok: true;
      readonly json: Uint8Array;
      readonly isTruncated: boolean;
      readonly warnings: readonly string[];
      readonly infos: readonly string[];
    }
  | QueryRefusal;

/** The first series of a range query in the order that people count, and how many there are. */
export type ChartAnswer =
  | {
      readonly ok: true;
      readonly series: readonly {
        readonly labels: Labels;
        readonly points: readonly { readonly at: Ms; readonly value: number }[];
      }[];
      readonly total: number;
      readonly warnings: readonly string[];
    }
  | QueryRefusal;

/** What `data` answers about samples, in Prometheus's terms. A signal ends the work when it is aborted. */
export interface QueryReads {
  query(asked: Asked, shown: Shown, signal: AbortSignal): Promise<QueryAnswer>;
  chart(asked: Asked, most: number, signal: AbortSignal): Promise<ChartAnswer>;
  /** Label sets of the series that meet any of the selectors and are held in the span. */
  series(selectors: Selectors, from: Ms, to: Ms): Promise<Labels[]>;
  /** In rising order; no selector means every series. */
  labelNames(selectors: Selectors, from: Ms, to: Ms): Promise<string[]>;
  labelValues(name: string, selectors: Selectors, from: Ms, to: Ms): Promise<string[]>;
  /** What the targets say of their metrics now; the empty text asks for all of them. Equal words of several targets come once. */
  metadata(metric: string): MetricMetadata[];
  /** The page of `/federate` at an instant. */
  federate(selectors: Selectors, at: Ms): Promise<string>;
}

export interface QuerySources {
  readonly selection: Selection;
  readonly runner: QueryRunner;
  readonly slices: Slices;
  /** Throws while the store is still being read. */
  readonly assertReady: () => void;
  readonly clock: Clock;
  readonly externalLabels: () => Labels;
  readonly metadata: () => Iterable<readonly MetricMetadata[]>;
}

const LOOKBACK_MS = 5 * 60_000;

class WrongQuery extends Error {}

const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort();

const refusalOf = (text: string, cause: unknown): QueryRefusal => {
  if (cause instanceof PromqlError) return { ok: false, kind: 'bad_data', message: cause.text };
  if (cause instanceof WrongQuery) return { ok: false, kind: 'bad_data', message: cause.message };
  if (cause instanceof PromqlEvalError) return { ok: false, kind: 'execution', message: cause.message };
  if (cause instanceof QueryStopped) return { ok: false, kind: cause.kind, message: cause.message };
  throw new Error(`query ${text}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
};

/** Parses and evaluates. @throws PromqlError, WrongQuery, PromqlEvalError */
const evaluation = (
  asked: Asked,
  queryable: Queryable,
  options: Partial<EvalOptions>,
): Sliced<QueryResult> => {
  const expr = parsePromql(asked.text);
  if ('at' in asked) return instantQuery(expr, queryable, asked.at, options);
  const type = typeOf(expr);
  if (type === 'string' || type === 'range vector')
    throw new WrongQuery(
      `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
    );
  return rangeQuery(expr, queryable, asked.from, asked.to, asked.stepMs, options);
};

const limited = (value: QueryValue, limit: number): QueryValue => {
  if (limit > 0 && value.type === 'vector') return { ...value, samples: value.samples.slice(0, limit) };
  if (limit > 0 && value.type === 'matrix') return { ...value, series: value.series.slice(0, limit) };
  return value;
};

const countOf = (value: QueryValue): number =>
  value.type === 'vector' ? value.samples.length : value.type === 'matrix' ? value.series.length : 0;

const counting = new Intl.Collator('en', { numeric: true });
const chartKey = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

/** The series whose labels come first; only those few are kept in order. */
function* firstSeries(value: QueryValue, most: number): Sliced<Extract<ChartAnswer, { ok: true }>['series']> {
  const first: { key: string; labels: Labels; points: Iterable<{ at: Ms; value: number }> }[] = [];
  for (const { labels, points } of value.type === 'matrix' ? value.series : []) {
    const key = chartKey(labels);
    const place = first.findIndex((other) => counting.compare(key, other.key) < 0);
    if (place >= 0 || first.length < most)
      first.splice(place < 0 ? first.length : place, 0, { key, labels, points });
    if (first.length > most) first.pop();
    yield;
  }
  return first.map(({ labels, points }) => ({ labels, points: [...points] }));
}

/** Reads for the query API, over what thread `data` holds. */
export const createQueries = (sources: QuerySources): QueryReads => {
  const { selection, runner, slices, clock, assertReady } = sources;

  /** Evaluates a query and makes its answer, both in slices. */
  const answered = async <T>(
    asked: Asked,
    signal: AbortSignal,
    make: (result: QueryResult, timings: Timings) => Sliced<T>,
  ): Promise<T | QueryRefusal> => {
    assertReady();
    const { text, lookbackMs, timeoutMs } = asked;
    const timings = createTimings(clock);
    const damaged = new Set<string>();
    const queryable: Queryable = {
      select: (matchers, from, to, looks) =>
        selection.select(matchers, from, to, looks, (warning) => damaged.add(warning)),
    };
    function* work(limits: Partial<EvalOptions>): Sliced<T> {
      timings.mark('begin');
      const options = { ...limits, onPhase: timings.mark, ...(lookbackMs === null ? {} : { lookbackMs }) };
      const result = yield* evaluation(asked, queryable, options);
      timings.mark('end');
      return yield* make({ ...result, warnings: [...damaged, ...result.warnings] }, timings);
    }
    try {
      return await runner.run({ timeoutMs, signal }, work);
    } catch (cause) {
      return refusalOf(text, cause);
    }
  };
  const labelSets = (selectors: Selectors, from: Ms, to: Ms): Promise<Labels[]> => {
    assertReady();
    return slices.run('query', selection.labelSets(selectors, from, to));
  };

  return {
    query: (asked, { limit, stats }, signal) =>
      answered(asked, signal, function* ({ value, warnings, infos, work }, timings) {
        const more =
          stats === 'none' ? '' : `,"stats":${statsJson(work, timings, stats === 'steps' ? asked : null)}`;
        const json = yield* queryJson(limited(value, limit), more);
        return { ok: true, json, isTruncated: limit > 0 && countOf(value) > limit, warnings, infos } as const;
      }),
    chart: (asked, most, signal) =>
      answered(asked, signal, function* ({ value, warnings }) {
        return {
          ok: true,
          series: yield* firstSeries(value, most),
          total: countOf(value),
          warnings,
        } as const;
      }),
    series: labelSets,
    labelNames: async (selectors, from, to) =>
      sorted((await labelSets(selectors, from, to)).flatMap((labels) => Object.keys(labels))),
    labelValues: async (name, selectors, from, to) =>
      sorted((await labelSets(selectors, from, to)).flatMap((labels) => labels[name] ?? [])),
    metadata: (metric) => {
      const found = new Map<string, MetricMetadata>();
      for (const target of sources.metadata())
        for (const each of target)
          if (metric === '' || each.metric === metric)
            found.set([each.metric, each.type, each.unit, each.help].join('\u0000'), each);
      return [...found.values()];
    },
    federate: async (selectors, at) => {
      assertReady();
      return federationText(await slices.run('query', newest(selectors, at)), sources.externalLabels());
    },
  };

  function* newest(selectors: Selectors, at: Ms): Sliced<Newest[]> {
    const found: Newest[] = [];
    for (const matchers of selectors)
      for (const series of selection.select(matchers, at - LOOKBACK_MS, at, null)) {
        yield;
        const last = series === null ? undefined : [...series.samples].at(-1);
        if (series !== null && last !== undefined && !last.stale)
          found.push({ labels: series.labels, at: last.at, value: last.value });
      }
    return found;
  }
};

interface Newest {
  readonly labels: Labels;
  readonly at: Ms;
  readonly value: number;
}
