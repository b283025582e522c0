import { RE2JS } from 're2js';

import type { Labels } from '#lib/model/labels.ts';
import { parseDuration } from '#lib/model/time.ts';
import type { VectorSample } from '#lib/promql/value.ts';

import { builtins, queryEscape } from './builtins.ts';
import { asText } from './function.ts';
import type { TemplateFunctions } from './function.ts';
import { humanize, humanize1024, humanizeDuration, humanizePercentage, timestampMs } from './humanize.ts';
import { formatFloat } from './number-format.ts';
import { stringMap, typeName, valueText } from './value.ts';
import type { ListValue, StructValue, Value } from './value.ts';

/** What Prometheus's functions ask of where they run. */
export interface FunctionSurroundings {
  /** Where people reach this server; empty: unknown. */
  readonly externalUrl: string;
  /** @throws Error when the expression cannot be evaluated */
  readonly query: (expr: string) => readonly VectorSample[];
}

const toNumber = (value: Value | undefined): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string') throw new Error(`can't convert ${typeName(value ?? null)} to float`);
  const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)
    ? Number(value)
    : namedNumber(value);
  if (number === null)
    throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`);
  return number;
};

const namedNumber = (text: string): number | null => {
  const parts = /^([+-]?)(nan|inf|infinity)$/i.exec(text);
  if (parts === null) return null;
  if (parts[2]?.toLowerCase() === 'nan') return Number.NaN;
  return parts[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
};

const writeNumber = (write: (value: number) => string) =>
  ({
    parameters: ['any'],
    call: ([value]) => write(toNumber(value)),
  }) as const satisfies TemplateFunctions[string];

const writeText = (write: (text: string) => string) =>
  ({
    parameters: ['string'],
    call: ([text]) => write(asText(text)),
  }) as const satisfies TemplateFunctions[string];

const sampleValue = (labels: Labels, value: number): StructValue => ({
  kind: 'struct',
  type: '*template.sample',
  fields: new Map<string, Value>([
    ['Labels', stringMap(labels)],
    ['Value', value],
  ]),
});

const vectorValue = (items: readonly Value[]): ListValue => ({
  kind: 'list',
  type: 'template.queryResult',
  items,
});

const itemsOf = (value: Value | undefined): readonly Value[] =>
  value !== null && typeof value === 'object' && value.kind === 'list' ? value.items : [];

const fieldOf = (sample: Value | undefined, name: string): Value =>
  sample !== null && typeof sample === 'object' && sample.kind === 'struct'
    ? (sample.fields.get(name) ?? null)
    : null;

const labelOf = (sample: Value | undefined, name: string): string => {
  const labels = fieldOf(sample, 'Labels');
  return labels !== null && typeof labels === 'object' && labels.kind === 'map'
    ? asText(labels.entries.get(name))
    : '';
};

const compileRegex = (pattern: string): RE2JS => {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new Error(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};

/** Replaces every match; `$1`, `$name` and `${name}` stand for groups, `$$` for a dollar sign, as in Go's `Expand`. */
const replaceAll = (pattern: string, replacement: string, text: string): string => {
  const regex = compileRegex(pattern);
  const names = regex.namedGroups();
  const matcher = regex.matcher(text);
  let result = '';
  let at = 0;
  while (matcher.find()) {
    const expanded = replacement.replace(
      /\$(?:(\$)|(\w+)|\{(\w+)\})/g,
      (_whole, dollar: string | undefined, plain: string | undefined, braced: string | undefined) => {
        if (dollar !== undefined) return '$';
        const name = plain ?? braced ?? '';
        const group = /^\d+$/.test(name) ? Number(name) : names[name];
        return group === undefined || group > matcher.groupCount() ? '' : (matcher.group(group) ?? '');
      },
    );
    result += text.slice(at, matcher.start()) + expanded;
    at = matcher.end();
  }
  return result + text.slice(at);
};

/** `host:port` in its parts, the host without brackets; null: it is none. */
const splitHostPort = (text: string): { readonly host: string; readonly port: string } | null => {
  const parts = /^(?:\[([^[\]]*)\]|([^[\]:]*)):([^[\]:]*)$/.exec(text);
  return parts === null ? null : { host: parts[1] ?? parts[2] ?? '', port: parts[3] ?? '' };
};

const isAddress = (host: string): boolean => {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host);
  if (four !== null) return four.slice(1).every((part) => Number(part) < 256 && !/^0\d/.test(part));
  return host.includes(':') && URL.canParse(`http://[${host}]/`);
};

const stripDomain = (text: string): string => {
  const parts = splitHostPort(text);
  const host = parts?.host ?? text;
  if (isAddress(host)) return text;
  const short = host.split('.')[0] ?? '';
  return parts === null || parts.port === '' ? short : `${short}:${parts.port}`;
};

/** Go's case mapping is one character for one: what has no single counterpart stays. */
const upper = (letter: string): string => {
  const raised = letter.toUpperCase();
  return [...raised].length === 1 ? raised : letter;
};

/** Words begin behind white space and behind ASCII that is no letter, digit or underscore, as Go's `strings.Title` has it. */
const title = (text: string): string => text.replace(/(?<![\p{L}\p{Nd}_]|[^\p{ASCII}\s])\p{L}/gu, upper);

const parseSeconds = (text: string): number => {
  const ms = parseDuration(text);
  if (ms === null) throw new Error(`not a valid duration string: ${JSON.stringify(text)}`);
  return ms / 1000;
};

const sortByLabel = (name: string, samples: readonly Value[]): Value =>
  vectorValue(
    samples.toSorted((a, b) => {
      const x = labelOf(a, name);
      const y = labelOf(b, name);
      return x < y ? -1 : x > y ? 1 : 0;
    }),
  );

const vectorFunctions = ({ query }: FunctionSurroundings): TemplateFunctions => ({
  query: {
    parameters: ['string'],
    call: ([expr]) => vectorValue(query(asText(expr)).map(({ labels, value }) => sampleValue(labels, value))),
  },
  first: {
    parameters: ['vector'],
    call: ([vector]) => {
      const [first] = itemsOf(vector);
      if (first === undefined) throw new Error('first() called on vector with no elements');
      return first;
    },
  },
  label: { parameters: ['string', 'sample'], call: ([name, sample]) => labelOf(sample, asText(name)) },
  value: { parameters: ['sample'], call: ([sample]) => fieldOf(sample, 'Value') },
  strvalue: { parameters: ['sample'], call: ([sample]) => labelOf(sample, '__value__') },
  sortByLabel: {
    parameters: ['string', 'vector'],
    call: ([name, vector]) => sortByLabel(asText(name), itemsOf(vector)),
  },
});

const numberFunctions: TemplateFunctions = {
  humanize: writeNumber(humanize),
  humanize1024: writeNumber(humanize1024),
  humanizeDuration: writeNumber(humanizeDuration),
  humanizePercentage: writeNumber(humanizePercentage),
  humanizeTimestamp: writeNumber((seconds) =>
    Number.isFinite(seconds)
      ? valueText({ kind: 'time', unixMs: timestampMs(seconds) })
      : formatFloat(seconds, 'g', 4),
  ),
  toTime: {
    parameters: ['any'],
    call: ([value]) => {
      const seconds = toNumber(value);
      return Number.isFinite(seconds) ? { kind: 'time', unixMs: timestampMs(seconds) } : null;
    },
  },
  parseDuration: { parameters: ['string'], call: ([text]) => parseSeconds(asText(text)) },
};

const textFunctions: TemplateFunctions = {
  title: writeText(title),
  toUpper: writeText((text) => text.replace(/\p{L}/gu, upper)),
  toLower: writeText((text) => text.toLowerCase()),
  match: {
    parameters: ['string', 'string'],
    call: ([pattern, text]) => compileRegex(asText(pattern)).matcher(asText(text)).find(),
  },
  reReplaceAll: {
    parameters: ['string', 'string', 'string'],
    call: ([pattern, replacement, text]) => replaceAll(asText(pattern), asText(replacement), asText(text)),
  },
  stripPort: writeText((text) => splitHostPort(text)?.host ?? text),
  stripDomain: writeText(stripDomain),
  safeHtml: writeText((text) => text),
  graphLink: writeText((expr) => `/graph?g0.expr=${queryEscape(expr)}&g0.tab=0`),
  tableLink: writeText((expr) => `/graph?g0.expr=${queryEscape(expr)}&g0.tab=1`),
  args: {
    parameters: [],
    variadic: 'any',
    call: (values) => ({
      kind: 'map',
      type: 'map[string]interface {}',
      entries: new Map(values.map((value, index) => [`arg${index}`, value])),
      zero: null,
    }),
  },
  /** Expanded by the interpreter itself, which knows the templates. */
  tmpl: { parameters: ['string', 'any'], call: () => null },
};

/** Every function that a template of an alert can call (Prometheus documentation, "Template reference": Functions). */
export const alertFunctions = (around: FunctionSurroundings): TemplateFunctions => ({
  ...builtins,
  ...numberFunctions,
  ...textFunctions,
  ...vectorFunctions(around),
  externalURL: { parameters: [], call: () => around.externalUrl },
  pathPrefix: {
    parameters: [],
    call: () => URL.parse(around.externalUrl)?.pathname.replace(/^\/$/, '') ?? '',
  },
});
