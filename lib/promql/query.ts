import type { Ms } from '#lib/model/time.ts';

import { createAnnotations } from './annotations.ts';
import { unwrapParens, type Expr } from './ast.ts';
import { typeOf } from './check.ts';
import { PromqlEvalError } from './error.ts';
import { Evaluator } from './evaluate.ts';
import { compareLabels, keyOf } from './label-set.ts';
import { createSelection, type QuerySteps } from './selection.ts';
import type { EvalOptions, MatrixSeries, Queryable, QueryResult, QueryValue, VectorSample } from './value.ts';

const DEFAULTS: EvalOptions = {
  lookbackMs: 300_000,
  maxSamples: 50_000_000,
  subqueryStepMs: 60_000,
  closedWindows: false,
};

const answer = (
  expr: Expr,
  queryable: Queryable,
  steps: QuerySteps,
  options: Partial<EvalOptions>,
  calculate: (evaluator: Evaluator) => QueryValue,
): QueryResult => {
  const notes = createAnnotations();
  const selection = createSelection(expr, queryable, steps, { ...DEFAULTS, ...options });
  const value = calculate(new Evaluator(selection, notes));
  return { value, warnings: notes.warnings(), infos: notes.infos() };
};

/**
 * Answers a query at one instant (Prometheus documentation, "HTTP API": instant queries).
 * @throws PromqlEvalError where the samples found allow no answer
 */
export const evalInstant = (
  expr: Expr,
  queryable: Queryable,
  at: Ms,
  options: Partial<EvalOptions> = {},
): QueryResult =>
  answer(expr, queryable, { from: at, to: at, stepMs: 0 }, options, (evaluator): QueryValue => {
    switch (typeOf(expr)) {
      case 'scalar':
        return { type: 'scalar', at, value: evaluator.scalar(expr, at) };
      case 'string': {
        const inner = unwrapParens(expr);
        return { type: 'string', at, value: inner.kind === 'string' ? inner.value : '' };
      }
      case 'instant vector':
        return { type: 'vector', samples: evaluator.vector(expr, at).map((sample) => ({ ...sample, at })) };
      case 'range vector':
        return {
          type: 'matrix',
          series: evaluator
            .windows(expr, at)
            .map(({ labels, samples }) => ({
              labels,
              points: samples.map((sample) => ({ at: sample.at, value: sample.value })),
            }))
            .sort((a, b) => compareLabels(a.labels, b.labels)),
        };
    }
  });

type Points = { at: Ms; value: number }[];

/**
 * Answers a query at `from`, `from + stepMs`, … up to `to` (Prometheus documentation, "HTTP API": range queries); series sorted by labels.
 * @throws PromqlEvalError where the samples found allow no answer
 */
export const evalRange = (
  expr: Expr,
  queryable: Queryable,
  from: Ms,
  to: Ms,
  stepMs: Ms,
  options: Partial<EvalOptions> = {},
): QueryResult => {
  const type = typeOf(expr);
  if (type !== 'scalar' && type !== 'instant vector')
    throw new PromqlEvalError(
      `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
    );
  if (!(stepMs > 0))
    throw new PromqlEvalError(
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  return answer(expr, queryable, { from, to, stepMs }, options, (evaluator): QueryValue => {
    const series = new Map<string, { readonly labels: MatrixSeries['labels']; readonly points: Points }>();
    for (let at = from; at <= to; at += stepMs) {
      const samples: readonly Pick<VectorSample, 'labels' | 'value'>[] =
        type === 'scalar' ? [{ labels: {}, value: evaluator.scalar(expr, at) }] : evaluator.vector(expr, at);
      for (const { labels, value } of samples) {
        const key = keyOf(labels);
        const one: { readonly labels: MatrixSeries['labels']; readonly points: Points } = series.get(key) ?? {
          labels,
          points: [],
        };
        one.points.push({ at, value });
        series.set(key, one);
      }
    }
    return { type: 'matrix', series: [...series.values()].sort((a, b) => compareLabels(a.labels, b.labels)) };
  });
};
