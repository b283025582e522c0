import type { Ms } from '#lib/model/time.ts';

import type { Matcher } from './matcher.ts';

/** Where a node stands in the query. `from` and `to` count UTF-16 units; line and column are Prometheus's: from 1, columns in bytes. */
export interface Place {
  readonly from: number;
  readonly to: number;
  readonly line: number;
  readonly column: number;
}

/** What an expression yields, in Prometheus's documented words. */
export type ValueType = 'scalar' | 'string' | 'instant vector' | 'range vector';

/** A span that is computed when the query runs: `5m * 2`, `step()`, `max_of(step(), 30s)`. Numbers are seconds. */
export type DurationExpr =
  | { readonly kind: 'seconds'; readonly seconds: number }
  | { readonly kind: 'step' }
  | { readonly kind: 'range' }
  | { readonly kind: 'negative'; readonly of: DurationExpr }
  | { readonly kind: 'group'; readonly of: DurationExpr }
  | {
      readonly kind: 'operation';
      readonly op: '+' | '-' | '*' | '/' | '%' | '^' | 'min_of' | 'max_of';
      readonly left: DurationExpr;
      readonly right: DurationExpr;
    };

/** The instant that `@` pins a selector to. */
export type AtModifier = { readonly at: Ms } | 'start' | 'end';

/** `offset` and `@` of a selector or subquery. */
export interface TimeShift {
  readonly offset: DurationExpr | null;
  readonly at: AtModifier | null;
}

export interface NumberLiteral {
  readonly kind: 'number';
  readonly place: Place;
  readonly value: number;
  /** Written with a unit, as in `1h30m`. */
  readonly unit: boolean;
}

export interface StringLiteral {
  readonly kind: 'string';
  readonly place: Place;
  readonly value: string;
}

export interface VectorSelector extends TimeShift {
  readonly kind: 'selector';
  readonly place: Place;
  /** The metric's name where it stands before the braces or quoted alone inside, else empty. `matchers` has it too. */
  readonly name: string;
  readonly matchers: readonly Matcher[];
}

export interface MatrixSelector {
  readonly kind: 'matrix';
  readonly place: Place;
  readonly selector: VectorSelector;
  readonly range: DurationExpr;
}

export interface Subquery extends TimeShift {
  readonly kind: 'subquery';
  readonly place: Place;
  readonly expr: Expr;
  readonly range: DurationExpr;
  readonly step: DurationExpr | null;
}

export interface Paren {
  readonly kind: 'paren';
  readonly place: Place;
  readonly expr: Expr;
}

export interface Unary {
  readonly kind: 'unary';
  readonly place: Place;
  readonly op: '+' | '-';
  readonly expr: Expr;
}

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOp = '==' | '!=' | '>' | '<' | '>=' | '<=';
export type SetOp = 'and' | 'or' | 'unless';
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp;

export interface VectorMatching {
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Which side may have several series per match: `group_left` makes it the left one. */
  readonly many: 'left' | 'right' | null;
  readonly include: readonly string[];
}

export interface Binary {
  readonly kind: 'binary';
  readonly place: Place;
  /** Of the operator itself. */
  readonly opPlace: Place;
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
  readonly bool: boolean;
  readonly matching: VectorMatching;
}

export interface Call {
  readonly kind: 'call';
  readonly place: Place;
  readonly name: string;
  readonly args: readonly Expr[];
}

export type AggregateOp =
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'quantile'
  | 'count_values'
  | 'limitk'
  | 'limit_ratio';

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly place: Place;
  readonly op: AggregateOp;
  readonly param: Expr | null;
  readonly expr: Expr;
  readonly without: boolean;
  readonly grouping: readonly string[];
}

export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Paren
  | Unary
  | Binary
  | Call
  | Aggregate;

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);
const SETS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

export const isComparison = (op: BinaryOp): op is ComparisonOp => COMPARISONS.has(op);
export const isSetOp = (op: BinaryOp): op is SetOp => SETS.has(op);

/** The expression without the parentheses around it. */
export const unwrapParens = (expr: Expr): Expr => (expr.kind === 'paren' ? unwrapParens(expr.expr) : expr);

/** `a + b - c` as its first operand and its operations in their order. */
export interface Chain {
  readonly first: Expr;
  readonly operations: readonly Binary[];
}

/**
 * Takes the left operands of a binary expression apart: there may be thousands in one another, more than can be walked by recursion.
 * The last operation is the expression itself.
 */
export const chainOf = (expr: Binary): Chain => {
  const operations: Binary[] = [];
  let first: Expr = expr;
  for (; first.kind === 'binary'; first = first.left) operations.push(first);
  return { first, operations: operations.reverse() };
};
