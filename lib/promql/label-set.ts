import type { Labels } from '#lib/model/labels.ts';
import { labelsKey } from '#lib/model/labels.ts';

import { quoteText } from './go-quote.ts';

export const METRIC_NAME = '__name__';

/** Label sets are never changed, so what follows from one is kept beside it: a query asks for it once per step. */
const keys = new WeakMap<Labels, string>();
const nameless = new WeakMap<Labels, Labels>();

/** Equal exactly when the label sets are equal. */
export const keyOf = (labels: Labels): string => {
  let key = keys.get(labels);
  if (key === undefined) {
    key = labelsKey(labels);
    keys.set(labels, key);
  }
  return key;
};

/** The labels without the metric's name. */
export const withoutName = (labels: Labels): Labels => {
  if (labels[METRIC_NAME] === undefined) return labels;
  let rest = nameless.get(labels);
  if (rest === undefined) {
    rest = omitLabels(labels, [METRIC_NAME]);
    nameless.set(labels, rest);
  }
  return rest;
};

/** Only the labels named; a label without a value is no label. */
export const pickLabels = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(names.map((name) => [name, labels[name] ?? '']).filter(([, value]) => value !== ''));

/** All labels but those named. */
export const omitLabels = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));

/** The labels with one set; an empty value removes it. */
export const setLabel = (labels: Labels, name: string, value: string): Labels =>
  value === '' ? omitLabels(labels, [name]) : { ...labels, [name]: value };

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of series in an answer: label by label in the order of their names. */
export const compareLabels = (a: Labels, b: Labels): number => {
  const left = Object.keys(a).sort();
  const right = Object.keys(b).sort();
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const [x = '', y = ''] = [left[i], right[i]];
    const order = compareText(x, y) || compareText(a[x] ?? '', b[y] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
};

const PLAIN_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A label's name as Prometheus writes it: quoted where it is no plain word. */
export const printLabelName = (name: string): string => (PLAIN_NAME.test(name) ? name : quoteText(name));

/** `{__name__="up", job="a"}`, as in Prometheus's messages. */
export const printLabels = (labels: Labels): string =>
  `{${Object.keys(labels)
    .sort()
    .map((name) => `${printLabelName(name)}=${quoteText(labels[name] ?? '')}`)
    .join(', ')}}`;
