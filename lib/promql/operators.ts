import type { SyntaxNode } from '@lezer/common';

import type { Binary, BinaryOp, Expr, Place, VectorMatching } from './ast.ts';
import { PromqlError } from './error.ts';
import {
  childrenOf,
  failAt,
  MAX_DEPTH,
  placeOfNode,
  readLabels,
  required,
  textOf,
  TOO_DEEP,
  type Source,
} from './node.ts';
import { applyModifier, isModifier } from './selector.ts';

type Operator = Pick<Binary, 'op' | 'opPlace' | 'bool' | 'matching'>;
type Sign = { readonly sign: '+' | '-'; readonly place: Place };

/** An expression as it is written: operands with the signs before them, and operators between. */
type Item = Operator | Sign | Expr;

const isOperand = (item: Item | undefined): item is Expr => item !== undefined && 'kind' in item;

/** The grammar's operators of experiments. */
const NOT_ENABLED: ReadonlySet<string> = new Set(['TrimUpper', 'TrimLower']);

/** From the weakest to the strongest (Prometheus documentation, "Operators": precedence). */
const LEVELS: readonly (readonly BinaryOp[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '<=', '<', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%', 'atan2'],
  ['^'],
];
const POWER = LEVELS.length - 1;
const STRENGTH: ReadonlyMap<BinaryOp, number> = new Map(
  LEVELS.flatMap((ops, level) => ops.map((op): [BinaryOp, number] => [op, level])),
);
const BINARY_OPS: ReadonlyMap<string, BinaryOp> = new Map(LEVELS.flat().map((op) => [op, op]));
const OPERATOR = /[=!<>]=|[a-z0-9]+|./iy;

/** The operator of the query itself: in a long chain the grammar was given another one (`plain-text.ts`). */
const wordAt = (text: string, at: number): string => {
  OPERATOR.lastIndex = at;
  return OPERATOR.exec(text)?.[0] ?? '';
};

const readMatching = (clause: SyntaxNode | null, source: Source): VectorMatching => {
  if (clause === null) return { on: false, labels: [], many: null, include: [] };
  const [labels, include] = clause.getChildren('GroupingLabels');
  const left = clause.getChild('GroupLeft') !== null;
  return {
    on: clause.getChild('On') !== null,
    labels: labels === undefined ? [] : readLabels(labels, source),
    many: left ? 'left' : clause.getChild('GroupRight') === null ? null : 'right',
    include: include === undefined ? [] : readLabels(include, source),
  };
};

const readOperator = (node: SyntaxNode, binary: SyntaxNode, source: Source): Operator => {
  const word = wordAt(source.text, node.from);
  const op = BINARY_OPS.get(word.toLowerCase());
  if (op === undefined || NOT_ENABLED.has(node.name))
    throw new PromqlError(
      `unexpected <op:${source.text[node.from + 1]}>`,
      source.placeOf(node.from + 1, node.to),
    );
  const fill = binary.getChild('FillModifier');
  if (fill !== null) failAt('binop fill modifiers are experimental and not enabled', fill, source);
  return {
    op,
    opPlace: source.placeOf(node.from, node.from + word.length),
    bool: binary.getChild('BoolModifier') !== null,
    matching: readMatching(binary.getChild('MatchingModifierClause'), source),
  };
};

const SIGNED = /^([+-])(?:\s|#.*\n)*/;

/** The sign before an expression, with what it stands before. */
const signOf = (node: SyntaxNode, source: Source): Sign => ({
  sign: source.text[node.from] === '-' ? '-' : '+',
  place: placeOfNode(node, source),
});

/**
 * Takes an expression apart. The grammar, an editor's, groups in its own way: to it `-2 ^ 2` is the power of −2, and `a / b offset 1h` moves
 * the quotient; to the server a sign binds weaker than a power, and a modifier belongs to the operand before it.
 */
const itemsOf = (node: SyntaxNode, source: Source, readOperand: (node: SyntaxNode) => Expr): Item[] => {
  const inside = (child: SyntaxNode | undefined): Item[] =>
    itemsOf(required(child, node), source, readOperand);
  const [first, second] = childrenOf(node);
  if (node.name === 'BinaryExpr') {
    const left = inside(first);
    const operator = readOperator(required(second, node), node, source);
    return [...left, operator, ...inside(childrenOf(node).at(-1))];
  }
  if (node.name === 'UnaryExpr') return [signOf(node, source), ...inside(second)];
  if (node.name === 'NumberDurationLiteral' && SIGNED.test(textOf(node, source)))
    return [signOf(node, source), readOperand(node)];
  if (!isModifier(node)) return [readOperand(node)];
  const items = inside(first);
  const operand = items.pop();
  if (!isOperand(operand)) throw new Error(`the grammar's ${node.name} follows no operand`);
  return [...items, applyModifier(operand, node, source)];
};

const spanning = (from: Place, to: Place): Place => ({ ...from, to: to.to });

/** Groups items by the server's precedence: all of one level to the left, powers to the right. */
class Grouping {
  private readonly items: readonly Item[];
  private at = 0;
  private powers = 0;

  constructor(items: readonly Item[]) {
    this.items = items;
  }

  /** The expression that begins here, as far as its operators are at least this strong. */
  group(weakest: number): Expr {
    let left = this.operand();
    for (;;) {
      const operator = this.items[this.at];
      if (operator === undefined || !('op' in operator) || 'kind' in operator) return left;
      const strength = STRENGTH.get(operator.op) ?? 0;
      if (strength < weakest) return left;
      this.at += 1;
      const right = strength === POWER ? this.exponent(operator.opPlace) : this.group(strength + 1);
      left = { kind: 'binary', place: spanning(left.place, right.place), ...operator, left, right };
    }
  }

  /** Powers stand in one another on the right, where walking the expression recurses. */
  private exponent(place: Place): Expr {
    this.powers += 1;
    if (this.powers > MAX_DEPTH) throw new PromqlError(TOO_DEEP, place);
    const exponent = this.group(POWER);
    this.powers -= 1;
    return exponent;
  }

  private operand(): Expr {
    const item = this.items[this.at];
    this.at += 1;
    if (isOperand(item)) return item;
    if (item === undefined || !('sign' in item)) throw new Error('an operator stands where an operand must');
    const expr = this.group(POWER);
    const place = spanning(item.place, expr.place);
    if (expr.kind !== 'number') return { kind: 'unary', place, op: item.sign, expr };
    return { ...expr, place, value: item.sign === '-' ? -expr.value : expr.value };
  }
}

/** An expression of operators, signs and modifiers, grouped as the server does. */
export const readOperation = (
  node: SyntaxNode,
  source: Source,
  readOperand: (node: SyntaxNode) => Expr,
): Expr => new Grouping(itemsOf(node, source, readOperand)).group(0);
