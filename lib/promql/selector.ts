import type { SyntaxNode } from '@lezer/common';

import type {
  AtModifier,
  DurationExpr,
  Expr,
  MatrixSelector,
  Place,
  Subquery,
  VectorSelector,
} from './ast.ts';
import { durationMs, fold, isConstant } from './duration.ts';
import { PromqlError } from './error.ts';
import { readNumber } from './literal.ts';
import { compileRegex } from './regex.ts';
import { childrenOf, failAt, placeOfNode, required, stringAt, textOf, type Source } from './node.ts';
import type { Matcher } from './matcher.ts';

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
    return { kind: 'seconds', seconds: read.value };
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

/** `selector[5m]`. */
const applyRange = (selector: Expr, node: SyntaxNode, source: Source): MatrixSelector => {
  const spanNode = required(childrenOf(node)[1], node);
  const range = readPositiveSpan(spanNode, source);
  const fail = (message: string): never => {
    const bracket = source.text.lastIndexOf('[', spanNode.from);
    throw new PromqlError(message, source.placeOf(bracket, node.to));
  };
  if (selector.kind !== 'selector') return fail('ranges only allowed for vector selectors');
  if (selector.offset !== null) return fail('no offset modifiers allowed before range');
  if (selector.at !== null) return fail('no @ modifiers allowed before range');
  return { kind: 'matrix', place: { ...selector.place, to: node.to }, selector, range };
};

/** `expr[30m:1m]`; without a step the evaluation's default interval counts. */
const applySubquery = (expr: Expr, node: SyntaxNode, source: Source): Subquery => {
  const [, rangeNode, stepNode] = childrenOf(node);
  const range = readPositiveSpan(required(rangeNode, node), source);
  const step = stepNode === undefined ? null : readPositiveSpan(stepNode, source);
  return {
    kind: 'subquery',
    place: { ...expr.place, to: node.to },
    expr,
    range,
    step,
    offset: null,
    at: null,
  };
};

type Change = { readonly offset: DurationExpr } | { readonly at: AtModifier };

/** Puts a modifier on the selector or subquery before it, where none of its kind may stand already. */
const shift = (expr: Expr, to: number, what: 'offset' | '@', change: Change): Expr => {
  const place = { ...expr.place, to };
  const shifted = expr.kind === 'matrix' ? expr.selector : expr;
  if (shifted.kind !== 'selector' && shifted.kind !== 'subquery')
    throw new PromqlError(
      `${what} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
      expr.place,
    );
  if (what === 'offset' ? shifted.offset !== null : shifted.at !== null)
    throw new PromqlError(
      `${what === '@' ? '@ <timestamp>' : what} may not be set multiple times`,
      expr.place,
    );
  if (expr.kind === 'matrix') return { ...expr, place, selector: { ...expr.selector, ...change } };
  return { ...shifted, place, ...change };
};

/** The instant after `@`. */
const readInstant = (node: SyntaxNode, source: Source, place: Place): AtModifier => {
  if (node.name === 'AtModifierPreprocessors') return node.getChild('AtStart') === null ? 'end' : 'start';
  const text = textOf(node, source);
  const read = readNumber(text.replace(/^[+-]\s*/, ''));
  if ('error' in read) return failAt(read.error, node, source);
  const seconds = text.startsWith('-') ? -read.value : read.value;
  if (!(Math.abs(seconds * 1000) < MAX_INSTANT_MS))
    throw new PromqlError(`timestamp out of bounds for @ modifier: ${printBound(seconds)}`, place);
  return { at: Math.round(seconds * 1000) };
};

const printBound = (seconds: number): string => {
  if (Number.isFinite(seconds)) return `${BigInt(Math.trunc(seconds))}.000000`;
  return Number.isNaN(seconds) ? 'NaN' : seconds > 0 ? '+Inf' : '-Inf';
};

const MODIFIERS: ReadonlySet<string> = new Set([
  'MatrixSelector',
  'SubqueryExpr',
  'OffsetExpr',
  'StepInvariantExpr',
]);

/** Whether a node is an expression with something after it that changes what it selects. */
export const isModifier = (node: SyntaxNode): boolean => MODIFIERS.has(node.name);

/** Changes an operand by what a node has after it: a range, a subquery's, `offset`, `@`. */
export const applyModifier = (operand: Expr, node: SyntaxNode, source: Source): Expr => {
  if (node.name === 'MatrixSelector') return applyRange(operand, node, source);
  if (node.name === 'SubqueryExpr') return applySubquery(operand, node, source);
  const last = required(childrenOf(node)[2], node);
  if (node.name === 'OffsetExpr')
    return shift(operand, node.to, 'offset', { offset: fold(readSpan(last, source)) });
  return shift(operand, node.to, '@', { at: readInstant(last, source, operand.place) });
};
