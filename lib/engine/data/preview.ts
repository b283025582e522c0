import { labelsKey } from '#lib/model/labels.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import { evalRange, parsePromql } from '#lib/promql/promql.ts';
import type { Expr } from '#lib/promql/ast.ts';
import type { MatrixSeries, Queryable, QueryResult } from '#lib/promql/value.ts';
import { backtest } from '#lib/rules/backtest.ts';
import type { Band } from '#lib/rules/backtest.ts';
import { splitComparison } from '#lib/rules/expr.ts';
import { overlay, withoutName } from '#lib/rules/labelset.ts';

import type { PreviewQuery, PreviewView } from './alerting-reads.ts';
import { refusal } from './book.ts';

const MOST_SERIES = 12;
const MOST_POINTS = 11_000;
const ALIKE = 'vector contains metrics with the same labelset after applying rule labels';

const seriesOf = (value: ReturnType<typeof evalRange>['value']): readonly MatrixSeries[] =>
  value.type === 'matrix' ? value.series : [];

/** Values at every step, null where there is none. */
const pointsOf = (
  series: MatrixSeries,
  { from, to, stepMs }: PreviewQuery,
): (readonly [Ms, number | null])[] => {
  const values = new Map(series.points.map(({ at, value }) => [at, value]));
  return Array.from({ length: Math.floor((to - from) / stepMs) + 1 }, (_, i) => {
    const value = values.get(from + i * stepMs);
    return [from + i * stepMs, value === undefined || !Number.isFinite(value) ? null : value] as const;
  });
};

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** What one shown series says at the end of the span. */
const nowOf = (
  bands: readonly Band[],
  conditions: readonly MatrixSeries[],
  quiet: readonly MatrixSeries[],
  labels: Labels,
  to: Ms,
): PreviewView['now'] => {
  const shownLabels = (series: MatrixSeries): Labels => overlay(withoutName(series.labels), labels);
  const valueOf = new Map(
    [...quiet, ...conditions].map((series) => [labelsKey(shownLabels(series)), series.points.at(-1)]),
  );
  const active = bands.flatMap((band) => {
    const last = band.segments.at(-1);
    if (last === undefined || last.to < to) return [];
    const index = band.segments.findLastIndex((segment, i) => band.segments[i - 1]?.to !== segment.from);
    const value = finite(valueOf.get(labelsKey(band.labels))?.value);
    return [
      { state: last.state, labels: band.labels, value, since: band.segments[index]?.from ?? last.from },
    ];
  });
  const known = new Set(active.map((one) => labelsKey(one.labels)));
  const rest = quiet.flatMap((series) => {
    const shown = shownLabels(series);
    const last = series.points.at(-1);
    return known.has(labelsKey(shown)) || last?.at !== to
      ? []
      : [{ state: 'quiet' as const, labels: shown, value: finite(last.value), since: null }];
  });
  return [...active, ...rest];
};

type Told = Omit<PreviewView, 'at' | 'elapsedMs' | 'seriesRead'>;

/** What an alerting rule would have done. */
const alerted = (span: PreviewQuery, expr: Expr, result: QueryResult, queryable: Queryable): Told => {
  const { from, to, stepMs, labels } = span;
  const comparison = splitComparison(expr);
  const shown = comparison === null ? result : evalRange(comparison.left, queryable, from, to, stepMs);
  const conditions = seriesOf(result.value);
  const drawn = seriesOf(shown.value);
  const { bands, fired } = backtest(conditions, span, span, labels);
  return {
    now: nowOf(bands, conditions, drawn, labels, to),
    series: drawn
      .slice(0, MOST_SERIES)
      .map((series) => ({ labels: series.labels, points: pointsOf(series, span) })),
    limit: comparison === null ? null : { op: comparison.op, value: comparison.limit },
    bands,
    fired,
    warnings: [],
  };
};

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
    fired: 0,
    warnings: isAlike ? [ALIKE] : [],
  };
};

/** What a draft would have done over a span, and what it says at the span's end. @throws PromqlError, PromqlEvalError */
export const preview = (query: PreviewQuery, queryable: Queryable, clock: Clock): PreviewView => {
  const began = clock.mono();
  const { from, to, stepMs } = query;
  if (to < from) throw refusal('bad-request', 'to: it must not be earlier than from');
  if ((to - from) / stepMs > MOST_POINTS)
    throw refusal(
      'bad-request',
      `stepMs: more than ${MOST_POINTS} steps; make the step longer or the span shorter`,
    );
  const expr = parsePromql(query.expr);
  let seriesRead = 0;
  const counted: Queryable = {
    select: (matchers, start, end) => {
      const found = queryable.select(matchers, start, end);
      seriesRead += found.length;
      return found;
    },
  };
  // The last step is the span's end, so that the answer's `now` is an instant that was asked for.
  const first = to - Math.floor((to - from) / stepMs) * stepMs;
  const span = { ...query, from: first };
  const result = evalRange(expr, counted, first, to, stepMs);
  const told = query.kind === 'record' ? recorded(span, result) : alerted(span, expr, result, queryable);
  return {
    ...told,
    at: to,
    elapsedMs: clock.mono() - began,
    seriesRead,
    warnings: [...result.warnings, ...result.infos, ...told.warnings],
  };
};
