import type { Place } from './ast.ts';
import { PromqlError } from './error.ts';
import { quoteText } from './go-quote.ts';
import type { Token } from './lex.ts';

const SPAN = 'number, duration, step(), or range()';
const GROUPING: ReadonlySet<string> = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
]);
const MATCH_OPS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

const shortened = (text: string): string =>
  text.length > 10 ? `${quoteText(text.slice(0, 10))}...` : quoteText(text);

/** A word as Prometheus names it. */
const describe = (token: Token | undefined): string => {
  if (token === undefined) return 'end of input';
  switch (token.kind) {
    case 'identifier':
      return `identifier ${quoteText(token.text)}`;
    case 'metric':
      return `metric identifier ${quoteText(token.text)}`;
    case 'string':
    case 'number':
    case 'duration':
      return `${token.kind} ${shortened(token.text)}`;
    case 'operator':
      return `<op:${token.text}>`;
    case 'aggregator':
      return `<aggr:${token.text}>`;
    case 'keyword':
      return /^(?:start|end)$/i.test(token.text) ? quoteText(token.text) : `<${token.text}>`;
    case 'mark':
      return quoteText(token.text);
  }
};

/** The bracket that is open before `tokens[end]`, as an index; -1 without one. */
const openBracket = (tokens: readonly Token[], end: number): number => {
  let depth = 0;
  for (let i = end - 1; i >= 0; i -= 1) {
    const token = tokens[i];
    if (token?.kind !== 'mark') continue;
    if (')]}'.includes(token.text)) depth += 1;
    else if ('([{'.includes(token.text)) {
      if (depth === 0) return i;
      depth -= 1;
    }
  }
  return -1;
};

const inBraces = (before: Token | undefined): string => {
  if (before?.kind === 'mark' && before.text !== '=') return 'identifier or "}"';
  if (before?.kind === 'identifier') return 'label matching operator';
  return before !== undefined && MATCH_OPS.has(before.text) ? 'string' : '"," or "}"';
};

const inBrackets = (
  before: Token | undefined,
  tokens: readonly Token[],
  open: number,
  end: number,
): string => {
  const colon = tokens.slice(open, end).some((token) => token.text === ':');
  if (!colon)
    return before?.text === '['
      ? `subquery or range selector, expected ${SPAN}`
      : 'subquery or range, expected ":" or "]"';
  return before?.text === ':'
    ? `subquery selector, expected ${SPAN.replace(', or', ',')}, or "]"`
    : 'subquery selector, expected "]"';
};

const isWord = (token: Token | undefined, words: ReadonlySet<string>): boolean =>
  token !== undefined && words.has(token.text.toLowerCase());

/** Whether the parenthesis at `close` ends the labels of `sum by (…)` that no arguments came before. */
const endsModifier = (tokens: readonly Token[], close: number): boolean => {
  const open = openBracket(tokens, close);
  return (
    tokens[close]?.text === ')' &&
    isWord(tokens[open - 1], GROUPING) &&
    tokens[open - 2]?.kind === 'aggregator'
  );
};

/** Whether an aggregation is open there: after its labels, or somewhere inside its arguments. */
const insideAggregation = (tokens: readonly Token[], index: number): boolean => {
  if (endsModifier(tokens, index - 1)) return true;
  for (let open = openBracket(tokens, index); open >= 0; open = openBracket(tokens, open))
    if (tokens[open - 1]?.kind === 'aggregator' || endsModifier(tokens, open - 1)) return true;
  return false;
};

/** Whether the word before wants labels in parentheses; `by` alone is a metric's name. */
const wantsLabels = (tokens: readonly Token[], index: number): boolean => {
  const word = tokens[index - 1]?.text.toLowerCase();
  const earlier = tokens[index - 2];
  if (word === 'on' || word === 'ignoring') return true;
  return (word === 'by' || word === 'without') && (earlier?.kind === 'aggregator' || earlier?.text === ')');
};

/** What was being read where the word stands that does not fit: ` in grouping opts, expected label`. */
const contextOf = (tokens: readonly Token[], index: number): string => {
  const before = tokens[index - 1];
  const open = openBracket(tokens, index);
  const bracket = tokens[open]?.text;
  if (bracket === '{') return ` in label matching, expected ${inBraces(before)}`;
  if (bracket === '[') return ` in ${inBrackets(before, tokens, open, index)}`;
  const word = before?.text.toLowerCase();
  if (word === 'offset') return ` in offset, expected ${SPAN}`;
  if (word === '@') return ' in @, expected timestamp';
  if (before?.kind === 'keyword' && wantsLabels(tokens, index)) return ' in grouping opts, expected "("';
  if (bracket === '(' && isWord(tokens[open - 1], GROUPING))
    return ` in grouping opts, expected ${before?.kind === 'mark' ? 'label' : '"," or ")"'}`;
  return insideAggregation(tokens, index) ? ' in aggregation' : '';
};

/** Whether the word stands among a call's arguments. */
const isArgument = (tokens: readonly Token[], index: number): boolean => {
  const open = openBracket(tokens, index);
  return tokens[open]?.text === '(' && !isWord(tokens[open - 1], GROUPING);
};

/** The error for the word that no rule takes, by its index; past the last word: the end of input. */
export const syntaxError = (
  tokens: readonly Token[],
  index: number,
  end: number,
  placeOf: (from: number, to: number) => Place,
): PromqlError => {
  const token = tokens[index];
  const before = tokens[index - 1];
  if (tokens.length === 0) return new PromqlError('no expression found in input', placeOf(0, 0));
  const context = contextOf(tokens, index);
  const calls = token?.text === '(' && !context.startsWith(' in grouping');
  if (calls && (before?.kind === 'identifier' || before?.kind === 'metric'))
    return new PromqlError(
      `unknown function with name ${quoteText(before.text)}`,
      placeOf(before.from, before.to),
    );
  if (before?.text === ',' && isArgument(tokens, index))
    return new PromqlError(
      'trailing commas not allowed in function call args',
      placeOf(before.from, before.to),
    );
  const message = `unexpected ${describe(token)}${context}`;
  return new PromqlError(message, token === undefined ? placeOf(end, end) : placeOf(token.from, token.to));
};
