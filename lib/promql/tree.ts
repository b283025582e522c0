import type { SyntaxNode } from '@lezer/common';

import type {
  AggregateOp,
  Binary,
  BinaryOp,
  Expr,
  NumberLiteral,
  Place,
  StringLiteral,
  VectorMatching,
} from './ast.ts';
import { PromqlError } from './error.ts';
import { quoteText } from './go-quote.ts';
import { readNumber } from './literal.ts';
import { childrenOf, failAt, placeOfNode, required, stringAt, textOf, type Source } from './node.ts';
import { readMatrix, readOffset, readAt, readSelector, readSubquery } from './selector.ts';
import { signatureOf } from './signature.ts';

/** Deeper queries are refused: reading, checking and answering them recurse. */
const MAX_DEPTH = 400;

const PARAMETERS: ReadonlySet<string> = new Set([
  'topk',
  'bottomk',
  'quantile',
  'count_values',
  'limitk',
  'limit_ratio',
]);

const readLiteral = (node: SyntaxNode, source: Source): NumberLiteral => {
  const text = textOf(node, source);
  const bare = text.replace(/^[+-]\s*(?:#.*\n\s*)*/, '');
  const read = readNumber(bare);
  if ('error' in read) return failAt(read.error, node, source);
  const value = text.startsWith('-') ? -read.value : read.value;
  return { kind: 'number', place: placeOfNode(node, source), value, unit: /^[0-9].*[smhdwy]$/.test(bare) };
};

const negated = (literal: NumberLiteral, place: Place): NumberLiteral => ({
  ...literal,
  value: -literal.value,
  place,
});

const readUnary = (node: SyntaxNode, source: Source, depth: number): Expr => {
  const place = placeOfNode(node, source);
  const op = textOf(required(node.firstChild, node), source) === '-' ? '-' : '+';
  const expr = readExpr(required(node.lastChild, node), source, depth);
  if (expr.kind === 'number') return op === '-' ? negated(expr, place) : { ...expr, place };
  return { kind: 'unary', place, op, expr };
};

/** The labels of `by (…)`, `on (…)`, `group_left (…)`. */
const readLabels = (node: SyntaxNode, source: Source): string[] =>
  childrenOf(node).map((label) =>
    label.name === 'QuotedLabelName'
      ? stringAt(required(label.firstChild, label), source)
      : textOf(label, source),
  );

const readMatching = (clause: SyntaxNode | undefined, source: Source): VectorMatching => {
  if (clause === undefined) return { on: false, labels: [], many: null, include: [] };
  const [labels, include] = clause.getChildren('GroupingLabels');
  const many =
    clause.getChild('GroupLeft') !== null ? 'left' : clause.getChild('GroupRight') !== null ? 'right' : null;
  return {
    on: clause.getChild('On') !== null,
    labels: labels === undefined ? [] : readLabels(labels, source),
    many,
    include: include === undefined ? [] : readLabels(include, source),
  };
};

const BINARY_OPS: ReadonlyMap<string, BinaryOp> = new Map<string, BinaryOp>([
  ['Pow', '^'],
  ['Mul', '*'],
  ['Div', '/'],
  ['Mod', '%'],
  ['Atan2', 'atan2'],
  ['Add', '+'],
  ['Sub', '-'],
  ['Eql', '=='],
  ['Neq', '!='],
  ['Gte', '>='],
  ['Gtr', '>'],
  ['Lte', '<='],
  ['Lss', '<'],
  ['And', 'and'],
  ['Or', 'or'],
  ['Unless', 'unless'],
]);

/** `-2 ^ 2` is −(2²): the grammar takes the sign for a part of the number, the server for an operator that binds weaker. */
const signOutsidePower = (binary: Binary, signed: SyntaxNode, source: Source): Expr => {
  const sign = source.text[signed.from];
  if (binary.op !== '^' || binary.left.kind !== 'number' || (sign !== '-' && sign !== '+')) return binary;
  const from =
    signed.from + 1 + (/^\s*/.exec(source.text.slice(signed.from + 1, signed.to))?.[0].length ?? 0);
  const left = { ...binary.left, place: source.placeOf(from, signed.to), value: Math.abs(binary.left.value) };
  const power: Binary = { ...binary, left, place: source.placeOf(from, binary.place.to) };
  return { kind: 'unary', place: binary.place, op: sign, expr: power };
};

const readBinary = (node: SyntaxNode, source: Source, depth: number): Expr => {
  const children = childrenOf(node);
  const [left, operator] = children;
  const right = children.at(-1);
  const opNode = required(operator, node);
  const op = BINARY_OPS.get(opNode.name);
  const leftExpr = readExpr(required(left, node), source, depth);
  if (op === undefined) {
    const place = source.placeOf(opNode.from + 1, opNode.to);
    throw new PromqlError(`unexpected <op:${source.text[opNode.from + 1]}>`, place);
  }
  const fill = node.getChild('FillModifier');
  if (fill !== null) failAt('binop fill modifiers are experimental and not enabled', fill, source);
  const binary: Binary = {
    kind: 'binary',
    place: placeOfNode(node, source),
    opPlace: placeOfNode(opNode, source),
    op,
    left: leftExpr,
    right: readExpr(required(right, node), source, depth),
    bool: node.getChild('BoolModifier') !== null,
    matching: readMatching(
      children.find((child) => child.name === 'MatchingModifierClause'),
      source,
    ),
  };
  return signOutsidePower(binary, required(left, node), source);
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

/** Turns a node of the grammar's tree into an expression; children first, so that the first fault found is the one Prometheus names. */
export const readExpr = (node: SyntaxNode, source: Source, outerDepth = 0): Expr => {
  const depth = outerDepth + 1;
  if (depth > MAX_DEPTH) return failAt(`expression is nested deeper than ${MAX_DEPTH} levels`, node, source);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return readLiteral(node, source);
    case 'StringLiteral':
      return readText(node, source);
    case 'VectorSelector':
      return readSelector(node, source);
    case 'MatrixSelector':
      return readMatrix(node, source, (inner) => readExpr(inner, source, depth));
    case 'SubqueryExpr':
      return readSubquery(node, source, (inner) => readExpr(inner, source, depth));
    case 'OffsetExpr':
      return readOffset(node, source, (inner) => readExpr(inner, source, depth));
    case 'StepInvariantExpr':
      return readAt(node, source, (inner) => readExpr(inner, source, depth));
    case 'ParenExpr':
      return readParen(node, source, depth);
    case 'UnaryExpr':
      return readUnary(node, source, depth);
    case 'BinaryExpr':
      return readBinary(node, source, depth);
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
