import { formatFloat } from './number-format.ts';
import { typeName, valueText } from './value.ts';
import type { Value } from './value.ts';

/** Widths and precisions beyond this are refused, as a template could ask for gigabytes. */
const MAX_WIDTH = 1000;
const DIRECTIVE = /%([-+# 0]*)(\d*)(?:\.(\d*))?([\s\S]?)/gu;

interface Flags {
  readonly set: string;
  readonly width: number;
  readonly precision: number | null;
}

const encoder = new TextEncoder();

/** A text as Go's `%q` writes it: the escapes of a Go literal. */
export const quoted = (text: string): string =>
  `"${text.replace(/["\\\p{C}]/gu, (character) => {
    const short = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' }[character];
    if (short !== undefined) return short;
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) return `\\x${point.toString(16).padStart(2, '0')}`;
    return point > 0xffff
      ? `\\U${point.toString(16).padStart(8, '0')}`
      : `\\u${point.toString(16).padStart(4, '0')}`;
  })}"`;

const pad = (text: string, { set, width }: Flags, zeros: boolean): string => {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (set.includes('-')) return text + ' '.repeat(missing);
  if (!zeros) return ' '.repeat(missing) + text;
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
};

const signed = (text: string, set: string): string => {
  if (/^[+-]/.test(text)) return text;
  return set.includes('+') ? `+${text}` : set.includes(' ') ? ` ${text}` : text;
};

const RADIX: Readonly<Record<string, number>> = { d: 10, v: 10, b: 2, o: 8, x: 16, X: 16 };

const integer = (value: bigint, verb: string): string | null => {
  if (verb === 'c') return String.fromCodePoint(Number(BigInt.asUintN(20, value)));
  const radix = RADIX[verb];
  if (radix === undefined) return null;
  const text = value.toString(radix);
  return verb === 'X' ? text.toUpperCase() : text;
};

const float = (value: number, verb: string, precision: number | null): string | null => {
  const lower = verb.toLowerCase();
  if (lower === 'v') return formatFloat(value, 'g', precision);
  if (lower !== 'e' && lower !== 'f' && lower !== 'g') return null;
  const text = formatFloat(value, lower, precision);
  return verb === lower || verb === 'F' ? text : text.toUpperCase();
};

const hex = (text: string): string =>
  [...encoder.encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const string = (value: string, verb: string, precision: number | null): string | null => {
  const cut = precision === null ? value : [...value].slice(0, precision).join('');
  if (verb === 's' || verb === 'v') return cut;
  if (verb === 'q') return quoted(cut);
  return verb === 'x' ? hex(cut) : verb === 'X' ? hex(cut).toUpperCase() : null;
};

const plain = (value: Value, verb: string): string | null => {
  if (typeof value === 'boolean') return verb === 't' || verb === 'v' ? String(value) : null;
  return verb === 'v' || (verb === 's' && value !== null) ? valueText(value) : null;
};

/** Go's note of a verb that does not fit its argument. */
const misfit = (verb: string, value: Value): string =>
  value === null ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${valueText(value)})`;

const directive = (value: Value, verb: string, flags: Flags): string => {
  const zeros = flags.set.includes('0') && !flags.set.includes('-');
  if (verb === 'T') return pad(typeName(value), flags, false);
  if (typeof value === 'bigint') {
    const text = integer(value, verb);
    return text === null ? misfit(verb, value) : pad(signed(text, flags.set), flags, zeros);
  }
  if (typeof value === 'number') {
    const text = float(value, verb, flags.precision);
    if (text === null) return misfit(verb, value);
    return pad(signed(text, flags.set), flags, zeros && Number.isFinite(value));
  }
  const text = typeof value === 'string' ? string(value, verb, flags.precision) : plain(value, verb);
  return text === null ? misfit(verb, value) : pad(text, flags, zeros);
};

/** Go's `fmt.Sprintf` for the values of templates (Go documentation, package fmt). @throws Error when a width is beyond measure */
export const sprintf = (format: string, values: readonly Value[]): string => {
  let used = 0;
  const text = format.replace(
    DIRECTIVE,
    (_whole, set: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '') return '%!(NOVERB)';
      if (verb === '%') return '%';
      const flags = {
        set,
        width: Number(width),
        precision: precision === undefined ? null : Number(precision),
      };
      if (flags.width > MAX_WIDTH || (flags.precision ?? 0) > MAX_WIDTH)
        throw new Error(`a width or precision of more than ${MAX_WIDTH} is refused`);
      const value = values[used];
      if (value === undefined) return `%!${verb}(MISSING)`;
      used += 1;
      return directive(value, verb, flags);
    },
  );
  const extra = values
    .slice(used)
    .map((value) => (value === null ? '<nil>' : `${typeName(value)}=${valueText(value)}`));
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(', ')})`;
};

/** Go's `fmt.Sprint`: a space between two operands when neither is a text. */
export const sprint = (values: readonly Value[]): string =>
  values
    .map((value, index) => {
      const before = values[index - 1];
      const spaced = index > 0 && typeof value !== 'string' && typeof before !== 'string';
      return (spaced ? ' ' : '') + valueText(value);
    })
    .join('');
