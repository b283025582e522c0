import type { SyntaxNode } from '@lezer/common';

import type { AtModifier, DurationExpr, Expr, Place, Subquery, VectorSelector } from './ast.ts';
import { durationMs, fold, isConstant } from './duration.ts';
import { PromqlError } from './error.ts';
import { readNumber } from './literal.ts';
import { compileRegex } from './regex.ts';
import { childrenOf, failAt, placeOfNode, required, stringAt, textOf, type Source } from './node.ts';
import type { Matcher } from './value.ts';

type ReadInner = (node: SyntaxNode) => Expr;

/** Spans above this are no longer whole nanoseconds of 64 bits, Prometheus's limit. */
const MAX_SECONDS = 9_223_372_036;
const MAX_INSTANT_MS = 2 ** 63;

const OPS: Readonly<Record<string, Matcher['op']>> = { '=': '=', '!=': '!=', '=~': '=~', '!~': '!~' };

const readMatcher = (node: SyntaxNode, source: Source): Matcher => {
  if (node.name === 'QuotedLabelName')
    return { name: '__name__', op: '=', value: stringAt(required(node.firstChild, node), source) };
  const [nameNode, opNode, valueNode] = childrenOf(node);
  const named = required(nameNode, node);
  const name =
    named.name === 'QuotedLabelName'
      ? stringAt(required(named.firstChild, named), source)
      : textOf(named, source);
  const op = OPS[textOf(required(opNode, node), source)] ?? '=';
  const value = stringAt(required(valueNode, node), source);
  if (op === '=~' || op === '!~') {
    const compiled = compileRegex(value);
    if ('error' in compiled) failAt(compiled.error, named, source);
  }
  return { name, op, value };
};

/** `name{label="value"}`: the name becomes the last matcher, as in Prometheus. */
export const readSelector = (node: SyntaxNode, source: Source): VectorSelector => {
  const identifier = node.getChild('Identifier');
  const braces = node.getChild('LabelMatchers');
  const matchers = braces === null ? [] : childrenOf(braces).map((matcher) => readMatcher(matcher, source));
  const name = identifier === null ? '' : textOf(identifier, source);
  if (name !== '') matchers.push({ name: '__name__', op: '=', value: name });
  return { kind: 'selector', place: placeOfNode(node, source), name, matchers, offset: null, at: null };
};

const OPERATIONS = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  Mod: '%',
  Pow: '^',
} as const;
const isOperation = (name: string): name is keyof typeof OPERATIONS => name in OPERATIONS;

const readSpan = (node: SyntaxNode, source: Source): DurationExpr => {
  if (node.name === 'NumberDurationLiteralInDurationContext') {
    const text = textOf(node, source);
    const read = readNumber(text);
    if ('error' in read) return failAt(read.error, node, source);
    if (!(read.value <= MAX_SECONDS)) return failAt('duration out of range', node, source);
    return { kind: 'seconds', seconds: read.value, unit: /[smhdwy]$/.test(text) };
  }
  const [first, second, third] = childrenOf(node);
  const head = required(first, node);
  if (head.name === 'DurationStep') return { kind: 'step' };
  if (head.name === 'DurationRange') return { kind: 'range' };
  if (head.name === 'DurationMinOf' || head.name === 'DurationMaxOf')
    return {
      kind: 'operation',
      op: head.name === 'DurationMinOf' ? 'min_of' : 'max_of',
      left: readSpan(required(second, node), source),
      right: readSpan(required(third, node), source),
    };
  if (head.name === 'UnaryOp') {
    const of = readSpan(required(second, node), source);
    return textOf(head, source) === '-' ? { kind: 'negative', of } : of;
  }
  const left = readSpan(head, source);
  if (second === undefined) return source.text[node.from] === '(' ? { kind: 'group', of: left } : left;
  if (!isOperation(second.name)) throw new Error(`the grammar's ${second.name} is no operator of spans`);
  const right = readSpan(required(third, node), source);
  const divides = second.name === 'Div' || second.name === 'Mod';
  if (divides && isConstant(right) && durationMs(right, { stepMs: 0, rangeMs: 0 }) === 0)
    return failAt(second.name === 'Div' ? 'division by zero' : 'modulo by zero', second, source);
  return { kind: 'operation', op: OPERATIONS[second.name], left, right };
};

/** A range or step: above zero where that is known before the query runs. */
const readPositiveSpan = (node: SyntaxNode, source: Source): DurationExpr => {
  const span = fold(readSpan(node, source));
  if (span.kind === 'seconds' && !(span.seconds > 0))
    return failAt('duration must be greater than 0', node, source);
  return span;
};

/**
 * Applies what follows an expression to its last operand: to the server `a / b offset 1h` moves only `b`, to the grammar the quotient.
 */
