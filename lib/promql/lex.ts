import type { Place } from './ast.ts';
import { PromqlError } from './error.ts';
import { quoteCharacter, quoteText } from './go-quote.ts';
import { createPlacer } from './place.ts';

export type TokenKind =
  | 'identifier'
  | 'metric'
  | 'keyword'
  | 'aggregator'
  | 'operator'
  | 'number'
  | 'duration'
  | 'string'
  | 'mark';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The words of a query up to the first that is none. */
export interface Lexed {
  readonly tokens: readonly Token[];
  /** What Prometheus's lexer says of the place where it stops; null: it reads to the end. */
  readonly error: PromqlError | null;
}

const KEYWORDS: ReadonlySet<string> = new Set(
  'offset by without on ignoring group_left group_right bool start end'.split(' '),
);
const OPERATOR_WORDS: ReadonlySet<string> = new Set(['and', 'or', 'unless', 'atan2']);
const AGGREGATORS: ReadonlySet<string> = new Set(
  'sum avg min max count group stddev stdvar topk bottomk quantile count_values limitk limit_ratio'.split(
    ' ',
  ),
);

const SPACE = /[ \t\n\r]+|#[^\n]*/y;
const WORD = /[A-Za-z_:][A-Za-z0-9_:]*/y;
const LABEL = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /==|!=|<=|>=|[*/%+\-^<>@]/y;
const DURATION = /(?:[0-9]+(?:ms|[smhdwy]))+(?![A-Za-z0-9_])/y;
const NUMBER =
  /(?:0[xX]_?[0-9a-fA-F](?:_?[0-9a-fA-F])*|(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?)(?![A-Za-z0-9_.])/y;
const NUMBER_LIKE = /[0-9]*\.?[0-9]*(?:[smhdwy][0-9A-Za-z]*)?/y;
const NAMED_NUMBER = /^(?:inf|nan)$/i;

/** What stands where the lexer is: inside braces and brackets other words count than outside. */
interface Depth {
  parens: number;
  brace: boolean;
  bracket: boolean;
  colon: boolean;
}

class Lexer {
  readonly tokens: Token[] = [];
  private readonly text: string;
  private readonly placeOf: (from: number, to: number) => Place;
  private readonly depth: Depth = { parens: 0, brace: false, bracket: false, colon: false };
  private at = 0;

  constructor(text: string) {
    this.text = text;
    this.placeOf = createPlacer(text);
  }

  run(): void {
    for (;;) {
      while (this.match(SPACE) !== null) this.at = SPACE.lastIndex;
      if (this.at >= this.text.length) return this.finish();
      if (this.depth.brace) this.insideBraces();
      else this.outside();
    }
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0] ?? null;
  }

  private fail(message: string, from = this.at): never {
    throw new PromqlError(message, this.placeOf(from, this.text.length));
  }

  private emit(kind: TokenKind, text: string): void {
    this.tokens.push({ kind, text, from: this.at, to: this.at + text.length });
    this.at += text.length;
  }

  private next(): string {
    return String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
  }

  private finish(): void {
    if (this.depth.brace) this.fail('unexpected end of input inside braces');
    if (this.depth.parens > 0) this.fail('unclosed left parenthesis');
    if (this.depth.bracket) this.fail('unclosed left bracket');
  }

  private insideBraces(): void {
    const character = this.next();
    const word = this.match(LABEL);
    if (word !== null) return this.emit('identifier', word);
    if (character === ',') return this.emit('mark', ',');
    if (character === '"' || character === "'" || character === '`') return this.string(character);
    if (character === '=')
      return this.text[this.at + 1] === '~' ? this.emit('operator', '=~') : this.emit('mark', '=');
    if (character === '!') return this.negation();
    if (character === '{') this.fail(`unexpected left brace '{'`);
    if (character !== '}') this.fail(`unexpected character inside braces: ${quoteCharacter(character)}`);
    this.depth.brace = false;
    this.emit('mark', '}');
  }

  private negation(): void {
    const second = this.text[this.at + 1];
    if (second === '~' || second === '=') return this.emit('operator', `!${second}`);
    const place = this.depth.brace ? ' inside braces' : '';
    this.fail(
      `unexpected character after '!'${place}: ${second === undefined ? "'�'" : quoteCharacter(second)}`,
    );
  }

  private outside(): void {
    const character = this.next();
    if (character === '!') return this.negation();
    const operator = this.match(OPERATOR);
    if (operator !== null) return this.emit('operator', operator);
    if (character === '=') return this.equals();
    if (/[0-9]/.test(character) || /\.[0-9]/y.test(this.text.slice(this.at, this.at + 2)))
      return this.number();
    if (character === '"' || character === "'" || character === '`') return this.string(character);
    const word = this.match(WORD);
    if (word !== null) return this.depth.bracket ? this.insideBrackets(word) : this.word(word);
    this.mark(character);
  }

  private equals(): void {
    if (this.text[this.at + 1] === '~') this.fail(`unexpected character after '=': '~'`);
    this.emit('mark', '=');
  }

  private word(word: string): void {
    const lower = word.toLowerCase();
    if (KEYWORDS.has(lower)) this.emit('keyword', word);
    else if (OPERATOR_WORDS.has(lower)) this.emit('operator', word);
    else if (AGGREGATORS.has(lower)) this.emit('aggregator', word);
    else if (NAMED_NUMBER.test(word)) this.emit('number', word);
    else this.emit(word.includes(':') ? 'metric' : 'identifier', word);
  }

  /** Between brackets stand spans: only `step`, `range`, `min_of`, `max_of` are words, and a colon parts range from step. */
  private insideBrackets(word: string): void {
    if (word.startsWith(':')) {
      if (this.depth.colon) this.fail(`unexpected colon ':'`);
      this.depth.colon = true;
      return this.emit('mark', ':');
    }
    const function_ = /^(?:step|range|min_of|max_of)/i.exec(word)?.[0] ?? '';
    if (function_ === '' || /[A-Za-z0-9_]/.test(word[function_.length] ?? ''))
      this.fail(`unexpected character in duration expression: ${quoteCharacter(word[0] ?? '')}`);
    this.emit('identifier', function_);
  }

  private number(): void {
    const duration = this.match(DURATION);
    if (duration !== null) return this.emit('duration', duration);
    const number = this.match(NUMBER);
    if (number !== null) return this.emit('number', number);
    this.fail(`bad number or duration syntax: ${quoteText(this.match(NUMBER_LIKE) ?? '')}`);
  }

  private string(quote: string): void {
    if (this.depth.bracket)
      this.fail(`unexpected character in duration expression: ${quoteCharacter(quote)}`);
    let end = this.at + 1;
    for (; end < this.text.length && this.text[end] !== quote; end += 1) {
      if (quote === '`') continue;
      if (this.text[end] === '\n') break;
      if (this.text[end] === '\\') end += 1;
    }
    if (this.text[end] !== quote)
      this.fail(quote === '`' ? 'unterminated raw string' : 'unterminated quoted string');
    this.emit('string', this.text.slice(this.at, end + 1));
  }

  private mark(character: string): void {
    const { depth } = this;
    if (character === '(') depth.parens += 1;
    else if (character === ')') {
      if (depth.parens === 0) this.fail(`unexpected right parenthesis ')'`, this.at + 1);
      depth.parens -= 1;
    } else if (character === '{') depth.brace = true;
    else if (character === '[') {
      if (depth.bracket) this.fail(`unexpected left bracket '['`);
      depth.bracket = true;
      depth.colon = false;
    } else if (character === ']') {
      if (!depth.bracket) this.fail(`unexpected right bracket ']'`);
      depth.bracket = false;
    } else if (character !== ',') this.fail(`unexpected character: ${quoteCharacter(character)}`);
    this.emit('mark', character);
  }
}

/** Reads a query's words as Prometheus's lexer does; case does not matter in keywords. */
export const lex = (text: string): Lexed => {
  const lexer = new Lexer(text);
  try {
    lexer.run();
    return { tokens: lexer.tokens, error: null };
  } catch (error) {
    if (error instanceof PromqlError) return { tokens: lexer.tokens, error };
    throw error;
  }
};
