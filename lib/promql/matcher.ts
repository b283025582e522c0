import { compileRegex, type TextTest } from './regex.ts';

/** One label condition of a selector. `=~` and `!~` are RE2, anchored at both ends (Prometheus documentation, "Querying basics"). */
export interface Matcher {
  readonly name: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

const positive = (matcher: Matcher): TextTest => {
  if (matcher.op === '=' || matcher.op === '!=') return (text) => text === matcher.value;
  const compiled = compileRegex(matcher.value);
  return 'test' in compiled ? compiled.test : () => false;
};

/** The test that a label's value must pass; a missing label counts as empty. Compiled once, so make it once per query. */
export const matcherTest = (matcher: Matcher): TextTest => {
  const test = positive(matcher);
  return matcher.op === '=' || matcher.op === '=~' ? test : (text) => !test(text);
};
