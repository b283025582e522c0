import { RE2JS } from 're2js';

import type { Labels } from '#lib/model/labels.ts';

/** One condition of a route on an alert's labels; a label that is absent counts as empty. */
export interface LabelMatcher {
  readonly name: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** What is wrong with a matcher, with the place in its text. */
export class MatcherError extends Error {}

const OPERATORS = ['=~', '!~', '!=', '='] as const;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };
const CLASSIC_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const RESERVED = /[\s{}!=~,"'`\\]/;

/** Reads one list of matchers from the left; positions are counted in characters from 1. */
const createScanner = (text: string) => {
  let at = 0;
  const fail = (message: string): never => {
    throw new MatcherError(`${message} at character ${at + 1} of ${text}`);
  };
  const skipSpace = (): void => {
    while (/\s/.test(text.charAt(at))) at += 1;
  };
  const take = (token: string): boolean => {
    skipSpace();
    if (!text.startsWith(token, at)) return false;
    at += token.length;
    return true;
  };
  const quoted = (): string => {
    let value = '';
    at += 1;
    for (;;) {
      const char = text.charAt(at);
      if (char === '') return fail('the quotation mark is not closed');
      at += 1;
      if (char === '"') return value;
      if (char !== '\\') value += char;
      else {
        const next = text.charAt(at);
        at += 1;
        value += ESCAPES[next] ?? `\\${next}`; // as Alertmanager: other escapes stand for themselves, so that \. may be written in a pattern
      }
    }
  };
  const bare = (isEnd: (char: string) => boolean): string => {
    const start = at;
    while (at < text.length && !isEnd(text.charAt(at))) at += 1;
    return text.slice(start, at);
  };
  return {
    fail,
    skipSpace,
    take,
    quoted,
    bare,
    isAtEnd: () => at >= text.length,
    char: () => text.charAt(at),
  };
};
type Scanner = ReturnType<typeof createScanner>;

const readMatcher = (scanner: Scanner): LabelMatcher => {
  scanner.skipSpace();
  const name = scanner.char() === '"' ? scanner.quoted() : scanner.bare((char) => RESERVED.test(char));
  if (name === '') return scanner.fail('a label name is missing');
  const op = OPERATORS.find((operator) => scanner.take(operator));
  if (op === undefined) return scanner.fail('one of = != =~ !~ is missing');
  scanner.skipSpace();
  const value =
    scanner.char() === '"'
      ? scanner.quoted()
      : scanner.bare((char) => char === ',' || char === '}' || char === '"').trimEnd();
  const matcher = { name, op, value };
  patternOf(matcher);
  return matcher;
};

/**
 * Reads Alertmanager's matchers: `severity="critical"`, `a=~"b|c"`, `{a="b", c!~"d"}`; label names of any characters in
 * quotation marks (Alertmanager documentation, "Configuration", `<matcher>`).
 * @throws MatcherError
 */
export const parseMatchers = (text: string): LabelMatcher[] => {
  const scanner = createScanner(text);
  const isBraced = scanner.take('{');
  const matchers: LabelMatcher[] = [];
  for (;;) {
    scanner.skipSpace();
    if (isBraced && scanner.take('}')) break;
    if (scanner.isAtEnd()) {
      if (isBraced) scanner.fail('the brace is not closed');
      break;
    }
    if (matchers.length > 0 && !scanner.take(',')) scanner.fail('a comma is missing');
    scanner.skipSpace();
    if (matchers.length > 0 && ((isBraced && scanner.char() === '}') || scanner.isAtEnd())) continue; // one comma may end the list
    matchers.push(readMatcher(scanner));
  }
  scanner.skipSpace();
  if (!scanner.isAtEnd()) scanner.fail('nothing may follow the closing brace');
  return matchers;
};

const patterns = new WeakMap<LabelMatcher, RE2JS | null>();
const patternOf = (matcher: LabelMatcher): RE2JS | null => {
  const known = patterns.get(matcher);
  if (known !== undefined) return known;
  let pattern: RE2JS | null = null;
  if (matcher.op === '=~' || matcher.op === '!~')
    try {
      pattern = RE2JS.compile(`^(?:${matcher.value})$`);
    } catch (cause) {
      throw new MatcherError(
        `${matcher.name}${matcher.op}"${matcher.value}" is no regular expression of RE2: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
    }
  patterns.set(matcher, pattern);
  return pattern;
};

/** Whether a label set meets every matcher. */
export const matchesAll = (matchers: readonly LabelMatcher[], labels: Labels): boolean =>
  matchers.every((matcher) => {
    const value = Object.hasOwn(labels, matcher.name) ? (labels[matcher.name] ?? '') : '';
    const pattern = patternOf(matcher);
    const holds = pattern === null ? value === matcher.value : pattern.matches(value);
    return matcher.op.startsWith('!') ? !holds : holds;
  });

/** Matchers as Alertmanager writes them in a group's key: `{a="b",c!~"d"}`. */
export const matchersText = (matchers: readonly LabelMatcher[]): string =>
  `{${matchers
    .map(
      ({ name, op, value }) =>
        `${CLASSIC_NAME.test(name) ? name : JSON.stringify(name)}${op}${JSON.stringify(value)}`,
    )
    .join(',')}}`;
