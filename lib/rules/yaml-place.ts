import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export type YamlPath = readonly PropertyKey[];

/** A YAML text in which every value is a text (the failsafe schema), and where each stands. */
export interface PlacedYaml {
  readonly value: unknown;
  readonly errors: readonly (Place & { readonly message: string })[];
  /** The place of a key or an item; of its nearest ancestor when it is not there. */
  placeOf(path: YamlPath): Place;
  /** The place of a character of a value, whatever its style of writing: block, folded, quoted or plain. */
  placeInText(path: YamlPath, offset: number): Place;
}

/** Where a key or an item stands in the text; its nearest ancestor when it is not there. */
export const offsetOf = (document: Document, path: YamlPath): number => {
  let at: unknown = document.contents;
  let offset = isNode(at) ? (at.range?.[0] ?? 0) : 0;
  for (const step of path) {
    if (isMap(at)) {
      const pair = at.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!isPair(pair)) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      at = pair.value;
    } else if (isSeq(at) && typeof step === 'number') {
      at = at.items[step];
      if (isNode(at)) offset = at.range?.[0] ?? offset;
    } else break;
  }
  return offset;
};

/** What stands for one character that is no white space, by the style of a scalar. */
const CHARACTER: Readonly<Record<string, RegExp>> = {
  QUOTE_DOUBLE: /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)|\S/gs,
  QUOTE_SINGLE: /''|\S/g,
};

/** Where the content of a scalar's source begins: after the quote, or after the line of a block's header. */
const contentStart = (source: string, style: string | undefined): number => {
  if (style?.startsWith('QUOTE') === true) return 1;
  return style?.startsWith('BLOCK') === true ? source.indexOf('\n') + 1 : 0;
};

/**
 * The offset in a scalar's source of the character at `offset` of its value. Styles differ in white space only, so the n-th
 * character that is none is the n-th in both.
 */
const sourceOffset = (source: string, style: string | undefined, value: string, offset: number): number => {
  const nth = value.slice(0, offset).replace(/\s/g, '').length;
  const start = contentStart(source, style);
  const characters = [...source.slice(start).matchAll(CHARACTER[style ?? ''] ?? /\S/g)];
  const found = characters[nth];
  if (found !== undefined && offset < value.trimEnd().length) return start + found.index;
  const last = characters.at(style?.startsWith('QUOTE') === true ? -2 : -1);
  return last === undefined ? 0 : start + last.index + last[0].length;
};

/** Reads one YAML document so that mistakes in it can be named with line and column. */
export const readYaml = (text: string): PlacedYaml => {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    schema: 'failsafe',
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const errors = document.errors.map(({ message, pos }) => ({ ...placeAt(pos[0]), message }));
  return {
    value: errors.length > 0 ? null : toJs(document, errors),
    errors,
    placeOf: (path) => placeAt(offsetOf(document, path)),
    placeInText: (path, offset) => {
      const node: unknown = document.getIn(path, true);
      if (!isScalar(node) || node.range === undefined || node.range === null)
        return placeAt(offsetOf(document, path));
      const [from, to] = node.range;
      const source = text.slice(from, to);
      return placeAt(from + sourceOffset(source, node.type, String(node.value), offset));
    },
  };
};

/** Aliases that multiply beyond measure are refused by the library while the value is made. */
const toJs = (document: Document, errors: (Place & { message: string })[]): unknown => {
  try {
    return document.toJS();
  } catch (cause) {
    errors.push({ line: 1, column: 1, message: cause instanceof Error ? cause.message : String(cause) });
    return null;
  }
};
