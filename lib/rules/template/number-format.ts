/** A finite number's decimal digits without trailing zeros: `0.d1d2d3… × 10^point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const bits = new DataView(new ArrayBuffer(8));

const trimmed = (digits: string, point: number): Decimal => {
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? { digits: '0', point: 1 } : { digits: kept, point };
};

/** Every digit of a double: m × 2^−k is m × 5^k × 10^−k. */
const exactDecimal = (value: number): Decimal => {
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xf_ffff_ffff_ffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const power = (biased === 0 ? 1 : biased) - 1075;
  if (mantissa === 0n) return { digits: '0', point: 1 };
  if (power >= 0) {
    const whole = (mantissa << BigInt(power)).toString();
    return trimmed(whole, whole.length);
  }
  const scaled = (mantissa * 5n ** BigInt(-power)).toString();
  return trimmed(scaled, scaled.length + power);
};

/** The fewest digits that read back as the same double. */
const shortestDecimal = (value: number): Decimal => {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  return trimmed(mantissa.replace('.', ''), Number(exponent) + 1);
};

/** Rounds to a number of digits, an exact half to the even one. */
const rounded = ({ digits, point }: Decimal, count: number): Decimal => {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: '0', point: 1 };
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const half = rest.charAt(0) === '5' && /^50*$/.test(rest);
  const odd = Number(kept.at(-1) ?? '0') % 2 === 1;
  const up = half ? odd : rest.charAt(0) >= '5';
  if (!up) return trimmed(kept, point);
  const raised = (BigInt(kept === '' ? '0' : kept) + 1n).toString().padStart(count, '0');
  return trimmed(raised, point + (raised.length - count));
};

const fixedText = ({ digits, point }: Decimal, decimals: number): string => {
  const whole = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const fraction = (point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point)).slice(0, decimals);
  return decimals === 0 ? whole : `${whole}.${fraction.padEnd(decimals, '0')}`;
};

const exponentText = ({ digits, point }: Decimal, decimals: number): string => {
  const exponent = digits === '0' ? 0 : point - 1;
  const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const fraction = digits.slice(1).padEnd(decimals, '0');
  return `${digits.charAt(0)}${decimals === 0 ? '' : `.${fraction}`}e${power}`;
};

/** From this exponent on the shortest text is written with one. */
const SHORTEST_EXPONENT = 6;

const generalText = (value: number, precision: number | null): string => {
  const wanted = precision === 0 ? 1 : precision;
  const decimal = wanted === null ? shortestDecimal(value) : rounded(exactDecimal(value), wanted);
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= (wanted ?? SHORTEST_EXPONENT))
    return exponentText(decimal, Math.max(0, decimal.digits.length - 1));
  return fixedText(decimal, Math.max(0, decimal.digits.length - decimal.point));
};

/**
 * Writes a float as Go's `fmt` does with the verb `e`, `f` or `g` (Go documentation, package fmt): exact halves are rounded to
 * even, `g` without a precision is the shortest text that reads back.
 * @param precision null: 6 for `e` and `f`, as many digits as needed for `g`
 */
export const formatFloat = (value: number, verb: 'e' | 'f' | 'g', precision: number | null): string => {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sign === '' ? '+Inf' : '-Inf';
  if (verb === 'g') return sign + generalText(size, precision);
  const decimals = precision ?? 6;
  const exact = exactDecimal(size);
  if (verb === 'e') {
    return sign + exponentText(rounded(exact, decimals + 1), decimals);
  }
  return sign + fixedText(rounded(exact, exact.point + decimals), decimals);
};
