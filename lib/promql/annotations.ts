import type { Place } from './ast.ts';
import { quoteText } from './go-quote.ts';
import { formatGeneral } from './format-value.ts';

const MOST = 10;

/** What a query's answer is to be read with: one entry per distinct text. */
export interface Annotations {
  warn(text: string, place: Place): void;
  inform(text: string, place: Place): void;
  warnings(): string[];
  infos(): string[];
}

const limited = (entries: ReadonlySet<string>, kind: string): string[] => {
  const all = [...entries];
  if (all.length <= MOST) return all;
  return [...all.slice(0, MOST), `${all.length - MOST} more ${kind} annotations omitted`];
};

export const createAnnotations = (): Annotations => {
  const warnings = new Set<string>();
  const infos = new Set<string>();
  const placed = (text: string, place: Place): string => `${text} (${place.line}:${place.column})`;
  return {
    warn(text, place) {
      warnings.add(placed(`PromQL warning: ${text}`, place));
    },
    inform(text, place) {
      infos.add(placed(`PromQL info: ${text}`, place));
    },
    warnings: () => limited(warnings, 'warning'),
    infos: () => limited(infos, 'info'),
  };
};

const forMetric = (name: string): string => (name === '' ? '' : ` for metric name ${quoteText(name)}`);

/** Prometheus's sentences. */
export const invalidQuantile = (quantile: number): string =>
  `quantile value should be between 0 and 1, got ${formatGeneral(quantile)}`;

export const invalidRatio = (ratio: number, capped: number): string =>
  `ratio value should be between -1 and 1, got ${formatGeneral(ratio)}, capping to ${formatGeneral(capped)}`;

export const possibleNonCounter = (name: string): string =>
  `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quoteText(name)}`;

export const badBucketLabel = (name: string, value: string): string =>
  `bucket label "le" is missing or has a malformed value of ${quoteText(value)}${forMetric(name)}`;

export const forcedMonotonicity = (name: string): string =>
  `input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)${forMetric(name)}`;
