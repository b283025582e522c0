import { RE2JS } from 're2js';

import { labelsKey } from '#lib/model/labels.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Sample, SeriesPoints } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import type { Matcher } from '#lib/promql/matcher.ts';
import type { Queryable } from '#lib/promql/value.ts';

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
  /** Adds a sample. @returns what a store of Prometheus says when it does not fit behind the series' last */
  append(labels: Labels, sample: Sample): string | null;
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
  const append = (labels: Labels, sample: Sample): string | null => {
    const { samples } = seriesOf(labels);
    const last = samples.at(-1);
    if (last === undefined || sample.at > last.at) {
      samples.push(sample);
      return null;
    }
    if (sample.at < last.at) return 'out of order sample';
    const isSame = sample.stale === last.stale && Object.is(sample.value, last.value);
    return isSame ? null : 'duplicate sample for timestamp';
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
