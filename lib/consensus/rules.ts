import type { FieldValue, PeerSeen } from '#lib/model/reading.ts';

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
    | { readonly strings: string }
    | {
        readonly peers: { readonly json: string } | { readonly metric: string; readonly by: string };
        readonly fields: PeerRules;
      }
  );
export interface PeerRules {
  readonly id: Rule;
  readonly up: Rule;
  readonly lastHeardMs: Rule;
  readonly rttMs: Rule;
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

/** Walks a path: `a.b`, `[0]`, `[*]`, `[?k=v]`, `[?k!=v]`, `[keys]`. Everything found, in order. */
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
  if (selector === '*') return isList(at) ? [...at] : isObject(at) ? Object.values(at) : [];
  if (!isList(at)) return [];
  const test = /^\?(\w+)(!?=)(.*)$/.exec(selector);
  if (test === null) return at.slice(Number(selector), Number(selector) + 1);
  const [, key = '', operator, wanted] = test;
  return at.filter((item) => isObject(item) && (String(item[key]) === wanted) === (operator === '='));
};

const isScalar = (value: FieldValue | JsonValue | undefined): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const convert = (rule: Rule, raw: FieldValue): FieldValue => {
  let value = raw;
  if (typeof value === 'string' && /^\d{19,20}$/.test(value) && BigInt(value) >= UNSET) value = null;
  if (value === '') value = null;
  if (rule.map !== undefined && isScalar(value)) {
    const text = String(value);
    const entry = Object.entries(rule.map).find(([key]) =>
      key.startsWith('~') ? new RegExp(`^(?:${key.slice(1)})$`).test(text) : key === text,
    );
    if (entry !== undefined) [, value] = entry;
    else if (rule.mapDefault !== undefined) value = rule.mapDefault;
  }
  if (rule.scale !== undefined && value !== null) {
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

/** A field of one list entry, which is an object of JSON or the samples of one label value. */
const one = (rule: Rule, scope: Scope): FieldValue => {
  const value = evaluate(rule, scope);
  return isScalar(value) ? value : null;
};
const asMs = (value: FieldValue): number | null => (typeof value === 'number' && value >= 0 ? value : null);

const peersOf = (rule: Extract<Rule, { peers: unknown }>, scope: Scope): FieldValue => {
  const { peers, fields } = rule;
  const entries: Body[] = [];
  if ('json' in peers) {
    if (scope.body.kind === 'json')
      entries.push(...findJson(scope.body.value, peers.json).map((value): Body => ({ kind: 'json', value })));
  } else {
    const { samples } = scope.body.kind === 'metrics' ? scope.body : { samples: [] };
    const ids = new Set(matching(scope, peers.metric).map((sample) => sample.labels[peers.by]));
    for (const id of ids)
      entries.push({ kind: 'metrics', samples: samples.filter((sample) => sample.labels[peers.by] === id) });
  }
  const seen = entries.flatMap((body): PeerSeen[] => {
    const inner: Scope = { ...scope, body };
    const id = one(fields.id, inner);
    if (id === null) return [];
    const up = one(fields.up, inner);
    return [
      {
        id: String(id),
        up: typeof up === 'boolean' ? up : null,
        lastHeardMs: asMs(one(fields.lastHeardMs, inner)),
        rttMs: asMs(one(fields.rttMs, inner)),
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
  if ('strings' in rule) {
    const strings =
      scope.body.kind === 'json' ? findJson(scope.body.value, rule.strings).filter(isScalar).map(String) : [];
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
  for (const rule of Array.isArray(rules) ? (rules as readonly Rule[]) : [rules as Rule]) {
    const value = convert(rule, source(rule, scope));
    if (value !== null) return value;
  }
  return null;
};

/** Every field of a set of rules; later rules see earlier fields. */
export const evaluateAll = (rules: Rules, body: Body, self: string): Record<string, FieldValue> => {
  const fields: Record<string, FieldValue> = {};
  for (const [name, rule] of Object.entries(rules)) fields[name] = evaluate(rule, { body, self, fields });
  return fields;
};