const onLastOperand = (expr: Expr, to: number, change: (operand: Expr) => Expr): Expr => {
  const place = { ...expr.place, to };
  if (expr.kind === 'binary') return { ...expr, place, right: onLastOperand(expr.right, to, change) };
  if (expr.kind === 'unary') return { ...expr, place, expr: onLastOperand(expr.expr, to, change) };
  return change(expr);
};

/** `selector[5m]`. */
export const readMatrix = (node: SyntaxNode, source: Source, readInner: ReadInner): Expr => {
  const [inner, span] = childrenOf(node);
  const expr = readInner(required(inner, node));
  const spanNode = required(span, node);
  const range = readPositiveSpan(spanNode, source);
  const fail = (message: string): never => {
    const bracket = source.text.lastIndexOf('[', spanNode.from);
    throw new PromqlError(message, source.placeOf(bracket, node.to));
  };
  return onLastOperand(expr, node.to, (selector) => {
    if (selector.kind !== 'selector') return fail('ranges only allowed for vector selectors');
    if (selector.offset !== null) return fail('no offset modifiers allowed before range');
    if (selector.at !== null) return fail('no @ modifiers allowed before range');
    return { kind: 'matrix', place: { ...selector.place, to: node.to }, selector, range };
  });
};

/** `expr[30m:1m]`; without a step the evaluation's default interval counts. */
export const readSubquery = (node: SyntaxNode, source: Source, readInner: ReadInner): Expr => {
  const [inner, rangeNode, stepNode] = childrenOf(node);
  const expr = readInner(required(inner, node));
  const range = readPositiveSpan(required(rangeNode, node), source);
  const step = stepNode === undefined ? null : readPositiveSpan(stepNode, source);
  return onLastOperand(expr, node.to, (operand) => ({
    kind: 'subquery',
    place: { ...operand.place, to: node.to },
    expr: operand,
    range,
    step,
    offset: null,
    at: null,
  }));
};

type Shifted = VectorSelector | Subquery;

/** Applies a modifier to the selector or subquery before it. */
const shift = (
  expr: Expr,
  node: SyntaxNode,
  what: string,
  change: (shifted: Shifted, place: Place) => { readonly offset?: DurationExpr; readonly at?: AtModifier },
): Expr =>
  onLastOperand(expr, node.to, (operand) => {
    const place = { ...operand.place, to: node.to };
    if (operand.kind === 'matrix')
      return {
        ...operand,
        place,
        selector: { ...operand.selector, ...change(operand.selector, operand.place) },
      };
    if (operand.kind === 'selector' || operand.kind === 'subquery')
      return { ...operand, place, ...change(operand, operand.place) };
    throw new PromqlError(
      `${what} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
      operand.place,
    );
  });

/** `… offset 5m`. */
export const readOffset = (node: SyntaxNode, source: Source, readInner: ReadInner): Expr => {
  const [inner, , span] = childrenOf(node);
  const expr = readInner(required(inner, node));
  const offset = fold(readSpan(required(span, node), source));
  return shift(expr, node, 'offset', (shifted, place) => {
    if (shifted.offset !== null) throw new PromqlError('offset may not be set multiple times', place);
    return { offset };
  });
};

const readInstant = (node: SyntaxNode, source: Source): AtModifier | { readonly outOfBounds: string } => {
  if (node.name === 'AtModifierPreprocessors') return node.getChild('AtStart') === null ? 'end' : 'start';
  const text = textOf(node, source);
  const read = readNumber(text.replace(/^[+-]\s*/, ''));
  if ('error' in read) return failAt(read.error, node, source);
  const seconds = text.startsWith('-') ? -read.value : read.value;
  if (!(Math.abs(seconds * 1000) < MAX_INSTANT_MS)) return { outOfBounds: printBound(seconds) };
  return { at: Math.round(seconds * 1000) };
};

const printBound = (seconds: number): string => {
  if (Number.isFinite(seconds)) return `${BigInt(Math.trunc(seconds))}.000000`;
  return Number.isNaN(seconds) ? 'NaN' : seconds > 0 ? '+Inf' : '-Inf';
};

/** `… @ 1609746000`, `… @ start()`. */
export const readAt = (node: SyntaxNode, source: Source, readInner: ReadInner): Expr => {
  const [inner, , instant] = childrenOf(node);
  const expr = readInner(required(inner, node));
  const at = readInstant(required(instant, node), source);
  return shift(expr, node, '@', (shifted, place) => {
    if (typeof at === 'object' && 'outOfBounds' in at)
      throw new PromqlError(`timestamp out of bounds for @ modifier: ${at.outOfBounds}`, place);
    if (shifted.at !== null) throw new PromqlError('@ <timestamp> may not be set multiple times', place);
    return { at };
  });
};
