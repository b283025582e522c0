import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

import type { Expr } from './ast.ts';
import { checkTypes } from './check.ts';
import { PromqlError } from './error.ts';
import { lex, type Token } from './lex.ts';
import { MAX_DEPTH, TOO_DEEP } from './node.ts';
import { createPlacer } from './place.ts';
import { plainText } from './plain-text.ts';
import { syntaxError } from './syntax-error.ts';
import { readExpr } from './tree.ts';

export interface ParseOptions {
  /** Functions that Prometheus calls experimental. */
  readonly experimental?: boolean;
}

/** The first word that stands too deep in parentheses and signs: the grammar's own limit shows as a wrong error. */
const tooDeep = (tokens: readonly Token[]): Token | undefined => {
  let parens = 0;
  let signs = 0;
  return tokens.find(({ kind, text }) => {
    if (kind === 'mark') parens += text === '(' ? 1 : text === ')' ? -1 : 0;
    signs = text === '-' || text === '+' ? signs + 1 : 0;
    return parens + signs > MAX_DEPTH;
  });
};

/** An editor's parser mends what it cannot read; this one stops there. */
const strictParser = parser.configure({ strict: true });

const firstErrorNode = (top: SyntaxNode): number | null => {
  let first: number | null = null;
  top.cursor().iterate((node) => {
    if (node.type.isError && (first === null || node.from < first)) first = node.from;
  });
  return first;
};

/** The root expression, or where the grammar gives up. */
const readTree = (text: string): { readonly root: SyntaxNode | null } | { readonly stuckAt: number } => {
  try {
    const { topNode } = strictParser.parse(text);
    const stuckAt = firstErrorNode(topNode);
    return stuckAt === null ? { root: topNode.firstChild } : { stuckAt };
  } catch (error) {
    const stuck = error instanceof SyntaxError ? /^No parse at (\d+)$/.exec(error.message) : null;
    if (stuck === null) throw error;
    return { stuckAt: Number(stuck[1]) };
  }
};

/**
 * Reads a PromQL query and checks its types (Prometheus documentation, "Querying basics"; grammar: Prometheus's own for editors).
 * @throws PromqlError the first fault, in Prometheus's words and at its place
 */
export const parsePromql = (text: string, options: ParseOptions = {}): Expr => {
  const placeOf = createPlacer(text);
  const { tokens, error } = lex(text);
  const end = error?.offset ?? text.length;
  const deep = tooDeep(tokens);
  if (deep !== undefined) throw new PromqlError(TOO_DEEP, placeOf(deep.from, deep.to));
  const tree = readTree(plainText(text, tokens, end, placeOf));
  if ('stuckAt' in tree) {
    const index = tokens.findIndex((token) => token.from >= tree.stuckAt);
    if (error !== null && index === -1) throw error;
    throw syntaxError(tokens, index === -1 ? tokens.length : index, end, placeOf);
  }
  if (error !== null) throw error;
  if (tree.root === null) throw new PromqlError('no expression found in input', placeOf(0, 0));
  const expr = readExpr(tree.root, { text, placeOf, experimental: options.experimental ?? false });
  checkTypes(expr);
  return expr;
};
