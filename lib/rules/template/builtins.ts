import { asText } from './function.ts';
import type { TemplateFunctions } from './function.ts';
import { sprint, sprintf } from './printf.ts';
import { isTrue, typeName, valueText } from './value.ts';
import type { Value } from './value.ts';

/** The functions that Go's text/template has itself (Go documentation, package text/template: "Functions"). `and` and `or` are evaluated where they are called: they stop early. */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const kindOf = (value: Value): string => {
  if (value === null) return 'nil';
  return typeof value === 'object' ? value.kind : typeof value;
};
const BASIC = new Set(['boolean', 'string', 'bigint', 'number']);

const isEqual = (a: Value, b: Value): boolean => {
  for (const value of [a, b])
    if (kindOf(value) === 'map' || kindOf(value) === 'list')
      throw new Error(`non-comparable type ${valueText(value)}: ${typeName(value)}`);
  if (a !== null && b !== null && kindOf(a) !== kindOf(b))
    throw new Error('incompatible types for comparison');
  return a === b;
};

/** Texts by their bytes, as Go compares them: UTF-8 keeps the order of code points. */
const compareTexts = (a: string, b: string): number => {
  const x = encoder.encode(a);
  const y = encoder.encode(b);
  for (let i = 0; i < Math.min(x.length, y.length); i += 1) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
};

const isLess = (a: Value, b: Value): boolean => {
  for (const value of [a, b]) if (!BASIC.has(kindOf(value))) throw new Error('invalid type for comparison');
  if (kindOf(a) !== kindOf(b)) throw new Error('incompatible types for comparison');
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b) < 0;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  throw new Error('invalid type for comparison');
};

const ordered = (holds: (a: Value, b: Value) => boolean) =>
  ({
    parameters: ['any', 'any'],
    call: ([a = null, b = null]) => holds(a, b),
  }) as const satisfies TemplateFunctions[string];

const lengthOf = (value: Value): number => {
  if (typeof value === 'string') return encoder.encode(value).length;
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'map') return value.entries.size;
    if (value.kind === 'list') return value.items.length;
  }
  throw new Error(value === null ? 'len of nil pointer' : `len of type ${typeName(value)}`);
};

const indexOf = (value: Value | undefined, most: number): number => {
  if (typeof value !== 'bigint')
    throw new Error(
      value === null || value === undefined
        ? 'cannot index slice/array with nil'
        : `cannot index slice/array with type ${typeName(value)}`,
    );
  if (value < 0n || value > BigInt(most)) throw new Error(`index out of range: ${value}`);
  return Number(value);
};

const indexOnce = (item: Value, index: Value): Value => {
  if (item === null) throw new Error('index of untyped nil');
  if (typeof item === 'string') {
    const bytes = encoder.encode(item);
    return BigInt(bytes[indexOf(index, bytes.length - 1)] ?? 0);
  }
  if (typeof item === 'object' && item.kind === 'list')
    return item.items[indexOf(index, item.items.length - 1)] ?? null;
  if (typeof item !== 'object' || item.kind !== 'map')
    throw new Error(`can't index item of type ${typeName(item)}`);
  if (typeof index !== 'string')
    throw new Error(
      index === null
        ? 'value is nil; should be of type string'
        : `value has type ${typeName(index)}; should be string`,
    );
  return item.entries.get(index) ?? item.zero;
};

const sliceOf = (item: Value, bounds: readonly Value[]): Value => {
  if (item === null) throw new Error('slice of untyped nil');
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
  const isList = typeof item === 'object' && item.kind === 'list';
  if (typeof item !== 'string' && !isList) throw new Error(`can't slice item of type ${typeName(item)}`);
  if (typeof item === 'string' && bounds.length === 3) throw new Error('cannot 3-index slice a string');
  const length = lengthOf(item);
  const from = bounds.length > 0 ? indexOf(bounds[0], length) : 0;
  const to = bounds.length > 1 ? indexOf(bounds[1], length) : length;
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (typeof item === 'string') return decoder.decode(encoder.encode(item).subarray(from, to));
  return isList ? { ...item, items: item.items.slice(from, to) } : null;
};

const HTML: Readonly<Record<string, string>> = {
  '\u0000': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};
const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

/** What the escaping functions take: one text as it is, anything else as `print` writes it. */
const joined = (args: readonly Value[]): string => {
  const [only] = args;
  return args.length === 1 && typeof only === 'string' ? only : sprint(args);
};

const escapeJs = (text: string): string =>
  text.replace(/[\\'"<>&=\p{Cc}]/gu, (character) => {
    const known = JS[character];
    if (known !== undefined) return known;
    const point = character.codePointAt(0) ?? 0;
    return `\\u${point.toString(16).toUpperCase().padStart(4, '0')}`;
  });

/** Go's `url.QueryEscape`. */
export const queryEscape = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

const textOf = (write: (args: readonly Value[]) => string) =>
  ({ parameters: [], variadic: 'any', call: write }) as const satisfies TemplateFunctions[string];

export const builtins: TemplateFunctions = {
  and: {
    parameters: ['any'],
    variadic: 'any',
    call: (args) => args.find((arg) => !isTrue(arg)) ?? args.at(-1) ?? null,
  },
  or: { parameters: ['any'], variadic: 'any', call: (args) => args.find(isTrue) ?? args.at(-1) ?? null },
  not: { parameters: ['any'], call: ([value = null]) => !isTrue(value) },
  eq: {
    parameters: ['any'],
    variadic: 'any',
    call: ([first = null, ...others]) => {
      if (others.length === 0) throw new Error('missing argument for comparison');
      return others.some((other) => isEqual(first, other));
    },
  },
  ne: ordered((a, b) => !isEqual(a, b)),
  lt: ordered(isLess),
  le: ordered((a, b) => isLess(a, b) || isEqual(a, b)),
  gt: ordered((a, b) => !isLess(a, b) && !isEqual(a, b)),
  ge: ordered((a, b) => !isLess(a, b)),
  len: { parameters: ['any'], call: ([value = null]) => BigInt(lengthOf(value)) },
  index: {
    parameters: ['any'],
    variadic: 'any',
    call: ([item = null, ...indexes]) => indexes.reduce(indexOnce, item),
  },
  slice: { parameters: ['any'], variadic: 'any', call: ([item = null, ...bounds]) => sliceOf(item, bounds) },
  print: textOf(sprint),
  println: textOf((args) => `${args.map(valueText).join(' ')}\n`),
  printf: {
    parameters: ['string'],
    variadic: 'any',
    call: ([format, ...args]) => sprintf(asText(format), args),
  },
  html: textOf((args) => joined(args).replace(/[\0"'&<>]/g, (character) => HTML[character] ?? character)),
  js: textOf((args) => escapeJs(joined(args))),
  urlquery: textOf((args) => queryEscape(joined(args))),
};
