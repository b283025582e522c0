const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const ESCAPE = /^(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3}))/;

const encoder = new TextEncoder();

const pushText = (bytes: number[], text: string): void => void bytes.push(...encoder.encode(text));

/** Reads one escape after its backslash. @returns how many characters it took; 0: it is none */
const readEscape = (rest: string, bytes: number[]): number => {
  const simple = SIMPLE[rest.charAt(0)];
  if (simple !== undefined) {
    pushText(bytes, simple);
    return 1;
  }
  const parts = ESCAPE.exec(rest);
  if (parts === null) return 0;
  const [whole, hex, short, long, octal] = parts;
  const byte =
    hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) : null;
  if (byte !== null) {
    if (byte > 255) return 0;
    bytes.push(byte);
    return whole.length;
  }
  const point = Number.parseInt(short ?? long ?? '', 16);
  if (point > 0x10_ffff || (point >= 0xd800 && point < 0xe000)) return 0;
  pushText(bytes, String.fromCodePoint(point));
  return whole.length;
};

/**
 * The text of a quoted literal of Go: `"…"` and `'…'` with escapes, `` `…` `` without.
 * @returns null when it is none
 */
export const unquote = (literal: string): string | null => {
  const quote = literal.charAt(0);
  if (literal.length < 2 || literal.at(-1) !== quote) return null;
  const inner = literal.slice(1, -1);
  if (quote === '`') return inner.includes('`') ? null : inner.replaceAll('\r', '');
  const bytes: number[] = [];
  for (let at = 0; at < inner.length;) {
    const end = /[\\\n]/.exec(inner.slice(at))?.index ?? inner.length - at;
    const plain = inner.slice(at, at + end);
    if (plain.includes(quote)) return null;
    pushText(bytes, plain);
    at += end;
    if (at >= inner.length) break;
    const taken = inner.charAt(at) === '\n' ? 0 : readEscape(inner.slice(at + 1, at + 11), bytes);
    if (taken === 0) return null;
    at += taken + 1;
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
};
