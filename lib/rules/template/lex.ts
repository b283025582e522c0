/** What a template is made of, before it has a structure. */
export interface Token {
  readonly kind:
    | 'text'
    | 'open'
    | 'close'
    | 'space'
    | 'word'
    | 'field'
    | 'variable'
    | 'string'
    | 'character'
    | 'number'
    | 'dot'
    | 'mark'
    | 'end';
  readonly text: string;
  /** Offset in the template. */
  readonly at: number;
}

/** A template that cannot be read. The message is complete but for the template's name. */
export class TemplateSyntaxError extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.name = 'TemplateSyntaxError';
    this.at = at;
  }
}

const COMMENT_OPEN = /\{\{(?:-\s)?\s*\/\*/y;
const COMMENT_CLOSE = /\*\/(\s-)?\}\}/y;
const CLOSE = /(\s-)?\}\}/y;

/** Tokens inside an action, in the order in which they are tried. */
const TOKENS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['space', /\s+/y],
  ['mark', /:=|[=|(),]/y],
  ['string', /"(?:\\[\s\S]|[^"\\\n])*"|`[^`]*`/y],
  ['character', /'(?:\\[\s\S]|[^'\\\n])+'/y],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['number', /[+-]?(?:\.\d|\d)[\p{L}\p{Nd}_.]*(?:(?<=[eEpP])[+-][\d_]+)?/uy],
  ['field', /\.[\p{L}\p{Nd}_]+/uy],
  ['dot', /\./y],
  ['word', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
];

const matchAt = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** Passes a comment that begins at `at`. @returns where it ends and whether it trims what follows; null: there is none */
const skipComment = (text: string, at: number): { readonly end: number; readonly trims: boolean } | null => {
  if (matchAt(COMMENT_OPEN, text, at) === null) return null;
  const end = text.indexOf('*/', at);
  if (end < 0) throw new TemplateSyntaxError(at, 'unclosed comment');
  const close = matchAt(COMMENT_CLOSE, text, end);
  if (close === null) throw new TemplateSyntaxError(at, 'comment ends before closing delimiter');
  return { end: end + close[0].length, trims: close[1] !== undefined };
};

const UNFINISHED: Readonly<Record<string, string>> = {
  '"': 'unterminated quoted string',
  '`': 'unterminated raw quoted string',
  "'": 'unterminated character constant',
};

const nextToken = (text: string, at: number): Token => {
  for (const [kind, pattern] of TOKENS) {
    const found = matchAt(pattern, text, at);
    if (found !== null) return { kind, text: found[0], at };
  }
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  throw new TemplateSyntaxError(
    at,
    at >= text.length
      ? 'unclosed action'
      : (UNFINISHED[character] ?? `unexpected ${JSON.stringify(character)} in action`),
  );
};

/** The tokens of one action, from behind its `{{`. */
const lexAction = (
  text: string,
  from: number,
  tokens: Token[],
): { readonly end: number; readonly trims: boolean } => {
  for (let at = from; ;) {
    const close = matchAt(CLOSE, text, at);
    if (close !== null) {
      tokens.push({ kind: 'close', text: close[0], at });
      return { end: at + close[0].length, trims: close[1] !== undefined };
    }
    const token = nextToken(text, at);
    tokens.push(token);
    at += token.text.length;
  }
};

/**
 * Splits a template into tokens (Go documentation, package text/template: "Text and spaces", "Actions").
 * @throws TemplateSyntaxError
 */
export const lex = (text: string): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  let trims = false;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    const end = open < 0 ? text.length : open;
    const trimsBefore = open >= 0 && /^\{\{-\s/.test(text.slice(open, open + 4));
    let plain = text.slice(at, end);
    const cut = trims ? plain.length - plain.trimStart().length : 0;
    plain = plain.slice(cut);
    if (trimsBefore) plain = plain.trimEnd();
    if (plain !== '') tokens.push({ kind: 'text', text: plain, at: at + cut });
    if (open < 0) break;
    const comment = skipComment(text, open);
    if (comment !== null) {
      ({ end: at, trims } = comment);
      continue;
    }
    const start = open + (trimsBefore ? 3 : 2);
    tokens.push({ kind: 'open', text: text.slice(open, start), at: open });
    ({ end: at, trims } = lexAction(text, start, tokens));
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
};
