import type { SyntaxNode } from '@lezer/common';

import type { Place } from './ast.ts';
import { PromqlError } from './error.ts';
import { readString } from './literal.ts';

/** Deeper queries are refused: reading, checking and answering them recurse. */
export const MAX_DEPTH = 1000;
export const TOO_DEEP = `expression is nested deeper than ${MAX_DEPTH} levels`;

/** What reading a tree needs of its query. */
export interface Source {
  readonly text: string;
  readonly placeOf: (from: number, to: number) => Place;
  readonly experimental: boolean;
}

export const placeOfNode = (node: SyntaxNode, source: Source): Place => source.placeOf(node.from, node.to);

export const textOf = (node: SyntaxNode, source: Source): string => source.text.slice(node.from, node.to);

export const childrenOf = (node: SyntaxNode): SyntaxNode[] => {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== 'LineComment') children.push(child);
  return children;
};

/** The only way an impossible tree shows: a grammar that gave another shape than its rules say. */
export const required = (node: SyntaxNode | null | undefined, parent: SyntaxNode): SyntaxNode => {
  if (node === null || node === undefined) throw new Error(`the grammar's ${parent.name} lacks a part`);
  return node;
};

export const failAt = (message: string, node: SyntaxNode, source: Source): never => {
  throw new PromqlError(message, placeOfNode(node, source));
};

/** The text of a string literal, its escapes resolved. */
export const stringAt = (node: SyntaxNode, source: Source): string => {
  const read = readString(textOf(node, source));
  return 'error' in read ? failAt(read.error, node, source) : read.value;
};

/** The labels of `by (…)`, `on (…)`, `group_left (…)`. */
export const readLabels = (node: SyntaxNode, source: Source): string[] =>
  childrenOf(node).map((label) =>
    label.name === 'QuotedLabelName'
      ? stringAt(required(label.firstChild, label), source)
      : textOf(label, source),
  );
