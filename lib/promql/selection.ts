import type { Labels } from '#lib/model/labels.ts';
import { SampleColumns, type Looks, type PointColumns } from '#lib/model/points.ts';
import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';

import { chainOf, type DurationExpr, type Expr, type TimeShift, type VectorSelector } from './ast.ts';
import { durationMs } from './duration.ts';
import { PromqlEvalError } from './error.ts';
import type { EvalOptions, Queryable, VectorSample } from './value.ts';
import type { Sliced, Work } from './work.ts';

/** The instants a query is asked for. */
export interface QuerySteps {
  readonly from: Ms;
  readonly to: Ms;
  readonly stepMs: Ms;
}

/** The samples of a series in `(from, to]`, in columns. */
export interface Window {
  readonly labels: Labels;
  readonly instants: readonly Ms[];
  readonly values: readonly number[];
  readonly from: Ms;
  readonly to: Ms;
}

/** A series as a query holds it. */
export interface HeldSeries {
  readonly labels: Labels;
  readonly points: PointColumns;
}

/** The series of a query's selectors, each fetched once for the whole query. */
export interface Selection {
  /** Newest sample of each series that is not older than the lookback. */
  instant(selector: VectorSelector, at: Ms): Sliced<VectorSample[]>;
  /** Samples of each series that has some in the range before `at`. */
  windows(selector: VectorSelector, range: DurationExpr, at: Ms): Sliced<Window[]>;
  /** Of each series that has points between two instants, those. */
  within(series: Iterable<HeldSeries>, from: Ms, to: Ms): Sliced<Window[]>;
  /** Milliseconds of a span of this query. */
  spanMs(span: DurationExpr): Ms;
  /** Where an evaluation instant is moved by `offset` and `@`. */
  shifted(shift: TimeShift, at: Ms): Ms;
  /** Of a subquery. */
  stepMs(step: DurationExpr | null): Ms;
  /** The inner instants of a subquery's window: multiples of the step. */
  firstStep(from: Ms, stepMs: Ms): Ms;
}

/** What comes in columns is kept as it is; ranges hold no markers. */
const heldOf = (samples: Iterable<Sample>, withMarkers: boolean): SampleColumns => {
  if (samples instanceof SampleColumns && (withMarkers || samples.stale.size === 0)) return samples;
  const columns = new SampleColumns();
  for (const { at, value, stale } of samples) if (withMarkers || !stale) columns.push(at, value, stale);
  return columns;
};

interface FetchedSeries extends HeldSeries {
  /** Which of the points are markers. */
  readonly stale: ReadonlySet<number>;
}

/** Fetches what an expression reads at its instants. */
export function* select(
  expr: Expr,
  queryable: Queryable,
  steps: QuerySteps,
  options: EvalOptions,
  work: Work,
): Sliced<Selection> {
  const fetched = new Map<VectorSelector, readonly FetchedSeries[]>();

  const spanMs = (span: DurationExpr): Ms =>
    durationMs(span, { stepMs: steps.stepMs, rangeMs: steps.to - steps.from });
  const positiveMs = (span: DurationExpr): Ms => {
    const ms = spanMs(span);
    if (ms <= 0) throw new PromqlEvalError('duration must be greater than 0');
    return ms;
  };
  const shifted = (shift: TimeShift, at: Ms): Ms => {
    const base =
      shift.at === null
        ? at
        : shift.at === 'start'
          ? steps.from
          : shift.at === 'end'
            ? steps.to
            : shift.at.at;
    return base - (shift.offset === null ? 0 : spanMs(shift.offset));
  };

  /** With `instant` the only place that knows which ends of a window belong to it. */
  const firstInside = (points: PointColumns, from: Ms): number => {
    let first = points.firstAfter(from);
    while (options.closedWindows && points.instants[first - 1] === from) first -= 1;
    return first;
  };

  function* fetch(
    selector: VectorSelector,
    from: Ms,
    to: Ms,
    looks: Looks | null,
    withMarkers: boolean,
  ): Sliced<void> {
    const found: FetchedSeries[] = [];
    fetched.set(selector, found);
    for (const series of queryable.select(selector.matchers, from, to, looks)) {
      if (series === null) {
        yield;
        continue;
      }
      const { points, stale } = heldOf(series.samples, withMarkers);
      found.push({ labels: series.labels, points, stale });
      work.hold(points.length);
      if (work.touch(points.length + 1)) yield;
    }
  }

  /**
   * Fetches what each selector below can be asked for when the expression is evaluated in `[from, to]`.
   * @param stepMs between these evaluations; null: they may be at any instant
   */
  function* prepare(node: Expr, from: Ms, to: Ms, stepMs: Ms | null): Sliced<void> {
    switch (node.kind) {
      case 'number':
      case 'string':
        return;
      case 'selector': {
        const first = shifted(node, from);
        const looks = stepMs === null ? null : { from: first, stepMs };
        yield* fetch(node, first - options.lookbackMs, shifted(node, to), looks, true);
        return;
      }
      case 'matrix': {
        const { selector } = node;
        const start = shifted(selector, from) - positiveMs(node.range);
        yield* fetch(selector, start, shifted(selector, to), null, false);
        return;
      }
      case 'subquery':
        yield* prepare(node.expr, shifted(node, from) - positiveMs(node.range), shifted(node, to), null);
        return;
      case 'paren':
      case 'unary':
        yield* prepare(node.expr, from, to, stepMs);
        return;
      case 'binary': {
        const { first, operations } = chainOf(node);
        yield* prepare(first, from, to, stepMs);
        for (const { right } of operations) yield* prepare(right, from, to, stepMs);
        return;
      }
      case 'call':
        for (const argument of node.args) yield* prepare(argument, from, to, stepMs);
        return;
      case 'aggregate':
        if (node.param !== null) yield* prepare(node.param, from, to, stepMs);
        yield* prepare(node.expr, from, to, stepMs);
    }
  }
  yield* prepare(expr, steps.from, steps.to, steps.stepMs > 0 ? steps.stepMs : null);

  function* within(series: Iterable<HeldSeries>, from: Ms, to: Ms): Sliced<Window[]> {
    const windows: Window[] = [];
    for (const { labels, points } of series) {
      const first = firstInside(points, from);
      const end = points.countUntil(to);
      if (work.touch(1 + Math.max(0, end - first))) yield;
      if (end <= first) continue;
      const instants = points.instants.slice(first, end);
      windows.push({ labels, instants, values: points.values.slice(first, end), from, to });
    }
    return windows;
  }

  return {
    spanMs,
    shifted,
    stepMs: (step) => (step === null ? options.subqueryStepMs : positiveMs(step)),
    firstStep: (from, stepMs) => {
      const first = Math.ceil(from / stepMs) * stepMs;
      return first === from && !options.closedWindows ? first + stepMs : first;
    },
    *instant(selector, at) {
      const to = shifted(selector, at);
      const oldest = to - options.lookbackMs;
      const vector: VectorSample[] = [];
      for (const { labels, points, stale } of fetched.get(selector) ?? []) {
        if (work.touch()) yield;
        const index = points.countUntil(to) - 1;
        const sampleAt = points.instants[index] ?? Number.NEGATIVE_INFINITY;
        if (sampleAt < oldest || (sampleAt === oldest && !options.closedWindows) || stale.has(index))
          continue;
        vector.push({ labels, at: sampleAt, value: points.values[index] ?? Number.NaN });
      }
      return vector;
    },
    *windows(selector, range, at) {
      const to = shifted(selector, at);
      return yield* within(fetched.get(selector) ?? [], to - positiveMs(range), to);
    },
    within,
  };
}
