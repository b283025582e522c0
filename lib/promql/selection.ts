import type { Labels } from '#lib/model/labels.ts';
import type { Sample, SeriesPoints } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';

import type { DurationExpr, Expr, TimeShift, VectorSelector } from './ast.ts';
import { durationMs } from './duration.ts';
import { PromqlEvalError } from './error.ts';
import type { EvalOptions, Queryable, VectorSample } from './value.ts';

/** The instants a query is asked for. */
export interface QuerySteps {
  readonly from: Ms;
  readonly to: Ms;
  readonly stepMs: Ms;
}

/** The samples of a series in `(from, to]`. */
export interface Window {
  readonly labels: Labels;
  readonly samples: readonly Pick<Sample, 'at' | 'value'>[];
  readonly from: Ms;
  readonly to: Ms;
}

/** The series of a query's selectors, each fetched once for the whole query. */
export interface Selection {
  /** Newest sample of each series that is not older than the lookback. */
  instant(selector: VectorSelector, at: Ms): VectorSample[];
  /** Samples of each series that has some in the range before `at`. */
  windows(selector: VectorSelector, range: DurationExpr, at: Ms): Window[];
  /** Milliseconds of a span of this query. */
  spanMs(span: DurationExpr): Ms;
  /** Where an evaluation instant is moved by `offset` and `@`. */
  shifted(shift: TimeShift, at: Ms): Ms;
  /** Of a subquery. */
  stepMs(step: DurationExpr | null): Ms;
  /** The inner instants of a subquery's window: multiples of the step. */
  firstStep(from: Ms, stepMs: Ms): Ms;
}

/** First index whose sample is later than `at`, or at it when `inclusive`. */
const firstAfter = (samples: readonly Sample[], at: Ms, inclusive: boolean): number => {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const sampleAt = samples[middle]?.at ?? 0;
    if (sampleAt > at || (inclusive && sampleAt === at)) high = middle;
    else low = middle + 1;
  }
  return low;
};

export const createSelection = (
  expr: Expr,
  queryable: Queryable,
  steps: QuerySteps,
  options: EvalOptions,
): Selection => {
  const fetched = new Map<VectorSelector, readonly SeriesPoints[]>();
  let touched = 0;

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

  /** The only place that knows which ends of a window belong to it. */
  const firstInside = (samples: readonly Sample[], from: Ms): number =>
    firstAfter(samples, from, options.closedWindows);

  const fetch = (selector: VectorSelector, from: Ms, to: Ms): readonly SeriesPoints[] => {
    const series = queryable.select(selector.matchers, from, to);
    for (const one of series) touched += one.samples.length;
    if (touched > options.maxSamples)
      throw new PromqlEvalError(
        'query processing would load too many samples into memory in query execution',
      );
    return series;
  };

  /** Ranges hold no markers. */
  const withoutMarkers = ({ labels, samples }: SeriesPoints): SeriesPoints =>
    samples.some((sample) => sample.stale)
      ? { labels, samples: samples.filter((sample) => !sample.stale) }
      : { labels, samples };

  /** Fetches what each selector below can be asked for when the expression is evaluated in `[from, to]`. */
  const prepare = (node: Expr, from: Ms, to: Ms): void => {
    switch (node.kind) {
      case 'number':
      case 'string':
        return;
      case 'selector':
        fetched.set(node, fetch(node, shifted(node, from) - options.lookbackMs, shifted(node, to)));
        return;
      case 'matrix':
        fetched.set(
          node.selector,
          fetch(
            node.selector,
            shifted(node.selector, from) - positiveMs(node.range),
            shifted(node.selector, to),
          ).map(withoutMarkers),
        );
        return;
      case 'subquery':
        return prepare(node.expr, shifted(node, from) - positiveMs(node.range), shifted(node, to));
      case 'paren':
      case 'unary':
        return prepare(node.expr, from, to);
      case 'binary':
        prepare(node.left, from, to);
        return prepare(node.right, from, to);
      case 'call':
        return node.args.forEach((argument) => prepare(argument, from, to));
      case 'aggregate':
        if (node.param !== null) prepare(node.param, from, to);
        return prepare(node.expr, from, to);
    }
  };
  prepare(expr, steps.from, steps.to);

  return {
    spanMs,
    shifted,
    stepMs: (step) => (step === null ? options.subqueryStepMs : positiveMs(step)),
    firstStep: (from, stepMs) => {
      const first = Math.ceil(from / stepMs) * stepMs;
      return first === from && !options.closedWindows ? first + stepMs : first;
    },
    instant(selector, at) {
      const to = shifted(selector, at);
      const vector: VectorSample[] = [];
      for (const { labels, samples } of fetched.get(selector) ?? []) {
        const index = firstAfter(samples, to, false) - 1;
        const sample = samples[index];
        if (sample === undefined || sample.stale || index < firstInside(samples, to - options.lookbackMs))
          continue;
        vector.push({ labels, at: sample.at, value: sample.value });
      }
      return vector;
    },
    windows(selector, range, at) {
      const to = shifted(selector, at);
      const from = to - positiveMs(range);
      const windows: Window[] = [];
      for (const { labels, samples } of fetched.get(selector) ?? []) {
        const inside = samples.slice(firstInside(samples, from), firstAfter(samples, to, false));
        if (inside.length > 0) windows.push({ labels, samples: inside, from, to });
      }
      return windows;
    },
  };
};
