/** Powers of ten that are exact in a double. */
const EXACT_POWER = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/;
const NAMED = /^([+-]?)(nan|inf|infinity)$/i;

/** What no fast path took: long digits, large exponents, names, hexadecimal. */
const slowNumber = (text: string): number | null => {
  if (DECIMAL.test(text)) return Number(text);
  const named = NAMED.exec(text);
  if (named !== null) {
    if (named[2]?.toLowerCase() === 'nan') return named[1] === '' ? Number.NaN : null;
    return named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return hexadecimal(text);
};

/** A hexadecimal float is rounded once: its digits as one integer, then a power of two. */
const hexadecimal = (text: string): number | null => {
  const parts = HEXADECIMAL.exec(text);
  if (parts === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  if (whole + fraction === '') return null;
  let digits = BigInt(`0x${whole}${fraction}`);
  let power = Number(exponent) - 4 * fraction.length;
  if (digits === 0n) return sign === '-' ? -0 : 0;
  const bits = digits.toString(2).length;
  if (power + bits > 1100) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  // Of a long mantissa 64 bits and a sticky bit decide the rounding; a subnormal keeps fewer, which the scaling below must not round again.
  const kept = Math.max(1, Math.min(53, power + bits + 1074));
  const excess = bits - kept;
  if (power + bits < -1074) return sign === '-' ? -0 : 0;
  if (excess > 0) {
    const unit = 1n << BigInt(excess);
    const rest = digits & (unit - 1n);
    digits >>= BigInt(excess);
    const half = unit >> 1n;
    if (rest > half || (rest === half && (digits & 1n) === 1n)) digits += 1n;
    power += excess;
  }
  const first = Math.max(-1000, Math.min(1000, power));
  const value = Number(digits) * 2 ** first * 2 ** (power - first);
  return sign === '-' ? -value : value;
};

/**
 * Reads a sample's value: what Go's `ParseFloat` accepts in the text format, correctly rounded. The common forms cost no string:
 * at most 15 digits and an exponent of at most 22 are one multiplication or division of exact operands (Clinger, PLDI 1990).
 * @returns null when the bytes are no number; `NaN` is a number
 */
export const parseNumber = (bytes: Uint8Array, from: number, to: number): number | null => {
  let at = from;
  const negative = bytes[at] === 0x2d;
  if (negative || bytes[at] === 0x2b) at += 1;
  let mantissa = 0;
  let digits = 0;
  let seen = 0;
  let scale = 0;
  let point = false;
  for (; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      seen += 1;
      if (mantissa !== 0 || byte !== 0x30) digits += 1;
      if (digits > 15) return slowNumber(textOf(bytes, from, to));
      mantissa = mantissa * 10 + (byte - 0x30);
      if (point) scale -= 1;
    } else if (byte === 0x2e && !point) point = true;
    else break;
  }
  if (at < to) {
    if (seen === 0 || ((bytes[at] ?? 0) | 0x20) !== 0x65) return slowNumber(textOf(bytes, from, to));
    at += 1;
    const down = bytes[at] === 0x2d;
    if (down || bytes[at] === 0x2b) at += 1;
    let exponent = 0;
    const start = at;
    for (; at < to && at - start < 4; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte < 0x30 || byte > 0x39) return null;
      exponent = exponent * 10 + (byte - 0x30);
    }
    if (at === start) return null;
    if (at < to) return slowNumber(textOf(bytes, from, to));
    scale += down ? -exponent : exponent;
  } else if (seen === 0) return null;
  if (scale > 22 || scale < -22) return slowNumber(textOf(bytes, from, to));
  const value = scale < 0 ? mantissa / (EXACT_POWER[-scale] ?? 1) : mantissa * (EXACT_POWER[scale] ?? 1);
  return negative ? -value : value;
};

const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1');
