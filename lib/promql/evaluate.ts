import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

import { aggregate, grouping } from './aggregate.ts';
import type { Annotations } from './annotations.ts';
import {
  chainOf,
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
import { inPieces, type CallInput } from './call.ts';
import { typeOf } from './check.ts';
import { PromqlEvalError } from './error.ts';
import { SCALAR_FUNCTIONS, SAMPLE_FUNCTIONS, WHOLE_FUNCTIONS } from './functions.ts';
import { GrowingMatrix } from './growing-matrix.ts';
import { keyOf, withoutName } from './label-set.ts';
import type { Selection, Window } from './selection.ts';
import type { VectorSample } from './value.ts';
import type { Sliced, Work } from './work.ts';

type Vector = readonly VectorSample[];
/** A number is a scalar's. */
type Operand = number | Vector;

const stringOf = (expr: Expr): string => {
  const inner = unwrapParens(expr);
  return inner.kind === 'string' ? inner.value : '';
};

/** What a subquery's inner expression gave so far. */
interface Inner {
  readonly matrix: GrowingMatrix;
  /** The first inner instant that was not asked for yet. */
  next: Ms;
}

/**
 * Works expressions out one instant at a time, plain enough to be seen to be right; instants must rise. What it keeps between them never
 * changes a result: the samples of selectors, the inner results of subqueries, the labels that groups and matches go by. It yields where it
 * can be put down.
 */
export class Evaluator {
  private readonly selection: Selection;
  private readonly notes: Annotations;
  readonly work: Work;
  private readonly inner = new Map<Subquery, Inner>();
  private readonly labelsBy = new Map<Expr, (labels: Labels) => Labels>();
  /** How many subqueries are around what is worked out: only what is outside of all is counted as read. */
  private depth = 0;

  private readonly watched: Expr | null;
  /** What the watched part gave at each instant. */
  readonly alongside: GrowingMatrix;

  /** @param watched a part of the expression whose values are wanted too */
  constructor(selection: Selection, notes: Annotations, work: Work, watched: Expr | null) {
    this.selection = selection;
    this.notes = notes;
    this.work = work;
    this.watched = watched;
    this.alongside = new GrowingMatrix(work);
  }

  /** Of a scalar expression. */
  *scalar(expr: Expr, at: Ms): Sliced<number> {
    switch (expr.kind) {
      case 'number':
        return expr.value;
      case 'paren':
        return yield* this.scalar(expr.expr, at);
      case 'unary': {
        const value = yield* this.scalar(expr.expr, at);
        return expr.op === '-' ? -value : value;
      }
      case 'binary': {
        const number = yield* this.chain(expr, at);
        if (typeof number === 'number') return number;
        break;
      }
      case 'call': {
        const calculate = SCALAR_FUNCTIONS[expr.name];
        if (calculate !== undefined) return calculate(yield* this.input(expr, at));
      }
    }
    throw new Error(`${expr.kind} is no scalar`);
  }

  /** Of an expression that yields an instant vector. */
  *vector(expr: Expr, at: Ms): Sliced<Vector> {
    const vector = yield* this.vectorOf(expr, at);
    if (expr === this.watched) yield* this.alongside.add(vector, at);
    return vector;
  }

  private *vectorOf(expr: Expr, at: Ms): Sliced<Vector> {
    switch (expr.kind) {
      case 'selector': {
        const vector = yield* this.selection.instant(expr, at);
        this.took(at, vector.length);
        return vector;
      }
      case 'paren':
        return yield* this.vector(expr.expr, at);
      case 'unary':
        return yield* this.unary(expr, at);
      case 'binary': {
        const vector = yield* this.chain(expr, at);
        if (typeof vector === 'number') break;
        return vector;
      }
      case 'call':
        return yield* this.call(expr, at);
      case 'aggregate':
        return yield* this.aggregate(expr, at);
    }
    throw new Error(`${expr.kind} is no instant vector`);
  }

  /** Of an expression that yields a range vector. */
  *windows(expr: Expr, at: Ms): Sliced<readonly Window[]> {
    const inner = unwrapParens(expr);
    if (inner.kind !== 'matrix' && inner.kind !== 'subquery')
      throw new Error(`${inner.kind} is no range vector`);
    const windows =
      inner.kind === 'matrix'
        ? yield* this.selection.windows(inner.selector, inner.range, at)
        : yield* this.subquery(inner, at);
    this.took(
      at,
      windows.reduce((sum, { values }) => sum + values.length, 0),
    );
    return windows;
  }

  private took(at: Ms, samples: number): void {
    this.work.lend(samples);
    if (this.depth === 0) this.work.count(at, samples);
  }

  private *refuseTwins(vector: Vector): Sliced<Vector> {
    if (vector.length < 2) return vector;
    const keys = new Set<string>();
    for (const { labels } of vector) {
      if (this.work.touch()) yield;
      keys.add(keyOf(labels));
    }
    if (keys.size < vector.length)
      throw new PromqlEvalError('vector cannot contain metrics with the same labelset');
    return vector;
  }

  private *unary(expr: Unary, at: Ms): Sliced<Vector> {
    const vector = yield* this.vector(expr.expr, at);
    if (expr.op === '+') return vector;
    const negated: VectorSample[] = [];
    for (const { labels, value } of vector) {
      if (this.work.touch()) yield;
      negated.push({ labels: withoutName(labels), at, value: -value });
    }
    return yield* this.refuseTwins(negated);
  }

  /** Of a binary expression, its operations one after another. */
  private *chain(expr: Binary, at: Ms): Sliced<Operand> {
    const { first, operations } = chainOf(expr);
    let left = yield* this.operand(first, at);
    for (const operation of operations) {
      left = yield* this.operate(operation, left, yield* this.operand(operation.right, at), at);
      if (operation === this.watched && operation !== expr && typeof left !== 'number')
        yield* this.alongside.add(left, at);
    }
    return left;
  }

  private *operand(expr: Expr, at: Ms): Sliced<Operand> {
    return typeOf(expr) === 'scalar' ? yield* this.scalar(expr, at) : yield* this.vector(expr, at);
  }

  private *operate(expr: Binary, left: Operand, right: Operand, at: Ms): Sliced<Operand> {
    const { op } = expr;
    if (isSetOp(op)) {
      if (typeof left === 'number' || typeof right === 'number') throw new Error(`${op} of a scalar`);
      const sets = yield* operateSets(op, left, right, this.matchingOf(expr), at, this.work);
      return yield* this.refuseTwins(sets);
    }
    if (typeof left === 'number')
      return typeof right === 'number'
        ? operateNumbers(op, left, right)
        : yield* this.refuseTwins(yield* operateScalar(expr, op, right, left, true, at, this.work));
    if (typeof right === 'number')
      return yield* this.refuseTwins(yield* operateScalar(expr, op, left, right, false, at, this.work));
    const matched = yield* operateVectors(expr, op, left, right, this.matchingOf(expr), at, this.work);
    return yield* this.refuseTwins(matched);
  }

  private *call(expr: Call, at: Ms): Sliced<Vector> {
    const input = yield* this.input(expr, at);
    const calculate = SAMPLE_FUNCTIONS[expr.name];
    const whole = WHOLE_FUNCTIONS[expr.name];
    if (calculate !== undefined) return yield* this.refuseTwins(yield* inPieces(input, calculate, this.work));
    if (whole === undefined) throw new Error(`no function ${expr.name}`);
    return yield* this.refuseTwins(yield* whole(input, this.work));
  }

  private *aggregate(node: Aggregate, at: Ms): Sliced<Vector> {
    const { param } = node;
    const parameter =
      param === null ? 0 : typeOf(param) === 'string' ? stringOf(param) : yield* this.scalar(param, at);
    const vector = yield* this.vector(node.expr, at);
    const groupOf = this.kept(node, () => grouping(node));
    return yield* aggregate({ node, at, vector, parameter, groupOf, notes: this.notes, work: this.work });
  }

  private matchingOf(expr: Binary): (labels: Labels) => Labels {
    return this.kept(expr, () => matchingLabels(expr.matching));
  }

  private kept(expr: Expr, make: () => (labels: Labels) => Labels): (labels: Labels) => Labels {
    const known = this.labelsBy.get(expr) ?? make();
    this.labelsBy.set(expr, known);
    return known;
  }

  private *input(call: Call, at: Ms): Sliced<CallInput> {
    const scalars: number[] = [];
    const strings: string[] = [];
    let vector: Vector = [];
    let windows: readonly Window[] = [];
    for (const argument of call.args)
      switch (typeOf(argument)) {
        case 'scalar':
          scalars.push(yield* this.scalar(argument, at));
          break;
        case 'string':
          strings.push(stringOf(argument));
          break;
        case 'instant vector':
          vector = yield* this.vector(argument, at);
          break;
        case 'range vector':
          windows = yield* this.windows(argument, at);
      }
    return { call, at, scalars, strings, vector, windows, notes: this.notes };
  }

  /** The inner expression at each multiple of the step inside the window. */
  private *subquery(node: Subquery, at: Ms): Sliced<Window[]> {
    const { selection } = this;
    const to = selection.shifted(node, at);
    const from = to - selection.spanMs(node.range);
    const stepMs = selection.stepMs(node.step);
    const inner = this.inner.get(node) ?? { matrix: new GrowingMatrix(this.work), next: from };
    this.inner.set(node, inner);
    this.depth += 1;
    for (let step = Math.max(inner.next, selection.firstStep(from, stepMs)); step <= to; step += stepMs) {
      yield* inner.matrix.add(yield* this.vector(node.expr, step), step);
      inner.next = step + stepMs;
    }
    this.depth -= 1;
    return yield* selection.within(inner.matrix.series, from, to);
  }
}
