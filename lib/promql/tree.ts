import type { SyntaxNode } from '@lezer/common';

import type { AggregateOp, Expr, NumberLiteral, StringLiteral } from './ast.ts';
import { quoteText } from './go-quote.ts';
import { readNumber } from './literal.ts';
import {
  childrenOf,
  failAt,
  MAX_DEPTH,
  TOO_DEEP,
  placeOfNode,
  readLabels,
  required,
  stringAt,
  textOf,
  type Source,
} from './node.ts';
import { readOperation } from './operators.ts';
import { readSelector } from './selector.ts';
import { signatureOf } from './signature.ts';

const PARAMETERS: ReadonlySet<string> = new Set([
  'topk',
  'bottomk',
  'quantile',
  'count_values',
  'limitk',
  'limit_ratio',
]);

const readLiteral = (node: SyntaxNode, source: Source): NumberLiteral => {
  const text = textOf(node, source).replace(/^[+-](?:\s|#.*\n)*/, '');
  const read = readNumber(text);
  if ('error' in read) return failAt(read.error, node, source);
  const place = source.placeOf(node.to - text.length, node.to);
  return { kind: 'number', place, value: read.value, unit: /^[0-9].*[smhdwy]$/.test(text) };
};

const readArguments = (body: SyntaxNode, source: Source, depth: number): Expr[] =>
  childrenOf(body).map((argument) => readExpr(argument, source, depth));

const readCall = (node: SyntaxNode, source: Source, depth: number): Expr => {
  const [identifier, body] = childrenOf(node);
  const name = textOf(required(identifier, node), source);
  const args = readArguments(required(body, node), source, depth);
  const signature = signatureOf(name);
  if (signature === null)
    failAt(`unknown function with name ${quoteText(name)}`, required(identifier, node), source);
  else if (signature.experimental && !source.experimental)
    failAt(`function ${quoteText(name)} is not enabled`, required(identifier, node), source);
  return { kind: 'call', place: placeOfNode(node, source), name, args };
};

const AGGREGATORS: ReadonlyMap<string, AggregateOp> = new Map<string, AggregateOp>(
  (
    [
      'sum',
      'avg',
      'min',
      'max',
      'count',
      'group',
      'stddev',
      'stdvar',
      'topk',
      'bottomk',
      'quantile',
      'count_values',
      'limitk',
      'limit_ratio',
    ] as const
  ).map((op) => [op, op]),
);

const readAggregate = (node: SyntaxNode, source: Source, depth: number): Expr => {
  const operator = required(node.getChild('AggregateOp'), node);
  const op = AGGREGATORS.get(textOf(operator, source).toLowerCase());
  if (op === undefined) throw new Error(`the grammar's aggregator ${textOf(operator, source)} is not known`);
  const modifier = node.getChild('AggregateModifier');
  const args = readArguments(required(node.getChild('FunctionCallBody'), node), source, depth);
  const labels = modifier?.getChild('GroupingLabels') ?? null;
  const parameter = PARAMETERS.has(op);
  const wanted = parameter ? 2 : 1;
  const expr = args[wanted - 1];
  if (args.length === 0) return failAt('no arguments for aggregate expression provided', node, source);
  if (args.length !== wanted || expr === undefined)
    return failAt(
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
      node,
      source,
    );
  return {
    kind: 'aggregate',
    place: placeOfNode(node, source),
    op,
    param: parameter ? (args[0] ?? null) : null,
    expr,
    without: modifier?.getChild('Without') != null,
    grouping: labels === null ? [] : readLabels(labels, source),
  };
};

const readText = (node: SyntaxNode, source: Source): StringLiteral => ({
  kind: 'string',
  place: placeOfNode(node, source),
  value: stringAt(node, source),
});

const readParen = (node: SyntaxNode, source: Source, depth: number): Expr => ({
  kind: 'paren',
  place: placeOfNode(node, source),
  expr: readExpr(required(childrenOf(node)[0], node), source, depth),
});

/** An expression that no operator parts. */
const readOperand = (node: SyntaxNode, source: Source, depth: number): Expr => {
  switch (node.name) {
    case 'NumberDurationLiteral':
      return readLiteral(node, source);
    case 'StringLiteral':
      return readText(node, source);
    case 'VectorSelector':
      return readSelector(node, source);
    case 'ParenExpr':
      return readParen(node, source, depth);
    case 'FunctionCall':
      return readCall(node, source, depth);
    case 'AggregateExpr':
      return readAggregate(node, source, depth);
    case 'AnchoredExpr':
      return failAt('anchored modifier is experimental and not enabled', node, source);
    case 'SmoothedExpr':
      return failAt('smoothed modifier is experimental and not enabled', node, source);
    default:
      throw new Error(`the grammar's ${node.name} is not known`);
  }
};

/** Turns a node of the grammar's tree into an expression; from left to right, so that the first fault found is the one Prometheus names. */
export const readExpr = (node: SyntaxNode, source: Source, outerDepth = 0): Expr => {
  const depth = outerDepth + 1;
  if (depth > MAX_DEPTH) return failAt(TOO_DEEP, node, source);
  return readOperation(node, source, (operand) => readOperand(operand, source, depth));
};
