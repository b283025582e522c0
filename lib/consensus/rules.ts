import { asHistogram } from '#lib/model/reading.ts';
import type { FieldValue, Histogram, MemberSeen, PeerSeen } from '#lib/model/reading.ts';

/** The body of an endpoint, parsed: JSON (integers beyond 2^53 as decimal strings), or samples of an exposition. */
export type Body =
  | { readonly kind: 'json'; readonly value: JsonValue }
  | { readonly kind: 'metrics'; readonly samples: readonly MetricSample[] };
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Convert {
  /** Ids that are written in base 16 in one place and in base 10 in another: read from 16, or written in 16. */
  readonly hex?: 'read' | 'write';
  /** Whether the value equals what that rule finds. */
  readonly eq?: Rule;
  /** Values, or `~regex`, to values. */
  readonly map?: Readonly<Record<string, string | number | boolean | null>>;
  /** What a value becomes that `map` does not name; absent: it stays. */
  readonly mapDefault?: string | number | boolean | null;
  readonly scale?: number;
  readonly default?: string | number | boolean;
}

/** How one field is found. In a list of rules the first that finds something wins. */
export type Rule = Convert &
  (
    | { readonly json: string }
    | {
        readonly metric: string;
        readonly labels?: Readonly<Record<string, string>>;
        readonly where?: number;
        readonly label?: string;
      }
    | { readonly self: true }
    | { readonly const: string | number | boolean }
    | { readonly field: string }
    /** Texts; with `match` its first group, of those that it matches. */
    | { readonly strings: string; readonly match?: string }
    /** A histogram by the name of its family. */
    | { readonly hist: string }
    | {
        readonly peers:
          | { readonly json: string }
          | { readonly metric: string; readonly by: readonly string[] };
        readonly fields: PeerRules;
      }
    | { readonly members: string; readonly fields: MemberRules }
  );
export interface PeerRules {
  readonly id: Rule;
  readonly up?: Rule;
  readonly lastHeardMs?: Rule;
  readonly rttMs?: Rule;
  readonly rtts?: Rule;
}
export interface MemberRules {
  readonly id: Rule;
  readonly otherId?: Rule;
  readonly name: Rule;
  readonly isLearner?: Rule;
  readonly urls: Rule;
  readonly peerUrls?: Rule;
}
export type Rules = Readonly<Record<string, Rule | readonly Rule[]>>;

export interface Scope {
  readonly body: Body;
  /** The target's own id, as configured. */
  readonly self: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** Unsigned 64-bit values this close to the top mean "unset" in the systems that use them. */
const UNSET = 2n ** 64n - 1024n;

/** Parses JSON without losing digits of large integers. @throws SyntaxError */
export const parseJson = (text: string): JsonValue =>
  JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? context?.source
      : value,
  ) as JsonValue; // what JSON.parse returns

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
const isObject = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const STEP = /^([^[\]]*)((?:\[[^\]]*\])*)$/;

/** Walks a path: `a.b`, `[0]`, `[*]`, `[?k=v]`, `[?k!=v]`, `[keys]`, `[entries]`. Everything found, in order. */
const findJson = (value: JsonValue, path: string): JsonValue[] => {
  let found: JsonValue[] = [value];
  for (const step of path.split('.')) {
    const parts = STEP.exec(step);
    if (parts === null) return [];
    const [, name = '', selectors = ''] = parts;
    if (name !== '')
      found = found.flatMap((at) => (isObject(at) && Object.hasOwn(at, name) ? [at[name] ?? null] : []));
    for (const selector of selectors.matchAll(/\[([^\]]*)\]/g))
      found = found.flatMap((at) => select(at, selector[1] ?? ''));
  }
  return found;
};

const select = (at: JsonValue, selector: string): JsonValue[] => {
  if (selector === 'keys') return isObject(at) ? Object.keys(at) : [];
  if (selector === 'entries')
    return isObject(at) ? Object.entries(at).map(([key, value]) => ({ key, value })) : [];
  if (selector === '*') return isList(at) ? [...at] : isObject(at) ? Object.values(at) : [];
  if (!isList(at)) return [];
  const test = /^\?(\w+)(!?=)(.*)$/.exec(selector);
  if (test === null) return at.slice(Number(selector), Number(selector) + 1);
  const [, key = '', operator, wanted] = test;
  return at.filter((item) => isObject(item) && (String(item[key]) === wanted) === (operator === '='));
};

