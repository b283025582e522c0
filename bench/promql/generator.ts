import type { Random } from './random.ts';

const METRICS: Readonly<Record<string, readonly string[]>> = {
  requests_total: ['job', 'instance', 'code'],
  temperature: ['job', 'instance', 'zone'],
  odd: ['job', 'instance'],
  up: ['job', 'instance'],
  latency_bucket: ['job', 'instance', 'le'],
  latency_count: ['job', 'instance'],
  latency_sum: ['job', 'instance'],
  build_info: ['instance', 'version'],
};
const VALUES: Readonly<Record<string, readonly string[]>> = {
  job: ['api', 'db', 'none'],
  instance: ['a:1', 'b:2', 'c:3'],
  code: ['200', '500'],
  zone: ['a', 'b', 'c'],
  le: ['0.1', '0.5', '1', '2.5', '10', '+Inf'],
  version: ['1.0', '1.1', '1.2'],
};
const PATTERNS = ['.*', '.+', 'a.*', '(a|b).*', 'api|db', '', '[^a]+', '5..', '.:[12]', '(?i:API)'];
const RANGES = ['1m', '2m30s', '5m', '10m', '20m'];
const OFFSETS = ['30s', '5m', '-2m', '1h'];
const OVER_TIME = [
  'rate',
  'increase',
  'delta',
  'irate',
  'idelta',
  'deriv',
  'changes',
  'resets',
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'sum_over_time',
  'count_over_time',
  'stddev_over_time',
  'stdvar_over_time',
  'last_over_time',
  'present_over_time',
  'absent_over_time',
];
const SIMPLE = [
  'abs',
  'ceil',
  'floor',
  'sgn',
  'sqrt',
  'exp',
  'ln',
  'log2',
  'log10',
  'sin',
  'cos',
  'atan',
  'tanh',
  'deg',
  'rad',
  'timestamp',
  'minute',
  'hour',
  'day_of_week',
  'day_of_month',
  'day_of_year',
  'days_in_month',
  'month',
  'year',
  'absent',
  'sort',
  'sort_desc',
];
const AGGREGATES = ['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'];
const ARITHMETIC = ['+', '-', '*', '/', '%', '^', 'atan2'];
const COMPARISON = ['==', '!=', '>', '<', '>=', '<='];
const SETS = ['and', 'or', 'unless'];
const LABELS = ['job', 'instance', 'code', 'zone', 'le', 'version'];

/**
 * Makes random queries of the language that two evaluators can be asked. Spans are multiples of 10 ms and no subquery stands
 * in another, so that with instants off the samples' grid no sample lies on the edge of a window.
 */
export class QueryGenerator {
  readonly #random: Random;
  readonly #atSeconds: string;
  #inSubquery = false;

  /** @param atSeconds an instant for `@`, as text */
  constructor(random: Random, atSeconds: string) {
    this.#random = random;
    this.#atSeconds = atSeconds;
  }

  query(): string {
    const random = this.#random;
    return random.chance(0.08) ? this.scalar(2) : this.vector(1 + random.below(3));
  }

  selector(): string {
    const random = this.#random;
    const metric = random.pick(Object.keys(METRICS));
    const labels = random.chance(0.4) ? random.some(METRICS[metric] ?? []) : [];
    const matchers = labels.map((label) => {
      const op = random.pick(['=', '!=', '=~', '!~']);
      const value = op.endsWith('~') ? random.pick(PATTERNS) : random.pick(VALUES[label] ?? ['']);
      return `${label}${op}"${value}"`;
    });
    if (random.chance(0.06))
      return `{__name__=~"latency_(sum|count)"${matchers.map((each) => `,${each}`).join('')}}`;
    return matchers.length === 0 ? metric : `${metric}{${matchers.join(',')}}`;
  }

  shift(): string {
    const random = this.#random;
    const offset = random.chance(0.15) ? ` offset ${random.pick(OFFSETS)}` : '';
    const at = random.chance(0.1) ? ` @ ${random.pick([this.#atSeconds, 'start()', 'end()'])}` : '';
    return random.chance(0.5) ? `${offset}${at}` : `${at}${offset}`;
  }

  range(depth: number): string {
    const random = this.#random;
    if (depth > 0 && !this.#inSubquery && random.chance(0.2)) {
      this.#inSubquery = true;
      const inner = this.vector(depth - 1);
      this.#inSubquery = false;
      return `(${inner})[${random.pick(RANGES)}:${random.pick(['30s', '1m', '70s'])}]${this.shift()}`;
    }
    return `${this.selector()}[${random.pick(RANGES)}]${this.shift()}`;
  }

  scalar(depth: number): string {
    const random = this.#random;
    if (depth === 0 || random.chance(0.5))
      return random.pick(['0', '1', '2', '0.5', '-1', '1e3', '0x10', 'Inf', 'NaN', '100', 'time()', 'pi()']);
    if (random.chance(0.3)) return `scalar(${this.vector(depth - 1)})`;
    const op = random.pick([...ARITHMETIC, ...COMPARISON]);
    return `(${this.scalar(depth - 1)} ${op}${COMPARISON.includes(op) ? ' bool' : ''} ${this.scalar(depth - 1)})`;
  }

