import type { Labels } from '#lib/model/labels.ts';
import type { SeriesPoints } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';

const LEAST_PLAIN_EXPONENT = -4;
const LEAST_LARGE_EXPONENT = 6;

/** A value as Prometheus's clients write it: shortest digits, an exponent below 1e-4 and from 1e6 on. */
const valueText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= LEAST_PLAIN_EXPONENT && exponent < LEAST_LARGE_EXPONENT) return String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
};

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' };
const escapeValue = (text: string): string => text.replace(/[\\\n"]/g, (found) => ESCAPES[found] ?? found);

const keyText = (name: string, labels: readonly (readonly [string, string])[]): string =>
  labels.length === 0
    ? name
    : `${name}{${labels.map(([label, value]) => `${label}="${escapeValue(value)}"`).join(',')}}`;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const nameOf = (labels: Labels): string => labels.__name__ ?? '';
const pairsOf = (labels: Labels): (readonly [string, string])[] =>
  Object.entries(labels)
    .filter(([name]) => name !== '__name__')
    .toSorted(([a], [b]) => byText(a, b));

export interface FederatedSample {
  readonly labels: Labels;
  readonly at: Ms;
  readonly value: number;
}

/**
 * The page of `/federate`: text format 0.0.4, untyped, each sample with its instant. Labels of the whole monitor are added
 * where a series has none of that name; `instance` is there at least as the empty text, so that whoever scrapes the page
 * does not put his own (Prometheus documentation, "Federation").
 */
export const federationText = (samples: readonly FederatedSample[], external: Labels): string => {
  const added = Object.entries({ instance: '', ...external }).toSorted(([a], [b]) => byText(a, b));
  let text = '';
  let last = '';
  for (const { labels, at, value } of samples.toSorted((a, b) =>
    byText(nameOf(a.labels), nameOf(b.labels)),
  )) {
    const name = nameOf(labels);
    if (name === '') continue;
    if (name !== last) text += `# TYPE ${name} untyped\n`;
    last = name;
    const pairs = [...pairsOf(labels), ...added.filter(([label]) => labels[label] === undefined)];
    text += `${keyText(name, pairs)} ${valueText(value)} ${at}\n`;
  }
  return text;
};

/** Seconds that give the same millisecond when a reader cuts off what is below it. */
const secondsText = (at: Ms): string => {
  const text = (at / 1000).toFixed(3);
  return Math.trunc(Number(text) * 1000) === at ? text : `${text}1`;
};

/** Series with all their points as OpenMetrics 1.0 without types; ends cannot be written there and are left out. */
export const openMetricsText = (series: readonly SeriesPoints[]): string => {
  const lines = series
    .toSorted((a, b) => byText(nameOf(a.labels), nameOf(b.labels)))
    .flatMap(({ labels, samples }) => {
      const key = keyText(nameOf(labels), pairsOf(labels));
      return samples
        .filter((sample) => !sample.stale)
        .map((sample) => `${key} ${valueText(sample.value)} ${secondsText(sample.at)}\n`);
    });
  return `${lines.join('')}# EOF\n`;
};
