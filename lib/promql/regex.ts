import { RE2JS } from 're2js';

/** Matches a whole text; made once per matcher. */
export type TextTest = (text: string) => boolean;

const META = /[\\.+*?()|[\]{}^$]/;
/** Alternatives without any meta character: `a|b|c`. */
const LITERALS = /^[^\\.+*?()[\]{}^$]*$/;

/** Whether the text is a literal followed or preceded by `.*` or `.+` alone. */
const affix = (pattern: string): TextTest | null => {
  const wild = /^(\.[*+])?([^\\.+*?()|[\]{}^$]*)(\.[*+])?$/.exec(pattern);
  if (wild === null) return null;
  const [, before, literal = '', after] = wild;
  if (literal === '') return null;
  const least = (before === '.+' ? 1 : 0) + (after === '.+' ? 1 : 0) + literal.length;
  if (before !== undefined && after !== undefined && least === literal.length)
    return (text) => text.includes(literal);
  if (before !== undefined && after !== undefined) return null;
  return before === undefined
    ? (text) => text.startsWith(literal) && text.length >= least
    : (text) => text.endsWith(literal) && text.length >= least;
};

const quick = (pattern: string): TextTest | null => {
  if (!META.test(pattern)) return (text) => text === pattern;
  if (pattern === '.*') return () => true;
  if (pattern === '.+') return (text) => text !== '';
  if (LITERALS.test(pattern)) {
    const choices = new Set(pattern.split('|'));
    return (text) => choices.has(text);
  }
  return affix(pattern);
};

const TIDY = /^error parsing regexp: /;

/**
 * An RE2 pattern that must take the whole text; the dot matches newlines too (Prometheus 3).
 * @returns the test, or what is wrong with the pattern as Go says it
 */
export const compileRegex = (pattern: string): { readonly test: TextTest } | { readonly error: string } => {
  const fast = quick(pattern);
  if (fast !== null) return { test: fast };
  try {
    const compiled = RE2JS.compile(`^(?s:${pattern})$`);
    return { test: (text) => compiled.testExact(text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { error: `error parsing regexp: ${reason.replace(TIDY, '')}` };
  }
};