  vector(depth: number): string {
    const random = this.#random;
    if (depth === 0) return `${this.selector()}${this.shift()}`;
    const kind = random.next();
    if (kind < 0.08) return `${this.selector()}${this.shift()}`;
    if (kind < 0.32) return this.overTime(depth);
    if (kind < 0.55) return this.aggregate(depth);
    if (kind < 0.8) return this.binary(depth);
    return this.call(depth);
  }

  overTime(depth: number): string {
    const random = this.#random;
    const range = this.range(depth);
    const kind = random.next();
    if (kind < 0.06)
      return `quantile_over_time(${random.pick(['0', '0.5', '0.9', '1', '-1', '2'])}, ${range})`;
    if (kind < 0.12) return `predict_linear(${range}, ${random.pick(['60', '-300', '3600'])})`;
    return `${random.pick(OVER_TIME)}(${range})`;
  }

  aggregate(depth: number): string {
    const random = this.#random;
    const inner = this.vector(depth - 1);
    const grouping = random.chance(0.7)
      ? ` ${random.pick(['by', 'without'])} (${random.some(LABELS).join(', ')})`
      : '';
    const kind = random.next();
    if (kind < 0.1)
      return `quantile${grouping} (${random.pick(['0', '0.3', '0.95', '1', '-0.1', '1.5'])}, ${inner})`;
    // Of equal values either may be chosen: a factor by place in the data makes ties rare.
    if (kind < 0.2)
      return `${random.pick(['topk', 'bottomk'])}${grouping} (${random.pick(['1', '2', '3', '0'])}, ${this.distinct()})`;
    if (kind < 0.25) return `count_values${grouping} ("value", ${inner})`;
    return `${random.pick(AGGREGATES)}${grouping} (${inner})`;
  }

  distinct(): string {
    return `sum_over_time(${this.#random.pick(['temperature', 'requests_total'])}[20m])`;
  }

  matching(): string {
    const random = this.#random;
    if (random.chance(0.3)) return '';
    const labels = random.some(LABELS, 1);
    const on = random.chance(0.6)
      ? `on (${random.some(['job', 'instance'], 1).join(', ')})`
      : `ignoring (${labels.join(', ')})`;
    const side = random.pick(['', '', 'group_left', 'group_right']);
    const include = side !== '' && random.chance(0.4) ? ` (${random.pick(['version', 'zone', 'code'])})` : '';
    return ` ${on}${side === '' ? '' : ` ${side}${include}`}`;
  }

  binary(depth: number): string {
    const random = this.#random;
    if (random.chance(0.15)) {
      const on = random.chance(0.5) ? ` on (${random.some(LABELS).join(', ')})` : '';
      return `(${this.vector(depth - 1)} ${random.pick(SETS)}${on} ${this.vector(depth - 1)})`;
    }
    const compares = random.chance(0.4);
    const op = random.pick(compares ? COMPARISON : ARITHMETIC);
    const bool = compares && random.chance(0.5) ? ' bool' : '';
    const sides = random.next();
    if (sides < 0.25) return `(${this.vector(depth - 1)} ${op}${bool} ${this.scalar(1)})`;
    if (sides < 0.4) return `(${this.scalar(1)} ${op}${bool} ${this.vector(depth - 1)})`;
    if (sides < 0.5) return `-${this.vector(0)}`;
    if (sides < 0.65) {
      const metric = this.selector();
      return `(${metric} ${op}${bool} ${metric})`;
    }
    if (sides < 0.75)
      return `(${random.pick(['requests_total', 'temperature', 'up'])} ${op}${bool} on (instance) group_left (version) build_info)`;
    return `(${this.vector(depth - 1)} ${op}${bool}${this.matching()} ${this.vector(depth - 1)})`;
  }

  call(depth: number): string {
    const random = this.#random;
    const kind = random.next();
    const inner = this.vector(depth - 1);
    if (kind < 0.15) {
      const buckets = random.pick([
        'latency_bucket',
        'rate(latency_bucket[5m])',
        'sum by (le) (rate(latency_bucket[10m]))',
        'sum by (le, job) (increase(latency_bucket[20m]))',
      ]);
      return `histogram_quantile(${random.pick(['0', '0.5', '0.9', '0.99', '1', '-1', '2'])}, ${buckets})`;
    }
    if (kind < 0.25)
      return `label_replace(${inner}, "${random.pick(['new', 'job', 'zone'])}", "${random.pick(['$1', 'x-$1', '', '${1}y'])}", "${random.pick(['instance', 'job', 'none'])}", "${random.pick(['(.*):.*', '(a)pi', '.*', '(.+)'])}")`;
    if (kind < 0.32) return `label_join(${inner}, "joined", "-", "job", "instance")`;
    if (kind < 0.4) return `round(${inner}${random.pick(['', ', 0.5', ', 10'])})`;
    if (kind < 0.48)
      return random.pick([
        `clamp(${inner}, 1, 20)`,
        `clamp_min(${inner}, 3)`,
        `clamp_max(${inner}, ${this.scalar(1)})`,
      ]);
    if (kind < 0.52) return `vector(${this.scalar(1)})`;
    return `${random.pick(SIMPLE)}(${inner})`;
  }
}
