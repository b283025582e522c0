import { labelsKey } from '#lib/model/labels.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Point } from '#lib/model/points.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import { parsePromql, rangeQuery } from '#lib/promql/promql.ts';
import type { EvalOptions, FoundSeries, MatrixSeries, Queryable, QueryResult } from '#lib/promql/value.ts';
import type { Sliced } from '#lib/promql/work.ts';
import { backtest } from '#lib/rules/backtest.ts';
import type { Band } from '#lib/rules/backtest.ts';
import { splitComparison } from '#lib/rules/expr.ts';
import { overlay, withoutName } from '#lib/rules/labelset.ts';

import type { PreviewQuery, PreviewView } from './alerting-reads.ts';
import { refusal } from './book.ts';

const MOST_SERIES = 12;
/** More than anybody looks at; thousands would be copied between threads and sent. */
const MOST_BANDS = 100;
const MOST_POINTS = 11_000;
const ALIKE = 'vector contains metrics with the same labelset after applying rule labels';

const seriesOf = (value: QueryResult['value']): readonly MatrixSeries[] =>
  value.type === 'matrix' ? value.series : [];

/** Values at every step, null where there is none. */
const pointsOf = (
  series: MatrixSeries,
  { from, to, stepMs }: PreviewQuery,
): (readonly [Ms, number | null])[] => {
  const values = new Map(Array.from(series.points, ({ at, value }) => [at, value]));
  return Array.from({ length: Math.floor((to - from) / stepMs) + 1 }, (_, i) => {
    const value = values.get(from + i * stepMs);
    return [from + i * stepMs, value === undefined || !Number.isFinite(value) ? null : value] as const;
  });
};

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** What the series say at the end of the span: first those whose condition holds. */
function* nowOf(
  bands: readonly Band[],
  conditions: readonly MatrixSeries[],
  quiet: readonly MatrixSeries[],
  labels: Labels,
  to: Ms,
): Sliced<PreviewView['now']> {
  const shownLabels = (series: MatrixSeries): Labels => overlay(withoutName(series.labels), labels);
  const valueOf = new Map<string, Point | undefined>();
  for (const series of [...quiet, ...conditions]) {
    valueOf.set(labelsKey(shownLabels(series)), series.points.at(-1));
    yield;
  }
  const now: PreviewView['now'][number][] = [];
  for (const band of bands) {
    yield;
    const last = band.segments.at(-1);
    if (last === undefined || last.to < to) continue;
    const index = band.segments.findLastIndex((segment, i) => band.segments[i - 1]?.to !== segment.from);
    const value = finite(valueOf.get(labelsKey(band.labels))?.value);
    now.push({
      state: last.state,
      labels: band.labels,
      value,
      since: band.segments[index]?.from ?? last.from,
    });
  }
  const known = new Set(now.map((one) => labelsKey(one.labels)));
  for (const series of quiet) {
    yield;
    const shown = shownLabels(series);
    const last = series.points.at(-1);
    if (last?.at === to && !known.has(labelsKey(shown)))
      now.push({ state: 'quiet', labels: shown, value: finite(last.value), since: null });
  }
  return now;
}

/** Counts the series that are read. */
const counting = (queryable: Queryable) => {
  let series = 0;
  function* select(...asked: Parameters<Queryable['select']>): Generator<FoundSeries | null> {
    for (const found of queryable.select(...asked)) {
      if (found !== null) series += 1;
      yield found;
    }
  }
  return { queryable: { select }, seriesRead: () => series };
};

const assertSpan = ({ from, to, stepMs }: PreviewQuery): void => {
  if (to < from) throw refusal('bad-request', 'to: it must not be earlier than from');
  if ((to - from) / stepMs > MOST_POINTS)
    throw refusal(
      'bad-request',
      `stepMs: more than ${MOST_POINTS} steps; make the step longer or the span shorter`,
    );
};

type Told = Omit<PreviewView, 'at' | 'elapsedMs' | 'seriesRead'>;

/** What an alerting rule would have done. */
function* alerted(
  span: PreviewQuery,
  comparison: ReturnType<typeof splitComparison>,
  result: QueryResult,
): Sliced<Told> {
  const conditions = seriesOf(result.value);
  const drawn = comparison === null ? conditions : result.alongside;
  const { bands, fired } = yield* backtest(conditions, span, span, span.labels);
  return {
    now: yield* nowOf(bands, conditions, drawn, span.labels, span.to),
    series: drawn
      .slice(0, MOST_SERIES)
      .map((series) => ({ labels: series.labels, points: pointsOf(series, span) })),
    limit: comparison === null ? null : { op: comparison.op, value: comparison.limit },
    bands: bands.slice(0, MOST_BANDS),
    bandCount: bands.length,
    fired,
    warnings: [],
  };
}

/** The series that a recording rule would have made. */
const recorded = (span: PreviewQuery, result: QueryResult): Told => {
  const made = seriesOf(result.value).map((series) => ({
    ...series,
    labels: overlay({ ...series.labels, __name__: span.name }, span.labels),
  }));
  const isAlike = new Set(made.map(({ labels }) => labelsKey(labels))).size < made.length;
  return {
    now: made.flatMap(({ labels, points }) => {
      const last = points.at(-1);
      return last?.at === span.to
        ? [{ state: 'recorded' as const, labels, value: finite(last.value), since: null }]
        : [];
    }),
    series: made
      .slice(0, MOST_SERIES)
      .map((series) => ({ labels: series.labels, points: pointsOf(series, span) })),
    limit: null,
    bands: [],
    bandCount: 0,
    fired: 0,
    warnings: isAlike ? [ALIKE] : [],
  };
};

/** What a draft would have done over a span, and what it says at the span's end, in slices. @throws PromqlError, PromqlEvalError */
export function* preview(
  query: PreviewQuery,
  queryable: Queryable,
  clock: Clock,
  options: Partial<EvalOptions>,
): Sliced<PreviewView> {
  const began = clock.mono();
  assertSpan(query);
  const { from, to, stepMs } = query;
  const expr = parsePromql(query.expr);
  const comparison = query.kind === 'record' ? null : splitComparison(expr);
  const counted = counting(queryable);
  // The last step is the span's end, so that the answer's `now` is an instant that was asked for.
  const first = to - Math.floor((to - from) / stepMs) * stepMs;
  const span = { ...query, from: first };
  const result = yield* rangeQuery(expr, counted.queryable, first, to, stepMs, {
    ...options,
    ...(comparison === null ? {} : { alongside: comparison.left }),
  });
  const told = query.kind === 'record' ? recorded(span, result) : yield* alerted(span, comparison, result);
  return {
    ...told,
    at: to,
    elapsedMs: clock.mono() - began,
    seriesRead: counted.seriesRead(),
    warnings: [...result.warnings, ...result.infos, ...told.warnings],
  };
}
