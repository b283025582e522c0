import type { SeriesPoints } from '#lib/model/sample.ts';

import { matcherTest } from './matcher.ts';
import type { Queryable } from './value.ts';

/** Samples held in plain arrays: what the tests of queries ask. */
export const arraySamples = (all: readonly SeriesPoints[]): Queryable => ({
  select(matchers, from, to) {
    const tests = matchers.map((matcher) => ({ name: matcher.name, holds: matcherTest(matcher) }));
    return all
      .filter(({ labels }) => tests.every(({ name, holds }) => holds(labels[name] ?? '')))
      .map(({ labels, samples }) => ({ labels, samples: samples.filter(({ at }) => at >= from && at <= to) }))
      .filter(({ samples }) => samples.length > 0);
  },
});
