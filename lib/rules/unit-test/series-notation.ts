import type { Labels } from '#lib/model/labels.ts';

import { unquote } from '../template/unquote.ts';

/** One value of a test's series; null: no sample at that step. */
export type SeriesValue = number | 'stale' | null;

const MAX_VALUES = 1_000_000;
const NUMBER = String.raw`(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)`;
const BLANK = /^_(?:x(\d+))?$/;
const VALUE = new RegExp(`^([+-]?${NUMBER})(?:([+-]${NUMBER})x(\\d+)|x(\\d+))?$`);
const NAMED = /^[+-]?(?:inf|nan)$/i;
const NAME = /[a-zA-Z_:][\w:]*/y;
const LABEL_NAME = /\s*([a-zA-Z_]\w*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')\s*/y;
const LABEL_VALUE = /=\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)\s*/y;

const numberOf = (text: string): number => {
  const named = /^([+-]?)(inf|nan)$/i.exec(text);
  if (named !== null) {
    const size = named[2]?.toLowerCase() === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN;
    return named[1] === '-' ? -size : size;
  }
  const signed = /^([+-]?)(.*)$/.exec(text);
  return (signed?.[1] === '-' ? -1 : 1) * Number(signed?.[2]);
};

const repeat = (count: string | undefined, most: number): number => {
  const times = Number(count ?? 0);
  if (times >= most) throw new Error(`x${count} is more than ${most} values; write fewer`);
  return times;
};

const valuesOf = (item: string, most: number): SeriesValue[] => {
  if (item === 'stale') return ['stale'];
  if (NAMED.test(item)) return [numberOf(item)];
  const blank = BLANK.exec(item);
  if (blank !== null)
    return Array.from({ length: blank[1] === undefined ? 1 : repeat(blank[1], most) }, () => null);
  if (item.includes('{{'))
    throw new Error(`${item}: histograms are not supported in series; write their buckets`);
  const parts = VALUE.exec(item);
  if (parts === null)
    throw new Error(`${JSON.stringify(item)} is no value; write for example 5, 1+2x10, 3x4, _, _x3 or stale`);
  const [, first = '', step = '0', stepped, repeated] = parts;
  const values: number[] = [];
  let value = numberOf(first);
  for (let left = repeat(stepped ?? repeated, most); left >= 0; left -= 1) {
    values.push(value);
    value += numberOf(step);
  }
  return values;
};

/**
 * The values of a series in the notation of rule unit tests (Prometheus documentation, "Unit testing for rules"):
 * `a+bxn` is a, a+b, … a+n·b; `axn` is a, n times more; `_` is no sample, `_xn` n of them; `stale` ends the series.
 * @param most values in all
 * @throws Error that names the item
 */
export const parseValues = (text: string, most = MAX_VALUES): SeriesValue[] => {
  const values: SeriesValue[] = [];
  for (const item of text.split(/\s+/)) {
    if (item === '') continue;
    for (const value of valuesOf(item, most)) values.push(value);
    if (values.length > most) throw new Error(`a series of more than ${most} values; write fewer`);
  }
  return values;
};

const parseLabels = (
  text: string,
  from: number,
): { readonly labels: [string, string][]; readonly end: number } => {
  const labels: [string, string][] = [];
  let at = from;
  for (;;) {
    LABEL_NAME.lastIndex = at;
    const name = LABEL_NAME.exec(text);
    if (name === null) return { labels, end: at };
    at = LABEL_NAME.lastIndex;
    const label = /^["']/.test(name[1] ?? '') ? unquote(name[1] ?? '') : (name[1] ?? '');
    LABEL_VALUE.lastIndex = at;
    const value = LABEL_VALUE.exec(text);
    const isMetric = value === null && /^["']/.test(name[1] ?? '');
    const content = isMetric ? label : value === null ? null : unquote(value[1] ?? '');
    if (label === null || content === null) throw new Error(`bad label at ${JSON.stringify(text.slice(at))}`);
    labels.push([isMetric ? '__name__' : label, content]);
    if (!isMetric) at = LABEL_VALUE.lastIndex;
    if (text.charAt(at) !== ',') return { labels, end: at };
    at += 1;
  }
};

/**
 * The labels of a series as it is written: `name{label="value"}`.
 * @throws Error that says where it is no series
 */
export const parseMetric = (text: string): Labels => {
  const trimmed = text.trim();
  NAME.lastIndex = 0;
  const name = NAME.exec(trimmed)?.[0];
  let at = name?.length ?? 0;
  while (trimmed.charAt(at) === ' ') at += 1;
  const named: [string, string][] = name === undefined ? [] : [['__name__', name]];
  if (at === trimmed.length && name !== undefined) return Object.fromEntries(named);
  if (trimmed.charAt(at) === '{') {
    const { labels, end } = parseLabels(trimmed, at + 1);
    const rest = trimmed.slice(end).trim();
    if (rest === '}') return Object.fromEntries([...named, ...labels].filter(([, value]) => value !== ''));
    at = end;
  }
  throw new Error(
    `${JSON.stringify(text)} is no series at ${JSON.stringify(trimmed.slice(at))}; write name{label="value"}`,
  );
};
