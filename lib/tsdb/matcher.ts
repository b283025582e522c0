import type { Labels } from '#lib/model/labels.ts';
import { matcherTest } from '#lib/promql/matcher.ts';
import type { Matcher } from '#lib/promql/matcher.ts';

/** A selector made ready for many series. */
export interface SeriesTest {
  /** The one name that can meet it; null: any name may. */
  readonly name: string | null;
  /** Whether a name meets every matcher of `__name__`. */
  acceptsName(name: string): boolean;
  /** Whether labels meet every other matcher. */
  acceptsLabels(labels: Labels): boolean;
}

/** Makes matchers ready. A label that a series has not is the empty text (Prometheus documentation, "Querying basics"). */
export const compileMatchers = (matchers: readonly Matcher[]): SeriesTest => {
  const tests = matchers.map((matcher) => ({ label: matcher.name, accepts: matcherTest(matcher) }));
  const ofName = tests.filter((test) => test.label === '__name__');
  const ofLabels = tests.filter((test) => test.label !== '__name__');
  return {
    name: matchers.find((matcher) => matcher.name === '__name__' && matcher.op === '=')?.value ?? null,
    acceptsName: (name) => ofName.every((test) => test.accepts(name)),
    acceptsLabels: (labels) => ofLabels.every((test) => test.accepts(labels[test.label] ?? '')),
  };
};
