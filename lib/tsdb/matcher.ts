import { RE2JS } from 're2js';

import type { Labels } from '#lib/model/labels.ts';
import type { Matcher } from '#lib/promql/value.ts';

/** A selector made ready for many series. */
export interface SeriesTest {
  /** The one name that can meet it; null: any name may. */
  readonly name: string | null;
  /** Whether a name meets every matcher of `__name__`. */
  acceptsName(name: string): boolean;
  /** Whether labels meet every other matcher. */
  acceptsLabels(labels: Labels): boolean;
}

const PLAIN = /^[\w\s:/@,~|-]*$/;
const KNOWN_VALUES = 10_000;

/** A pattern of plain words joined by `|` is a set; another one is run by RE2 once per distinct value. */
const compilePattern = (pattern: string): ((value: string) => boolean) => {
  if (pattern === '.*') return () => true;
  if (pattern === '.+') return (value) => value !== '';
  if (PLAIN.test(pattern)) {
    const words = new Set(pattern.split('|'));
    return (value) => words.has(value);
  }
  const compiled = RE2JS.compile(pattern, RE2JS.DOTALL);
  const known = new Map<string, boolean>();
  return (value) => {
    let meets = known.get(value);
    if (meets === undefined) {
      meets = compiled.testExact(value);
      if (known.size < KNOWN_VALUES) known.set(value, meets);
    }
    return meets;
  };
};

const compileOne = ({ op, value: wanted }: Matcher): ((value: string) => boolean) => {
  if (op === '=') return (value) => value === wanted;
  if (op === '!=') return (value) => value !== wanted;
  const meets = compilePattern(wanted);
  return op === '=~' ? meets : (value) => !meets(value);
};

/**
 * Makes matchers ready. A label that a series has not is the empty text (Prometheus documentation, "Querying basics").
 * @throws Error when a pattern is not RE2
 */
export const compileMatchers = (matchers: readonly Matcher[]): SeriesTest => {
  const tests = matchers.map((matcher) => ({ label: matcher.name, accepts: compileOne(matcher) }));
  const ofName = tests.filter((test) => test.label === '__name__');
  const ofLabels = tests.filter((test) => test.label !== '__name__');
  return {
    name: matchers.find((matcher) => matcher.name === '__name__' && matcher.op === '=')?.value ?? null,
    acceptsName: (name) => ofName.every((test) => test.accepts(name)),
    acceptsLabels: (labels) => ofLabels.every((test) => test.accepts(labels[test.label] ?? '')),
  };
};
