import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';
import { formatInstant, formatPlain, formatValue } from '#lib/promql/format-value.ts';
import type { QueryValue } from '#lib/promql/value.ts';

/** A label set as JSON, names in rising order. */
export const labelsJson = (labels: Labels): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
  );

const point = (at: Ms, value: number): string => `[${formatInstant(at)},"${formatValue(value)}"]`;

const resultJson = (value: QueryValue): string => {
  switch (value.type) {
    case 'scalar':
      return `[${formatInstant(value.at)},"${formatPlain(value.value)}"]`; // Prometheus writes scalars without an exponent
    case 'string':
      return `[${formatInstant(value.at)},${JSON.stringify(value.value)}]`;
    case 'vector':
      return `[${value.samples.map((sample) => `{"metric":${labelsJson(sample.labels)},"value":${point(sample.at, sample.value)}}`).join(',')}]`;
    case 'matrix':
      return `[${value.series.map((series) => `{"metric":${labelsJson(series.labels)},"values":[${series.points.map(({ at, value: v }) => point(at, v)).join(',')}]}`).join(',')}]`;
  }
};

/** The `data` of a query's answer as JSON text; written by hand, since instants have no fraction or three decimals. */
export const queryJson = (value: QueryValue): string =>
  `{"resultType":"${value.type}","result":${resultJson(value)}}`;
