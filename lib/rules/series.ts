import { labelsKey } from '#lib/model/labels.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { QueryResult, VectorSample } from '#lib/promql/value.ts';

import { overlay } from './labelset.ts';
import type { Alert, Rule } from './rule.ts';

/** A sample that a rule makes; its instant is the evaluation's. */
export interface RuleSample {
  readonly labels: Labels;
  readonly value: number;
}

/** Series by the key of their labels. */
export type SeriesSet = ReadonlyMap<string, Labels>;

/** What a rule's expression gave as samples: a scalar is one without labels. @throws Error in Prometheus's words for anything else */
export const vectorOf = ({ value }: Pick<QueryResult, 'value'>): readonly VectorSample[] => {
  if (value.type === 'vector') return value.samples;
  if (value.type === 'scalar') return [{ labels: {}, at: value.at, value: value.value }];
  throw new Error('rule result is not a vector or scalar');
};

/**
 * The samples of a recording rule (Prometheus documentation, "Recording rules").
 * @throws Error in Prometheus's words when two have the same labels, or when there are more than `limit`
 */
export const recordSamples = (rule: Rule, vector: readonly VectorSample[], limit = 0): RuleSample[] => {
  const samples = vector.map(({ labels, value }) => ({
    labels: overlay({ ...labels, __name__: rule.name }, rule.labels),
    value,
  }));
  if (new Set(samples.map(({ labels }) => labelsKey(labels))).size < samples.length)
    throw new Error('vector contains metrics with the same labelset after applying rule labels');
  if (limit > 0 && samples.length > limit)
    throw new Error(`exceeded limit of ${limit} with ${samples.length} series`);
  return samples;
};

/** The series `ALERTS` and `ALERTS_FOR_STATE` of a rule's pending and firing alerts (Prometheus documentation, "Alerting rules"). */
export const alertSamples = (alerts: ReadonlyMap<string, Alert>): RuleSample[] =>
  [...alerts.values()].flatMap(({ labels, state, activeAt }) =>
    state === 'resolved'
      ? []
      : [
          { labels: overlay(labels, { __name__: 'ALERTS', alertstate: state }), value: 1 },
          {
            labels: overlay(labels, { __name__: 'ALERTS_FOR_STATE' }),
            value: Math.floor(activeAt / 1000),
          },
        ],
  );

export const seriesOf = (samples: readonly RuleSample[]): SeriesSet =>
  new Map(samples.map(({ labels }) => [labelsKey(labels), labels]));

/** The series that were there and are not any more: each gets a stale marker. */
export const endedSeries = (before: SeriesSet, now: SeriesSet): Labels[] =>
  [...before].filter(([key]) => !now.has(key)).map(([, labels]) => labels);
