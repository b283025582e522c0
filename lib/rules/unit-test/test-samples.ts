import { RE2JS } from 're2js';

import { labelsKey } from '#lib/model/labels.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Sample, SeriesPoints } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import type { Matcher, Queryable } from '#lib/promql/value.ts';

interface Series {
  readonly labels: Labels;
  readonly samples: Sample[];
}

const matches = ({ name, op, value }: Matcher): ((labels: Labels) => boolean) => {
  if (op === '=' || op === '!=') return (labels) => ((labels[name] ?? '') === value) === (op === '=');
  const regex = RE2JS.compile(value, RE2JS.DOTALL);
  return (labels) => regex.matches(labels[name] ?? '') === (op === '=~');
};

/** The samples of one unit test: what it gives, as far as time has come, and what rules made of it. */
export interface TestSamples extends Queryable {
  /** Adds a sample; one that is not newer than the series' last is dropped, as a store would. */
  append(labels: Labels, sample: Sample): void;
  /** Lets time come: samples given to `plan` up to then are there. */
  advance(to: Ms): void;
  /** Samples that are there once their time has come. */
  plan(labels: Labels, samples: readonly Sample[]): void;
}

export const createTestSamples = (): TestSamples => {
  const byKey = new Map<string, Series>();
  const byName = new Map<string, Series[]>();
  const planned: { readonly labels: Labels; readonly samples: readonly Sample[]; next: number }[] = [];

  const seriesOf = (labels: Labels): Series => {
    const key = labelsKey(labels);
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const series: Series = { labels, samples: [] };
    byKey.set(key, series);
    const name = labels.__name__ ?? '';
    byName.set(name, [...(byName.get(name) ?? []), series]);
    return series;
  };
  const append = (labels: Labels, sample: Sample): void => {
    const { samples } = seriesOf(labels);
    if (sample.at > (samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) samples.push(sample);
  };
  return {
    append,
    plan: (labels, samples) => void planned.push({ labels, samples, next: 0 }),
    advance: (to) => {
      for (const plan of planned) {
        let sample = plan.samples[plan.next];
        while (sample !== undefined && sample.at <= to) {
          append(plan.labels, sample);
          plan.next += 1;
          sample = plan.samples[plan.next];
        }
      }
    },
    select: (matchers, from, to): readonly SeriesPoints[] => {
      const name = matchers.find((matcher) => matcher.name === '__name__' && matcher.op === '=')?.value;
      const tests = matchers.map(matches);
      const candidates = name === undefined ? [...byKey.values()] : (byName.get(name) ?? []);
      return candidates
        .filter(({ labels }) => tests.every((test) => test(labels)))
        .map(({ labels, samples }) => ({
          labels,
          samples: samples.filter(({ at }) => at >= from && at <= to),
        }))
        .filter(({ samples }) => samples.length > 0);
    },
  };
};
