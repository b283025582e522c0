import { parseDuration } from '#lib/model/time.ts';
import type { Ms } from '#lib/model/time.ts';

import { textOf } from '../request.ts';

import { ApiError, invalidParameter } from './envelope.ts';

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const LONGEST_SECONDS = 2 ** 63 / 1e9;
/** What clients send for "from the beginning" and "to the end". */
const EDGES: Readonly<Record<string, Ms>> = {
  '-292273086-05-16T16:47:06Z': Number.MIN_SAFE_INTEGER,
  '292277025-08-18T07:12:54.999999999Z': Number.MAX_SAFE_INTEGER,
};

/** The parameters of a request: a form body's before the address's, as Go's `ParseForm` orders them. */
export const parametersOf = async (request: Request): Promise<URLSearchParams> => {
  const inAddress = new URL(request.url).searchParams;
  const type = request.headers.get('content-type') ?? '';
  if (request.method !== 'POST' || !/^application\/x-www-form-urlencoded\b/i.test(type)) return inAddress;
  const all = new URLSearchParams(await textOf(request));
  for (const [name, value] of inAddress) all.append(name, value);
  return all;
};

const timeOf = (text: string): Ms => {
  if (FLOAT.test(text)) {
    const seconds = Number(text);
    const whole = Math.trunc(seconds);
    const at = whole * 1000 + Math.round((seconds - whole) * 1000);
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, at));
  }
  const at = RFC_3339.test(text) ? Date.parse(text) : (EDGES[text] ?? Number.NaN);
  if (Number.isNaN(at)) throw new ApiError('bad_data', `cannot parse ${quote(text)} to a valid timestamp`);
  return at;
};

const quote = (text: string): string => JSON.stringify(text);

/** Says of which parameter an error speaks. */
const inParameter = <T>(name: string, read: () => T, prefix = ''): T => {
  try {
    return read();
  } catch (cause) {
    throw cause instanceof ApiError ? invalidParameter(name, `${prefix}${cause.message}`) : cause;
  }
};

/** An instant that must be there: RFC 3339, or seconds as a float. */
export const timeParameter = (parameters: URLSearchParams, name: string): Ms =>
  inParameter(name, () => timeOf(parameters.get(name) ?? ''));

/** An instant that may be left out. */
export const optionalTime = (parameters: URLSearchParams, name: string, standard: Ms): Ms => {
  const text = parameters.get(name) ?? '';
  return text === '' ? standard : inParameter(name, () => timeOf(text), `Invalid time value for '${name}': `);
};

const durationOf = (text: string): Ms => {
  if (FLOAT.test(text)) {
    const seconds = Number(text);
    if (Math.abs(seconds) > LONGEST_SECONDS)
      throw new ApiError('bad_data', `cannot parse ${quote(text)} to a valid duration. It overflows int64`);
    return Math.trunc(seconds * 1e9) / 1e6; // as Go cuts it to nanoseconds
  }
  const ms = parseDuration(text);
  if (ms === null) throw new ApiError('bad_data', `cannot parse ${quote(text)} to a valid duration`);
  return ms;
};

/** A duration that must be there: `5m`, or seconds as a float. */
export const durationParameter = (parameters: URLSearchParams, name: string): Ms =>
  inParameter(name, () => durationOf(parameters.get(name) ?? ''));

export const optionalDuration = (parameters: URLSearchParams, name: string): Ms | null => {
  const text = parameters.get(name) ?? '';
  return text === '' ? null : inParameter(name, () => durationOf(text));
};

/** `lookback_delta` has an error text of its own. */
export const lookbackOf = (parameters: URLSearchParams): Ms | null => {
  const text = parameters.get('lookback_delta') ?? '';
  if (text === '') return null;
  try {
    return durationOf(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ApiError('bad_data', `error parsing lookback delta duration: ${message}`);
  }
};

/**
 * A whole number up to `most`.
 * @param refuse makes the error of a reason in the words of Go's `strconv`
 */
export const integerOf = (text: string, most: number, refuse: (reason: string) => ApiError): number => {
  if (!/^[+-]?\d+$/.test(text)) throw refuse(`parsing ${quote(text)}: invalid syntax`);
  const number = Number(text);
  if (Math.abs(number) > most) throw refuse(`parsing ${quote(text)}: value out of range`);
  return number;
};

/** `limit`: 0 and absent are none. */
export const limitOf = (parameters: URLSearchParams): number => {
  const text = parameters.get('limit') ?? '';
  if (text === '') return 0;
  const limit = integerOf(text, Number.MAX_SAFE_INTEGER, (reason) =>
    invalidParameter('limit', `strconv.Atoi: ${reason}`),
  );
  if (limit < 0) throw invalidParameter('limit', 'limit must be non-negative');
  return limit;
};

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['', false],
  ['1', true],
  ['t', true],
  ['true', true],
  ['0', false],
  ['f', false],
  ['false', false],
]);

/** A switch that is off when it is left out, read as Go's `strconv.ParseBool` in any case. */
export const booleanParameter = (parameters: URLSearchParams, name: string): boolean => {
  const text = (parameters.get(name) ?? '').toLowerCase();
  const value = BOOLEANS.get(text);
  if (value !== undefined) return value;
  const reason = `strconv.ParseBool: parsing ${quote(text)}: invalid syntax`;
  throw invalidParameter(name, `error converting ${name}: ${reason}`);
};

export const TRUNCATED = 'results truncated due to limit';

/** The first of a list, and the warning that there were more. */
export const truncate = <T>(
  items: readonly T[],
  limit: number,
): { items: readonly T[]; warnings: string[] } =>
  limit > 0 && items.length > limit
    ? { items: items.slice(0, limit), warnings: [TRUNCATED] }
    : { items, warnings: [] };
