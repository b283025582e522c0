import { labelsKey } from '#lib/model/labels.ts';
import type { Labels } from '#lib/model/labels.ts';

import { formatFloat } from '../template/number-format.ts';
import { quoted } from '../template/printf.ts';
import type { ExpectedAlert } from './test-file.ts';

interface TestSample {
  readonly labels: Labels;
  readonly value: number;
}

const alertKey = ({ labels, annotations }: ExpectedAlert): string =>
  `${labelsKey(labels)}\u0003${labelsKey(annotations)}`;

const sameTexts = (a: readonly string[], b: readonly string[]): boolean => {
  const [x, y] = [a.toSorted(), b.toSorted()];
  return x.length === y.length && x.every((text, index) => text === y[index]);
};

/** Whether two lists hold the same alerts, in any order. */
export const sameAlerts = (a: readonly ExpectedAlert[], b: readonly ExpectedAlert[]): boolean =>
  sameTexts(a.map(alertKey), b.map(alertKey));

const bits = new DataView(new ArrayBuffer(16));

/** Whether no double lies between two of one sign. */
const areNeighbours = (a: number, b: number): boolean => {
  bits.setFloat64(0, a);
  bits.setFloat64(8, b);
  const distance = bits.getBigInt64(0) - bits.getBigInt64(8);
  return distance >= -1n && distance <= 1n;
};

const sameValue = (a: number, b: number, fuzzy: boolean): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || (fuzzy && areNeighbours(a, b));

/** Whether two lists hold the same samples, in any order. */
export const sameSamples = (a: readonly TestSample[], b: readonly TestSample[], fuzzy: boolean): boolean => {
  const values = new Map(b.map(({ labels, value }) => [labelsKey(labels), value]));
  return (
    a.length === b.length &&
    new Set(a.map(({ labels }) => labelsKey(labels))).size === a.length &&
    a.every(({ labels, value }) => {
      const other = values.get(labelsKey(labels));
      return other !== undefined && sameValue(value, other, fuzzy);
    })
  );
};

const labelsText = (labels: Labels): string =>
  `{${Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(', ')}}`;

/** Alerts, one to a line: labels, then annotations. */
export const alertLines = (alerts: readonly ExpectedAlert[]): string[] =>
  alerts.map(({ labels, annotations }) => `${labelsText(labels)} ${labelsText(annotations)}`).toSorted();

/** Samples, one to a line. */
export const sampleLines = (samples: readonly TestSample[]): string[] =>
  samples.map(({ labels, value }) => `${labelsText(labels)} ${formatFloat(value, 'g', null)}`).toSorted();

/** Alerts as `promtool` shows them. */
export const alertsText = (alerts: readonly ExpectedAlert[]): string => {
  if (alerts.length === 0) return '[]';
  const items = alerts
    .toSorted((a, b) => (alertKey(a) < alertKey(b) ? -1 : 1))
    .map(
      ({ labels, annotations }, index) =>
        `            ${index}:\n              Labels:${labelsText(labels)}\n              Annotations:${labelsText(annotations)}`,
    );
  return `[\n${items.join(',\n')}\n            ]`;
};

/** Samples as `promtool` shows them. */
export const samplesText = (samples: readonly TestSample[]): string =>
  samples.length === 0 ? 'nil' : sampleLines(samples).join(', ');
