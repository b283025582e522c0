import type { Ms } from '#lib/model/time.ts';

const named = (value: number): string | null => {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return Object.is(value, -0) ? '-0' : null;
};

/** Exponents have at least two digits in Go. */
const widenExponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');

/** A sample's value as Prometheus's API writes it: shortest digits, an exponent below 1e-6 and from 1e21. */
export const formatValue = (value: number): string => named(value) ?? widenExponent(String(value));

/** A value in Go's `%g`: as above, but with an exponent already below 1e-4. */
export const formatGeneral = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 1e-4 || size < 1e-6 || value === 0) return formatValue(value);
  return widenExponent(value.toExponential());
};

/** A value without an exponent, however long: labels made by `count_values`, numbers in printed expressions. */
export const formatPlain = (value: number): string => {
  const special = named(value);
  if (special !== null) return special;
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential());
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = parts ?? [];
  const digits = whole + fraction;
  const exponent = Number(exponentText);
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const integer = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = digits.slice(exponent + 1);
  return sign + integer + (rest === '' ? '' : `.${rest}`);
};

/** A sample's instant in seconds: whole ones without a fraction, others with three decimals. */
export const formatInstant = (at: Ms): string => {
  if (at % 1000 === 0) return String(at / 1000);
  const size = Math.abs(at);
  return `${at < 0 ? '-' : ''}${Math.trunc(size / 1000)}.${String(size % 1000).padStart(3, '0')}`;
};
