import { PointColumns } from '#lib/model/points.ts';
import type { Ms } from '#lib/model/time.ts';

import { createAnnotations } from './annotations.ts';
import { unwrapParens, type Expr } from './ast.ts';
import { typeOf } from './check.ts';
import { PromqlEvalError } from './error.ts';
import { Evaluator } from './evaluate.ts';
import { GrowingMatrix } from './growing-matrix.ts';
import { compareLabels } from './label-set.ts';
import { select, type QuerySteps } from './selection.ts';
import type { EvalOptions, Queryable, QueryResult, QueryValue, VectorSample } from './value.ts';
import { finish, sortSliced, Work, type Sliced } from './work.ts';

type MatrixValue = Extract<QueryValue, { type: 'matrix' }>;

const DEFAULTS: EvalOptions = {
  lookbackMs: 300_000,
  maxSamples: 50_000_000,
  onHeld: () => undefined,
  onPhase: () => undefined,
  alongside: null,
  subqueryStepMs: 60_000,
  closedWindows: false,
};

function* sortSeries({ type, series }: MatrixValue, work: Work): Sliced<MatrixValue> {
  return { type, series: yield* sortSliced(series, (a, b) => compareLabels(a.labels, b.labels), work) };
}

function* answer(
  expr: Expr,
  queryable: Queryable,
  steps: QuerySteps,
  given: Partial<EvalOptions>,
  calculate: (evaluator: Evaluator) => Sliced<QueryValue>,
): Sliced<QueryResult> {
  const options = { ...DEFAULTS, ...given };
  const notes = createAnnotations();
  const work = new Work(options.maxSamples, options.onHeld);
  const selection = yield* select(expr, queryable, steps, options, work);
  options.onPhase('evaluate');
  const evaluator = new Evaluator(selection, notes, work, options.alongside);
  const unsorted = yield* calculate(evaluator);
  options.onPhase('sort');
  const value = unsorted.type === 'matrix' ? yield* sortSeries(unsorted, work) : unsorted;
  const alongside = yield* evaluator.alongside.sorted();
  return { value, alongside, warnings: notes.warnings(), infos: notes.infos(), work };
}

function* instantValue(expr: Expr, at: Ms, evaluator: Evaluator): Sliced<QueryValue> {
  switch (typeOf(expr)) {
    case 'scalar':
      return { type: 'scalar', at, value: yield* evaluator.scalar(expr, at) };
    case 'string': {
      const inner = unwrapParens(expr);
      return { type: 'string', at, value: inner.kind === 'string' ? inner.value : '' };
    }
    case 'instant vector': {
      const vector = yield* evaluator.vector(expr, at);
      return { type: 'vector', samples: vector.map((sample) => ({ ...sample, at })) };
    }
    case 'range vector': {
      const windows = yield* evaluator.windows(expr, at);
      const series = windows.map(({ labels, instants, values }) => {
        const points = new PointColumns();
        instants.forEach((instant, i) => points.push(instant, values[i] ?? Number.NaN));
        return { labels, points };
      });
      return { type: 'matrix', series };
    }
  }
}

/**
 * Answers a query at one instant (Prometheus documentation, "HTTP API": instant queries), in slices.
 * @throws PromqlEvalError where the samples found allow no answer
 */
export const instantQuery = (
  expr: Expr,
  queryable: Queryable,
  at: Ms,
  options: Partial<EvalOptions> = {},
): Sliced<QueryResult> =>
  answer(expr, queryable, { from: at, to: at, stepMs: 0 }, options, (evaluator) =>
    instantValue(expr, at, evaluator),
  );

function* rangeValue(
  expr: Expr,
  { from, to, stepMs }: QuerySteps,
  evaluator: Evaluator,
): Sliced<MatrixValue> {
  const { work } = evaluator;
  const isScalar = typeOf(expr) === 'scalar';
  const matrix = new GrowingMatrix(work);
  for (let at = from; at <= to; at += stepMs) {
    const samples: readonly Pick<VectorSample, 'labels' | 'value'>[] = isScalar
      ? [{ labels: {}, value: yield* evaluator.scalar(expr, at) }]
      : yield* evaluator.vector(expr, at);
    work.endStep();
    if (work.touch()) yield;
    yield* matrix.add(samples, at);
  }
  return { type: 'matrix', series: [...matrix.series] };
}

/**
 * Answers a query at `from`, `from + stepMs`, … up to `to` (Prometheus documentation, "HTTP API": range queries), in slices; series sorted by labels.
 * @throws PromqlEvalError where the samples found allow no answer
 */
export const rangeQuery = (
  expr: Expr,
  queryable: Queryable,
  from: Ms,
  to: Ms,
  stepMs: Ms,
  options: Partial<EvalOptions> = {},
): Sliced<QueryResult> => {
  const type = typeOf(expr);
  if (type !== 'scalar' && type !== 'instant vector')
    throw new PromqlEvalError(
      `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
    );
  if (!(stepMs > 0))
    throw new PromqlEvalError(
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  const steps = { from, to, stepMs };
  return answer(expr, queryable, steps, options, (evaluator) => rangeValue(expr, steps, evaluator));
};

/** An instant query in one go. @throws PromqlEvalError where the samples found allow no answer */
export const evalInstant = (...asked: Parameters<typeof instantQuery>): QueryResult =>
  finish(instantQuery(...asked));

/** A range query in one go. @throws PromqlEvalError where the samples found allow no answer */
export const evalRange = (...asked: Parameters<typeof rangeQuery>): QueryResult =>
  finish(rangeQuery(...asked));