const isScalar = (value: FieldValue | JsonValue | undefined): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const rebase = (value: FieldValue, hex: 'read' | 'write'): FieldValue => {
  if (!isScalar(value)) return null;
  const text = String(value);
  if (hex === 'read') return /^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`).toString() : null;
  return /^\d{1,20}$/.test(text) ? BigInt(text).toString(16) : null;
};

const convert = (rule: Rule, raw: FieldValue, scope: Scope): FieldValue => {
  let value = raw;
  if (rule.hex !== undefined) value = rebase(value, rule.hex);
  if (typeof value === 'string' && /^\d{19,20}$/.test(value) && BigInt(value) >= UNSET) value = null;
  if (value === '') value = null;
  if (rule.eq !== undefined && isScalar(value)) {
    const other = evaluate(rule.eq, scope);
    value = isScalar(other) ? String(value) === String(other) : null;
  }
  if (rule.map !== undefined && isScalar(value)) {
    const text = String(value);
    const entry = Object.entries(rule.map).find(([key]) =>
      key.startsWith('~') ? new RegExp(`^(?:${key.slice(1)})$`).test(text) : key === text,
    );
    if (entry !== undefined) [, value] = entry;
    else if (rule.mapDefault !== undefined) value = rule.mapDefault;
  }
  if (rule.scale !== undefined && isScalar(value)) {
    const number = Number(value);
    value = Number.isFinite(number) ? number * rule.scale : null;
  }
  return value ?? rule.default ?? null;
};

const matching = (
  scope: Scope,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): MetricSample[] =>
  scope.body.kind !== 'metrics'
    ? []
    : scope.body.samples.filter(
        (sample) =>
          sample.labels.__name__ === name &&
          Object.entries(labels).every(([label, pattern]) =>
            new RegExp(`^(?:${pattern})$`).test(sample.labels[label] ?? ''),
          ),
      );

const histogramOf = (scope: Scope, name: string): Histogram | null => {
  const valueOf = (part: string): number | undefined => matching(scope, `${name}_${part}`)[0]?.value;
  const sum = valueOf('sum');
  const count = valueOf('count');
  const buckets = matching(scope, `${name}_bucket`)
    .map(({ labels, value }) => ({ le: labels.le === '+Inf' ? Infinity : Number(labels.le), count: value }))
    .filter((bucket) => !Number.isNaN(bucket.le))
    .sort((a, b) => a.le - b.le);
  return sum === undefined || count === undefined ? null : { sum, count, buckets };
};

/** A field of one list entry, which is an object of JSON or the samples of one label value. */
const one = (rule: Rule | undefined, scope: Scope): string | number | boolean | null => {
  const value = rule === undefined ? null : evaluate(rule, scope);
  return isScalar(value) ? value : null;
};
const oneText = (rule: Rule | undefined, scope: Scope): string | null => {
  const value = one(rule, scope);
  return value === null ? null : String(value);
};
const asMs = (value: FieldValue): number | null => (typeof value === 'number' && value >= 0 ? value : null);

const entriesOf = (
  list: { readonly json: string } | { readonly metric: string; readonly by: readonly string[] },
  scope: Scope,
): Body[] => {
  const { body } = scope;
  if ('json' in list)
    return body.kind === 'json'
      ? findJson(body.value, list.json).map((value): Body => ({ kind: 'json', value }))
      : [];
  if (body.kind !== 'metrics') return [];
  const [first = ''] = list.by;
  const ids = new Set(matching(scope, list.metric).flatMap((sample) => sample.labels[first] ?? []));
  return [...ids].map((id) => ({
    kind: 'metrics',
    samples: body.samples.filter((sample) => list.by.some((label) => sample.labels[label] === id)),
  }));
};

const peersOf = (rule: Extract<Rule, { peers: unknown }>, scope: Scope): FieldValue => {
  const { peers, fields } = rule;
  const seen = entriesOf(peers, scope).flatMap((body): PeerSeen[] => {
    const inner: Scope = { ...scope, body };
    const id = oneText(fields.id, inner);
    if (id === null) return [];
    const up = one(fields.up, inner);
    return [
      {
        id,
        up: typeof up === 'boolean' ? up : null,
        lastHeardMs: asMs(one(fields.lastHeardMs, inner)),
        rttMs: asMs(one(fields.rttMs, inner)),
        rtts: fields.rtts === undefined ? null : asHistogram(evaluate(fields.rtts, inner)),
      },
    ];
  });
  return seen.length === 0 ? null : seen;
};

const membersOf = (rule: Extract<Rule, { members: unknown }>, scope: Scope): FieldValue => {
  const { fields } = rule;
  const textsOf = (list: Rule | undefined, inner: Scope): readonly string[] => {
    const value = list === undefined ? null : evaluate(list, inner);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
  const seen = entriesOf({ json: rule.members }, scope).flatMap((body): MemberSeen[] => {
    const inner: Scope = { ...scope, body };
    const id = oneText(fields.id, inner);
    if (id === null) return [];
    return [
      {
        id,
        otherId: oneText(fields.otherId, inner),
        name: oneText(fields.name, inner),
        isLearner: one(fields.isLearner, inner) === true,
        urls: textsOf(fields.urls, inner),
        peerUrls: textsOf(fields.peerUrls, inner),
      },
    ];
  });
  return seen.length === 0 ? null : seen;
};

const source = (rule: Rule, scope: Scope): FieldValue => {
  if ('self' in rule) return scope.self;
  if ('const' in rule) return rule.const;
  if ('field' in rule) return scope.fields[rule.field] ?? null;
  if ('peers' in rule) return peersOf(rule, scope);
  if ('members' in rule) return membersOf(rule, scope);
  if ('hist' in rule) return histogramOf(scope, rule.hist);
  if ('strings' in rule) {
    const found =
      scope.body.kind === 'json' ? findJson(scope.body.value, rule.strings).filter(isScalar).map(String) : [];
    const { match } = rule;
    const strings =
      match === undefined ? found : found.flatMap((each) => new RegExp(match).exec(each)?.[1] ?? []);
    return strings.length === 0 ? null : strings;
  }
  if ('json' in rule) {
    const found = scope.body.kind === 'json' ? findJson(scope.body.value, rule.json)[0] : undefined;
    return isScalar(found) ? found : null;
  }
  const sample = matching(scope, rule.metric, rule.labels).find(
    (each) => rule.where === undefined || each.value === rule.where,
  );
  if (sample === undefined) return null;
  if (rule.label !== undefined) return sample.labels[rule.label] ?? null;
  return Number.isFinite(sample.value) ? sample.value : null;
};

/** What a rule finds in a body; null: not offered. Never throws, whatever the body holds. */
const evaluate = (rules: Rule | readonly Rule[], scope: Scope): FieldValue => {
  for (const rule of listOf(rules)) {
    const value = convert(rule, source(rule, scope), scope);
    if (value !== null) return value;
  }
  return null;
};

/**
 * Every field of a set of rules; later rules see earlier fields.
 * @param known what the member's other endpoints said
 */
export const evaluateAll = (
  rules: Rules,
  body: Body,
  self: string,
  known: Readonly<Record<string, FieldValue>> = {},
): Record<string, FieldValue> => {
  const fields: Record<string, FieldValue> = {};
  for (const [name, rule] of Object.entries(rules))
    fields[name] = evaluate(rule, { body, self, fields: { ...known, ...fields } });
  return fields;
};

const listOf = (rules: Rule | readonly Rule[]): readonly Rule[] =>
  Array.isArray(rules) ? (rules as readonly Rule[]) : [rules as Rule];

const familiesOfRule = (rule: Rule): string[] => [
  ...('metric' in rule ? [rule.metric] : []),
  ...('hist' in rule ? ['bucket', 'sum', 'count'].map((part) => `${rule.hist}_${part}`) : []),
  ...('peers' in rule && 'metric' in rule.peers ? [rule.peers.metric] : []),
  ...('peers' in rule || 'members' in rule
    ? Object.values(rule.fields).flatMap((inner: Rule | undefined) =>
        inner === undefined ? [] : familiesOfRule(inner),
      )
    : []),
];

/** Names of all series that rules read: of a large body nothing else need be parsed. */
export const familiesOf = (rules: Rules): ReadonlySet<string> =>
  new Set(Object.values(rules).flatMap((each) => listOf(each).flatMap(familiesOfRule)));
