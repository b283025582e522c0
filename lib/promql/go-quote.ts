const SHORT: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u000b': '\\v',
  '\\': '\\\\',
};
const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

const escaped = (character: string, quote: string): string => {
  if (character === quote) return `\\${quote}`;
  const short = SHORT[character];
  if (short !== undefined) return short;
  if (PRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
};

const quoted = (text: string, quote: string): string =>
  quote + Array.from(text, (character) => escaped(character, quote)).join('') + quote;

/** Text as Go's `%q` prints a string: the form of names and values in Prometheus's messages and printed expressions. */
export const quoteText = (text: string): string => quoted(text, '"');

/** A character as Go's `%q` prints a rune. */
export const quoteCharacter = (character: string): string => quoted(character, "'");
