import { chainOf } from '#lib/promql/ast.ts';
import type { Binary, ComparisonOp, Expr } from '#lib/promql/ast.ts';
import { PromqlError } from '#lib/promql/error.ts';
import { parsePromql } from '#lib/promql/promql.ts';

import type { CheckExpr } from './file.ts';

/** What is wrong with an expression; null: nothing. */
export const checkExpr: CheckExpr = (expr) => {
  try {
    parsePromql(expr);
    return null;
  } catch (cause) {
    if (cause instanceof PromqlError) return { text: cause.text, offset: cause.offset };
    throw cause;
  }
};

/** A value held against a number, as in `margin < 0`. */
export interface Comparison {
  /** What is compared: its series are what a chart of the rule shows. */
  readonly left: Expr;
  readonly op: ComparisonOp;
  readonly limit: number;
}

/** With the sides exchanged. */
const MIRRORED: Readonly<Record<ComparisonOp, ComparisonOp>> = {
  '==': '==',
  '!=': '!=',
  '>': '<',
  '<': '>',
  '>=': '<=',
  '<=': '>=',
};

const isComparison = (op: Binary['op']): op is ComparisonOp => op in MIRRORED;

const compute = (op: Binary['op'], left: number, right: number): number | null => {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '^':
      return left ** right;
    default:
      return null;
  }
};

/** The number that an expression is, when it is one without any series. */
const numberOf = (expr: Expr): number | null => {
  if (expr.kind === 'number') return expr.value;
  if (expr.kind === 'paren') return numberOf(expr.expr);
  if (expr.kind === 'unary') {
    const value = numberOf(expr.expr);
    return value === null || expr.op === '+' ? value : -value;
  }
  if (expr.kind !== 'binary') return null;
  const { first, operations } = chainOf(expr);
  let number = numberOf(first);
  for (const { op, right } of operations) {
    const other = number === null ? null : numberOf(right);
    number = number === null || other === null ? null : compute(op, number, other);
  }
  return number;
};

/**
 * The outermost comparison of an expression with a number; of `a > 1 and b`, whose values are those of `a > 1`, that of the left
 * side. Null: there is none, or it only marks with `bool` and does not choose.
 */
export const splitComparison = (whole: Expr): Comparison | null => {
  let expr = whole;
  while (expr.kind === 'paren' || (expr.kind === 'binary' && (expr.op === 'and' || expr.op === 'unless')))
    expr = expr.kind === 'paren' ? expr.expr : expr.left;
  if (expr.kind !== 'binary') return null;
  if (!isComparison(expr.op) || expr.bool) return null;
  const right = numberOf(expr.right);
  if (right !== null) return { left: expr.left, op: expr.op, limit: right };
  const left = numberOf(expr.left);
  return left === null ? null : { left: expr.right, op: MIRRORED[expr.op], limit: left };
};

/** What a rule's values are held against, as in `> 3`; null: no number, or no expression. */
export const limitText = (expr: string): string | null => {
  try {
    const comparison = splitComparison(parsePromql(expr));
    return comparison === null ? null : `${comparison.op} ${comparison.limit}`;
  } catch (cause) {
    if (cause instanceof PromqlError) return null;
    throw cause;
  }
};
