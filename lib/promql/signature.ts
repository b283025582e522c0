import type { ValueType } from './ast.ts';

/** Arguments and result of a function. */
export interface Signature {
  readonly args: readonly ValueType[];
  /** How many arguments may be left out or added at the end: 0 none, n the last up to n times, -1 any number. */
  readonly variadic: number;
  readonly returns: ValueType;
  /** Refused unless the query's reader allows experiments. */
  readonly experimental: boolean;
}

const TYPES: Readonly<Record<string, ValueType>> = {
  s: 'scalar',
  v: 'instant vector',
  m: 'range vector',
  t: 'string',
};

const typeOf = (letter: string): ValueType => TYPES[letter] ?? 'scalar';

/** One line per signature: argument letters, how many are variadic, result letter; then the functions that have it. */
const TABLE: readonly (readonly [args: string, variadic: number, returns: string, names: string])[] = [
  ['m', 0, 'v', 'rate increase delta irate idelta deriv changes resets absent_over_time present_over_time'],
  ['m', 0, 'v', 'avg_over_time min_over_time max_over_time sum_over_time count_over_time last_over_time'],
  ['m', 0, 'v', 'first_over_time stddev_over_time stdvar_over_time mad_over_time'],
  ['m', 0, 'v', 'ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time'],
  ['sm', 0, 'v', 'quantile_over_time'],
  ['ms', 0, 'v', 'predict_linear'],
  ['mss', 0, 'v', 'double_exponential_smoothing'],
  ['v', 0, 'v', 'abs ceil floor exp ln log2 log10 sqrt sgn deg rad'],
  ['v', 0, 'v', 'acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh'],
  ['v', 0, 'v', 'absent sort sort_desc timestamp'],
  ['v', 0, 'v', 'histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar'],
  ['vs', 1, 'v', 'round'],
  ['vss', 0, 'v', 'clamp'],
  ['vs', 0, 'v', 'clamp_max clamp_min'],
  ['v', 1, 'v', 'days_in_month day_of_month day_of_week day_of_year hour minute month year'],
  ['sv', 0, 'v', 'histogram_quantile'],
  ['ssv', 0, 'v', 'histogram_fraction'],
  ['vtttt', 0, 'v', 'label_replace'],
  ['vttt', -1, 'v', 'label_join'],
  ['vt', -1, 'v', 'sort_by_label sort_by_label_desc'],
  ['', 0, 's', 'pi time'],
  ['v', 0, 's', 'scalar'],
  ['s', 0, 'v', 'vector'],
];
const EXPERIMENTAL: ReadonlySet<string> = new Set(['double_exponential_smoothing']);

const signatures: ReadonlyMap<string, Signature> = new Map(
  TABLE.flatMap(([args, variadic, returns, names]) =>
    names.split(' ').map((name): [string, Signature] => [
      name,
      {
        args: [...args].map(typeOf),
        variadic,
        returns: typeOf(returns),
        experimental: EXPERIMENTAL.has(name),
      },
    ]),
  ),
);

/** A function's signature; null: there is none of that name. Names are case-sensitive. */
export const signatureOf = (name: string): Signature | null => signatures.get(name) ?? null;
