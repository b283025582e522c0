import { PromqlError } from './error.ts';
import type { Token } from './lex.ts';
import type { Place } from './ast.ts';

/** Words in parentheses after these are labels, not operands: a sign may follow. */
const BEFORE_LABELS: ReadonlySet<string> = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
]);

/** After so many operators a weaker one stands, so that the grammar's tree stays flat. */
const RUN = 40;
/**
 * The grammar's parser gives up, with a wrong error, when it has grouped so often to the left from one place over more than so many letters
 * (`@lezer/lr`: `MaxLeftAssociativeReductionCount`, twice for each operator, and `MinBigReduction`).
 */
const MOST_GROUPED = 148;
const LEAST_LENGTH = 2000;

/** What is open where a word stands, and what was seen in it. */
interface Level {
  readonly opener: string;
  readonly from: number;
  /** Labels and spans: their operators are none of expressions. */
  readonly isOperands: boolean;
  operators: number;
  /** Operators whose right operand has a modifier: to the grammar it groups all that stands before it. */
  wrapped: number;
  /** How often such operators and modifiers group to the left. */
  wraps: number;
  /** Whether a modifier stood since the last operator. */
  isWrapped: boolean;
  /** Whether labels were closed just before. */
  closedLabels: boolean;
}

const levelOf = (opener: string, from: number, isOperands: boolean): Level => ({
  opener,
  from,
  isOperands,
  operators: 0,
  wrapped: 0,
  wraps: 0,
  isWrapped: false,
  closedLabels: false,
});

/** Whether an operand may end with this word, so that a `+` or `-` behind it is an operator and no sign. */
const endsOperand = (token: Token | undefined, { closedLabels }: Level): boolean => {
  if (token === undefined) return false;
  if (token.kind === 'mark')
    return token.text === ']' || token.text === '}' || (token.text === ')' && !closedLabels);
  return token.kind !== 'operator' && token.kind !== 'keyword';
};

const grouped = ({ operators, wrapped, wraps }: Level): number => {
  const others = operators - wrapped;
  return Math.min(others, RUN) + Math.min(others / RUN, RUN) + others / RUN ** 2 + wraps;
};

/** The operator that stands for the next one of a chain. */
const standIn = (level: Level): string => {
  level.operators += 1;
  level.isWrapped = false;
  if (level.operators % RUN !== 0) return '*';
  return level.operators % RUN ** 2 === 0 ? '<' : '+';
};

const addModifier = (level: Level, at: number): void => {
  const isFirst = !level.isWrapped;
  level.isWrapped = true;
  if (isFirst && level.operators > 0) level.wrapped += 1;
  if (at - level.from >= LEAST_LENGTH) level.wraps += isFirst ? 2 : 1;
};

/**
 * Operators for the grammar: it only has to say which words they stand between, since they are grouped anew by their own strength. A chain
 * of thousands of one strength would make its tree as deep, which it refuses; with weaker ones among them it is flat.
 * @returns by the place where the word begins
 * @throws PromqlError when a chain is too long even so
 */
const standIns = (
  tokens: readonly Token[],
  placeOf: (from: number, to: number) => Place,
): ReadonlyMap<number, string> => {
  const found = new Map<number, string>();
  const levels = [levelOf('', 0, true)];
  tokens.forEach((token, i) => {
    const { kind, text, from, to } = token;
    const level = levels.at(-1);
    const before = tokens[i - 1];
    if (level === undefined) return; // closed more often than opened: the grammar says it
    if (kind === 'mark' && /[([{]/.test(text)) {
      const sign = before?.kind === 'operator' ? tokens[i - 2] : before;
      const isSpan = sign?.kind === 'keyword' && sign.text.toLowerCase() === 'offset';
      const isLabels = before?.kind === 'keyword' && BEFORE_LABELS.has(before.text.toLowerCase());
      levels.push(levelOf(text, from, text === '(' && level.isOperands && !isSpan && !isLabels));
    } else if (kind === 'mark' && /[)\]}]/.test(text)) {
      levels.pop();
      const around = levels.at(-1);
      if (around !== undefined) around.closedLabels = level.opener === '(' && !level.isOperands;
    } else if (!level.isOperands) return;
    else if (text === '@' || (kind === 'keyword' && text.toLowerCase() === 'offset'))
      addModifier(level, from);
    else if (kind === 'operator' && (!/^[+-]$/.test(text) || endsOperand(before, level)))
      found.set(from, standIn(level).padEnd(to - from));
    if (grouped(level) > MOST_GROUPED)
      throw new PromqlError('expression has too many operators in a row', placeOf(from, to));
  });
  return found;
};

/**
 * The query as the grammar, an editor's, can read it, word for word at the same places: each number as digits, each string as letters of the
 * same length, since it knows fewer forms of literals than the server, and long chains of operators with others in their places.
 */
export const plainText = (
  text: string,
  tokens: readonly Token[],
  end: number,
  placeOf: (from: number, to: number) => Place,
): string => {
  const operators = end < LEAST_LENGTH ? null : standIns(tokens, placeOf);
  const parts: string[] = [];
  let at = 0;
  for (const token of tokens) {
    const length = token.to - token.from;
    parts.push(text.slice(at, token.from).replace(/[^\s]/g, ' '));
    if (token.kind === 'string') parts.push(`"${'s'.repeat(length - 2)}"`);
    else if (token.kind === 'duration' || (token.kind === 'number' && /^[0-9.]/.test(token.text)))
      parts.push('1'.repeat(length));
    else parts.push(operators?.get(token.from) ?? token.text);
    at = token.to;
  }
  parts.push(' '.repeat(end - at));
  return parts.join('');
};
