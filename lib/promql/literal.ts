import { secondsOf } from './duration.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\u000b',
  '\\': '\\',
};
const CODED = /^(?:([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/;

type Read<T> = { readonly value: T } | { readonly error: string };

const runeName = (character: string): string => {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${code} '${character}'`;
};

/** UTF-8 bytes to text; bytes that are no UTF-8 become U+FFFD. */
const decode = (bytes: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(bytes));

/** What stands between quotes: escapes of Go, or none between back-ticks (Prometheus documentation, "Querying basics", string literals). */
export const readString = (literal: string): Read<string> => {
  const quote = literal[0] ?? '';
  const body = literal.slice(1, -1);
  if (quote === '`') return { value: body };
  let value = '';
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length === 0) return;
    value += decode(bytes);
    bytes = [];
  };
  for (let at = 0; at < body.length; at += 1) {
    const character = body[at] ?? '';
    if (character !== '\\') {
      flush();
      value += character;
      continue;
    }
    const rest = body.slice(at + 1);
    const next = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    const plain = next === quote ? quote : ESCAPES[next];
    if (plain !== undefined) {
      flush();
      value += plain;
      at += 1;
      continue;
    }
    const coded = CODED.exec(rest);
    if (coded === null)
      return {
        error: /^[0-7xuU]/.test(rest)
          ? `illegal character in escape sequence \\${rest.slice(0, 4)}`
          : `unknown escape sequence ${runeName(next)}`,
      };
    const [all, octal, hexadecimal, short, long] = coded;
    const code =
      octal === undefined
        ? Number.parseInt(hexadecimal ?? short ?? long ?? '0', 16)
        : Number.parseInt(octal, 8);
    if (octal !== undefined ? code > 255 : code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
      return { error: 'escape sequence is an invalid Unicode code point' };
    if (octal !== undefined || hexadecimal !== undefined) bytes.push(code);
    else {
      flush();
      value += String.fromCodePoint(code);
    }
    at += all.length;
  }
  flush();
  return { value };
};

/** A number literal: decimal, hexadecimal, octal with a leading zero, with underscores, `Inf`, `NaN`, or a duration in seconds. */
export const readNumber = (literal: string): Read<number> => {
  const text = literal.replaceAll('_', '').toLowerCase();
  if (text === 'inf') return { value: Number.POSITIVE_INFINITY };
  if (text === 'nan') return { value: Number.NaN };
  if (/[smhdwy]$/.test(text)) {
    const seconds = secondsOf(literal);
    return seconds === null ? { error: `not a valid duration string: "${literal}"` } : { value: seconds };
  }
  if (/^0[0-7]+$/.test(text)) return { value: Number.parseInt(text, 8) };
  const value = Number(text);
  return Number.isNaN(value)
    ? { error: `error parsing number: strconv.ParseFloat: parsing "${literal}": invalid syntax` }
    : { value };
};
