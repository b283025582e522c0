import type { Labels } from '#lib/model/labels.ts';
import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';

import { aggregate, grouping } from './aggregate.ts';
import type { Annotations } from './annotations.ts';
import {
  isSetOp,
  unwrapParens,
  type Aggregate,
  type Binary,
  type Call,
  type Expr,
  type Subquery,
  type Unary,
} from './ast.ts';
import { matchingLabels, operateNumbers, operateScalar, operateSets, operateVectors } from './binary.ts';
import type { CallInput } from './call.ts';
import { typeOf } from './check.ts';
import { PromqlEvalError } from './error.ts';
import { SCALAR_FUNCTIONS, VECTOR_FUNCTIONS } from './functions.ts';
import { keyOf, withoutName } from './label-set.ts';
import type { Selection, Window } from './selection.ts';
import type { VectorSample } from './value.ts';

type Vector = readonly VectorSample[];

const refuseTwins = (vector: Vector): Vector => {
  if (vector.length > 1 && new Set(vector.map(({ labels }) => keyOf(labels))).size < vector.length)
    throw new PromqlEvalError('vector cannot contain metrics with the same labelset');
  return vector;
};

const stringOf = (expr: Expr): string => {
  const inner = unwrapParens(expr);
  return inner.kind === 'string' ? inner.value : '';
};

/**
 * Works expressions out one instant at a time, over plain arrays: slow, and plain enough to be seen to be right. What it keeps between instants
 * never changes a result: the samples of selectors, the inner results of subqueries, the labels that groups and matches go by.
 */
export class Evaluator {
  private readonly selection: Selection;
  private readonly notes: Annotations;
  private readonly inner = new Map<Subquery, Map<Ms, Vector>>();
  private readonly labelsBy = new Map<Expr, (labels: Labels) => Labels>();

  constructor(selection: Selection, notes: Annotations) {
    this.selection = selection;
    this.notes = notes;
  }

  /** Of a scalar expression. */
  scalar(expr: Expr, at: Ms): number {
    switch (expr.kind) {
      case 'number':
        return expr.value;
      case 'paren':
        return this.scalar(expr.expr, at);
      case 'unary': {
        const value = this.scalar(expr.expr, at);
        return expr.op === '-' ? -value : value;
      }
      case 'binary': {
        if (isSetOp(expr.op)) break;
        return operateNumbers(expr.op, this.scalar(expr.left, at), this.scalar(expr.right, at));
      }
      case 'call': {
        const calculate = SCALAR_FUNCTIONS[expr.name];
        if (calculate !== undefined) return calculate(this.input(expr, at));
      }
    }
    throw new Error(`${expr.kind} is no scalar`);
  }

  /** Of an expression that yields an instant vector. */
  vector(expr: Expr, at: Ms): Vector {
    switch (expr.kind) {
      case 'selector':
        return this.selection.instant(expr, at);
      case 'paren':
        return this.vector(expr.expr, at);
      case 'unary':
        return this.unary(expr, at);
      case 'binary':
        return this.binary(expr, at);
      case 'call':
        return this.call(expr, at);
      case 'aggregate':
        return this.aggregate(expr, at);
      default:
        throw new Error(`${expr.kind} is no instant vector`);
    }
  }

  /** Of an expression that yields a range vector. */
  windows(expr: Expr, at: Ms): readonly Window[] {
    const inner = unwrapParens(expr);
    if (inner.kind === 'matrix') return this.selection.windows(inner.selector, inner.range, at);
    if (inner.kind === 'subquery') return this.subquery(inner, at);
    throw new Error(`${inner.kind} is no range vector`);
  }

  private unary(expr: Unary, at: Ms): Vector {
    const vector = this.vector(expr.expr, at);
    if (expr.op === '+') return vector;
    return refuseTwins(
      vector.map(({ labels, value }) => ({ labels: withoutName(labels), at, value: -value })),
    );
  }

  private binary(expr: Binary, at: Ms): Vector {
    const { op, left, right } = expr;
    const leftScalar = typeOf(left) === 'scalar';
    if (isSetOp(op))
      return refuseTwins(
        operateSets(op, this.vector(left, at), this.vector(right, at), this.matchingOf(expr), at),
      );
    if (leftScalar || typeOf(right) === 'scalar') {
      const [vector, scalar] = leftScalar ? [right, left] : [left, right];
      return refuseTwins(
        operateScalar(expr, op, this.vector(vector, at), this.scalar(scalar, at), leftScalar, at),
      );
    }
    const [x, y] = [this.vector(left, at), this.vector(right, at)];
    return refuseTwins(operateVectors(expr, op, x, y, this.matchingOf(expr), at));
  }

  private call(expr: Call, at: Ms): Vector {
    const calculate = VECTOR_FUNCTIONS[expr.name];
    if (calculate === undefined) throw new Error(`no function ${expr.name}`);
    return refuseTwins(calculate(this.input(expr, at)));
  }

  private aggregate(node: Aggregate, at: Ms): Vector {
    const { param } = node;
    const parameter =
      param === null ? 0 : typeOf(param) === 'string' ? stringOf(param) : this.scalar(param, at);
    const vector = this.vector(node.expr, at);
    return aggregate({
      node,
      at,
      vector,
      parameter,
      groupOf: this.kept(node, () => grouping(node)),
      notes: this.notes,
    });
  }

  private matchingOf(expr: Binary): (labels: Labels) => Labels {
    return this.kept(expr, () => matchingLabels(expr.matching));
  }

  private kept(expr: Expr, make: () => (labels: Labels) => Labels): (labels: Labels) => Labels {
    const known = this.labelsBy.get(expr) ?? make();
    this.labelsBy.set(expr, known);
    return known;
  }

  private input(call: Call, at: Ms): CallInput {
    const scalars: number[] = [];
    const strings: string[] = [];
    const vectors: Vector[] = [];
    let windows: readonly Window[] = [];
    for (const argument of call.args)
      switch (typeOf(argument)) {
        case 'scalar':
          scalars.push(this.scalar(argument, at));
          break;
        case 'string':
          strings.push(stringOf(argument));
          break;
        case 'instant vector':
          vectors.push(this.vector(argument, at));
          break;
        case 'range vector':
          windows = this.windows(argument, at);
      }
    return { call, at, scalars, strings, vectors, windows, notes: this.notes };
  }

  /** The inner expression at each multiple of the step inside the window. */
  private subquery(node: Subquery, at: Ms): Window[] {
    const to = this.selection.shifted(node, at);
    const from = to - this.selection.spanMs(node.range);
    const stepMs = this.selection.stepMs(node.step);
    const series = new Map<
      string,
      { readonly labels: Labels; readonly samples: Pick<Sample, 'at' | 'value'>[] }
    >();
    for (let step = this.selection.firstStep(from, stepMs); step <= to; step += stepMs)
      for (const { labels, value } of this.innerVector(node, step)) {
        const key = keyOf(labels);
        const one = series.get(key) ?? { labels, samples: [] };
        one.samples.push({ at: step, value });
        series.set(key, one);
      }
    return [...series.values()].map(({ labels, samples }) => ({ labels, samples, from, to }));
  }

  private innerVector(node: Subquery, at: Ms): Vector {
    const results = this.inner.get(node) ?? new Map<Ms, Vector>();
    this.inner.set(node, results);
    const known = results.get(at) ?? this.vector(node.expr, at);
    results.set(at, known);
    return known;
  }
}
