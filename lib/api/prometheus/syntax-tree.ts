import type { DurationExpr, Expr, TimeShift, ValueType, VectorSelector } from '#lib/promql/ast.ts';
import { chainOf, isSetOp } from '#lib/promql/ast.ts';
import { typeOf } from '#lib/promql/check.ts';
import { durationMs } from '#lib/promql/duration.ts';
import { formatPlain } from '#lib/promql/format-value.ts';
import { MAX_DEPTH, TOO_DEEP } from '#lib/promql/node.ts';
import { signatureOf } from '#lib/promql/signature.ts';
import type { Matcher } from '#lib/promql/matcher.ts';

import { invalidParameter } from './envelope.ts';

const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  'instant vector': 'vector',
  'range vector': 'matrix',
};
const CARDINALITIES = { left: 'many-to-one', right: 'one-to-many' } as const;

/** A span in milliseconds; what depends on the query's instants is 0 until it runs. */
const span = (duration: DurationExpr | null): number =>
  duration === null ? 0 : durationMs(duration, { stepMs: 0, rangeMs: 0 });

const shiftOf = ({ offset, at }: TimeShift): object => ({
  offset: span(offset),
  timestamp: typeof at === 'object' && at !== null ? at.at : null,
  startOrEnd: typeof at === 'string' ? at : null,
});
const matchersOf = (matchers: readonly Matcher[]): object[] =>
  matchers.map(({ name, op, value }) => ({ name, value, type: op }));
const selectorOf = (selector: VectorSelector): object => ({
  name: selector.name,
  ...shiftOf(selector),
  matchers: matchersOf(selector.matchers),
});

const matchingOf = (expr: Extract<Expr, { kind: 'binary' }>): object | null => {
  if (typeOf(expr.left) === 'scalar' || typeOf(expr.right) === 'scalar') return null;
  const { many, labels, on, include } = expr.matching;
  const card = isSetOp(expr.op) ? 'many-to-many' : many === null ? 'one-to-one' : CARDINALITIES[many];
  return { card, labels, on, include };
};

/** An expression as the tree that `/api/v1/parse_query` answers (Prometheus documentation, "HTTP API": parsing PromQL). */
export const syntaxTree = (expr: Expr): object => {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: formatPlain(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'selector':
      return { type: 'vectorSelector', ...selectorOf(expr) };
    case 'matrix':
      return { type: 'matrixSelector', ...selectorOf(expr.selector), range: span(expr.range) };
    case 'subquery':
      return {
        type: 'subquery',
        expr: syntaxTree(expr.expr),
        range: span(expr.range),
        step: span(expr.step),
        ...shiftOf(expr),
      };
    case 'paren':
      return { type: 'parenExpr', expr: syntaxTree(expr.expr) };
    case 'unary':
      return { type: 'unaryExpr', op: expr.op, expr: syntaxTree(expr.expr) };
    case 'binary': {
      const { first, operations } = chainOf(expr);
      if (operations.length > MAX_DEPTH) throw invalidParameter('query', TOO_DEEP); // JSON as deep as that can hardly be read
      return operations.reduce(
        (lhs, operation) => ({
          type: 'binaryExpr',
          op: operation.op,
          lhs,
          rhs: syntaxTree(operation.right),
          matching: matchingOf(operation),
          bool: operation.bool,
        }),
        syntaxTree(first),
      );
    }
    case 'call': {
      const signature = signatureOf(expr.name);
      return {
        type: 'call',
        func: {
          name: expr.name,
          argTypes: (signature?.args ?? []).map((type) => TYPE_NAMES[type]),
          variadic: signature?.variadic ?? 0,
          returnType: TYPE_NAMES[signature?.returns ?? 'instant vector'],
        },
        args: expr.args.map(syntaxTree),
      };
    }
    case 'aggregate':
      return {
        type: 'aggregation',
        op: expr.op,
        expr: syntaxTree(expr.expr),
        param: expr.param === null ? null : syntaxTree(expr.param),
        grouping: expr.grouping,
        without: expr.without,
      };
  }
};
