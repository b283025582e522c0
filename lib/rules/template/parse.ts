import type { Command, Node, Operand, Pipe, Template } from './ast.ts';
import { lex, TemplateSyntaxError } from './lex.ts';
import type { Token } from './lex.ts';
import { unquote } from './unquote.ts';

/** Parentheses and blocks in each other; deeper is refused before it could exhaust the stack. */
const MAX_DEPTH = 40;

const KEYWORDS = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'nil',
  'template',
  'with',
]);

/** Go's number literals: underscores between digits, prefixes for other bases, an exponent or a point makes a float. */
const numberOf = (text: string): bigint | number | null => {
  const plain = text.replace(/(?<=[\da-fA-FxXoObB])_(?=[\da-fA-F])/g, '');
  const whole = /^([+-]?)(0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9]\d*)$/.exec(plain);
  if (whole !== null) {
    const [, sign, digits = ''] = whole;
    const size = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
    const value = sign === '-' ? -size : size;
    return BigInt.asIntN(64, value) === value ? value : null;
  }
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain) ? Number(plain) : null;
};

const characterOf = (literal: string): bigint | null => {
  const text = unquote(literal);
  const point = text?.codePointAt(0);
  return text === null || point === undefined || [...text].length > 1 ? null : BigInt(point);
};

class Parser {
  readonly defined = new Map<string, readonly Node[]>();
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private readonly functions: ReadonlySet<string>;
  private position = 0;
  private variables: string[] = ['$'];
  private depth = 0;
  private loops = 0;

  constructor(text: string, functions: ReadonlySet<string>) {
    this.text = text;
    this.tokens = lex(text);
    this.functions = functions;
  }

  template(): Template {
    const body = this.nodes([]);
    return { body: body.nodes, defined: this.defined };
  }

  /** Nodes up to one of the words that end a list; at the top level, up to the end of the text. */
  private nodes(until: readonly string[]): { readonly nodes: Node[]; readonly ended: string } {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.next();
      if (token.kind === 'end') {
        if (until.length > 0) throw this.unexpected(token);
        return { nodes, ended: '' };
      }
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text, at: token.at, source: token.text });
        continue;
      }
      const word = this.peekWord();
      if (word === 'end' || word === 'else') {
        if (!until.includes(word)) throw new TemplateSyntaxError(token.at, `unexpected {{${word}}}`);
        this.nextSolid();
        if (word === 'end') this.close();
        return { nodes, ended: word };
      }
      const node = this.deeper(token, () => this.action(token, word));
      if (node !== null) nodes.push(node);
    }
  }

  private action(open: Token, word: string | null): Node | null {
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        this.nextSolid();
        return this.control(open, word);
      case 'define':
        this.nextSolid();
        this.define(open);
        return null;
      case 'block':
      case 'template':
        this.nextSolid();
        return this.call(open, word);
      case 'break':
      case 'continue':
        this.nextSolid();
        if (this.loops === 0) throw new TemplateSyntaxError(open.at, `{{${word}}} outside {{range}}`);
        this.close();
        return { kind: word, ...this.since(open) };
      default: {
        const pipe = this.pipe(false, 'command');
        this.close();
        return { kind: 'action', pipe, ...this.since(open) };
      }
    }
  }

  private control(open: Token, kind: 'if' | 'with' | 'range'): Node {
    const scope = this.variables.length;
    const pipe = this.pipe(kind === 'range', kind);
    this.close();
    if (kind === 'range') this.loops += 1;
    const body = this.nodes(['else', 'end']);
    if (kind === 'range') this.loops -= 1;
    const otherwise = body.ended === 'else' ? this.otherwise(open, kind) : [];
    this.variables.length = scope;
    return { kind, pipe, body: body.nodes, otherwise, ...this.since(open) };
  }

  /** What stands after `else`: `else if` and `else with` are a block of their own that shares the `end`. */
  private otherwise(open: Token, kind: 'if' | 'with' | 'range'): readonly Node[] {
    const word = this.peekWord();
    if (kind !== 'range' && word === kind) {
      this.nextSolid();
      return [this.deeper(open, () => this.control(open, kind))];
    }
    this.close();
    return this.nodes(['end']).nodes;
  }

  private define(open: Token): void {
    if (this.depth > 1) throw new TemplateSyntaxError(open.at, 'unexpected {{define}}');
    const { name } = this.name('define');
    this.close();
    this.inOwnScope(() => this.defined.set(name, this.nodes(['end']).nodes));
  }

  private call(open: Token, kind: 'template' | 'block'): Node {
    const { name, at } = this.name(kind);
    const pipe = this.peekSolid().kind === 'close' ? null : this.pipe(false, kind);
    if (kind === 'block' && pipe === null)
      throw new TemplateSyntaxError(open.at, 'missing value for block clause');
    this.close();
    const shown = pipe === null ? '' : ` ${pipe.source}`;
    const source = `{{template ${JSON.stringify(name)}${shown}}}`;
    const node: Node = { kind: 'template', name, pipe, at, source };
    if (kind === 'block') this.inOwnScope(() => this.defined.set(name, this.nodes(['end']).nodes));
    return node;
  }

  private inOwnScope(read: () => void): void {
    const { variables, loops } = this;
    this.variables = ['$'];
    this.loops = 0;
    read();
    this.variables = variables;
    this.loops = loops;
  }

  private name(what: string): { readonly name: string; readonly at: number } {
    const token = this.nextSolid();
    const name = token.kind === 'string' ? unquote(token.text) : null;
    if (name === null)
      throw new TemplateSyntaxError(token.at, `unexpected ${JSON.stringify(token.text)} in ${what} clause`);
    return { name, at: token.at };
  }

  private pipe(isRange: boolean, what: string): Pipe {
    const start = this.peekSolid();
    const { names, declares } = this.declarations(isRange);
    const commands: Command[] = [];
    for (;;) {
      const token = this.peekSolid();
      if (token.kind === 'close' || token.text === ')') break;
      commands.push(this.command());
    }
    const [first, ...later] = commands;
    if (first === undefined) throw new TemplateSyntaxError(start.at, `missing value for ${what}`);
    later.forEach(({ operands: [head], at }, index) => {
      if (head.kind === 'literal' || head.kind === 'dot' || head.kind === 'nil')
        throw new TemplateSyntaxError(at, `non executable command in pipeline stage ${index + 2}`);
    });
    if (declares) this.variables.push(...names);
    return { variables: names, declares, commands: [first, ...later], ...this.since(start) };
  }

  private declarations(isRange: boolean): { readonly names: string[]; readonly declares: boolean } {
    const start = this.position;
    const names: string[] = [];
    while (this.peekSolid().kind === 'variable') {
      names.push(this.nextSolid().text);
      const mark = this.nextSolid();
      if (mark.text === ':=') return { names, declares: true };
      if (mark.text === '=') {
        for (const name of names) this.checkVariable(name, mark);
        return { names, declares: false };
      }
      if (mark.text !== ',' || !isRange || names.length > 1) break;
    }
    this.position = start;
    return { names: [], declares: false };
  }

  private command(): Command {
    const start = this.peekSolid();
    const operands: Operand[] = [];
    let { source } = this.since(start);
    for (;;) {
      const token = this.peekSolid();
      if (token.kind === 'close' || token.text === ')') break;
      if (token.text === '|') {
        if (operands.length === 0) throw this.unexpected(token);
        this.nextSolid();
        const after = this.peekSolid();
        if (after.kind === 'close' || after.text === ')')
          throw new TemplateSyntaxError(after.at, 'missing value for command');
        break;
      }
      operands.push(this.operand());
      ({ source } = this.since(start));
      const after = this.peek();
      if (!['space', 'close'].includes(after.kind) && after.text !== ')' && after.text !== '|')
        throw this.unexpected(after);
    }
    const [first, ...later] = operands;
    if (first === undefined) throw new TemplateSyntaxError(start.at, 'empty command');
    return { operands: [first, ...later], at: start.at, source };
  }

  private operand(): Operand {
    const start = this.peekSolid();
    const base = this.term();
    // Go places a chain at its first name.
    const { at } = this.peek();
    const names: string[] = [];
    while (this.peek().kind === 'field') names.push(this.next().text.slice(1));
    if (names.length === 0) return base;
    if (base.kind === 'literal' || base.kind === 'nil' || base.kind === 'function')
      throw new TemplateSyntaxError(start.at, `unexpected . after term ${JSON.stringify(base.source)}`);
    const place = { at, source: this.since(start).source };
    if (base.kind === 'chain') return { ...base, names: [...base.names, ...names], ...place };
    return { kind: 'chain', base, names, ...place };
  }

  private term(): Operand {
    const token = this.nextSolid();
    const place = { at: token.at, source: token.text };
    switch (token.kind) {
      case 'dot':
        return { kind: 'dot', ...place };
      case 'field':
        return { kind: 'chain', base: { kind: 'dot', ...place }, names: [token.text.slice(1)], ...place };
      case 'variable':
        this.checkVariable(token.text, token);
        return { kind: 'variable', name: token.text, ...place };
      case 'word':
        return this.word(token);
      case 'string':
      case 'character':
      case 'number':
        return { kind: 'literal', value: this.literal(token), ...place };
      default:
        if (token.text === '(') return this.deeper(token, () => this.parenthesized(token));
        throw this.unexpected(token);
    }
  }

  private parenthesized(open: Token): Operand {
    const pipe = this.pipe(false, 'parenthesized pipeline');
    const close = this.nextSolid();
    if (close.text !== ')') throw new TemplateSyntaxError(close.at, 'unclosed left paren');
    return { kind: 'pipe', pipe, ...this.since(open) };
  }

  private word(token: Token): Operand {
    const place = { at: token.at, source: token.text };
    if (token.text === 'true' || token.text === 'false')
      return { kind: 'literal', value: token.text === 'true', ...place };
    if (token.text === 'nil') return { kind: 'nil', ...place };
    if (KEYWORDS.has(token.text)) throw this.unexpected(token);
    if (!this.functions.has(token.text))
      throw new TemplateSyntaxError(token.at, `function ${JSON.stringify(token.text)} not defined`);
    return { kind: 'function', name: token.text, ...place };
  }

  private literal({ kind, text, at }: Token): string | bigint | number {
    const value =
      kind === 'string' ? unquote(text) : kind === 'character' ? characterOf(text) : numberOf(text);
    if (value !== null) return value;
    throw new TemplateSyntaxError(
      at,
      kind === 'number' ? `bad number syntax: ${JSON.stringify(text)}` : `invalid syntax: ${text}`,
    );
  }

  private checkVariable(name: string, { at }: Token): void {
    if (!this.variables.includes(name))
      throw new TemplateSyntaxError(at, `undefined variable ${JSON.stringify(name)}`);
  }

  private deeper<Result>(token: Token, read: () => Result): Result {
    if (this.depth >= MAX_DEPTH) throw new TemplateSyntaxError(token.at, 'max expression depth exceeded');
    this.depth += 1;
    const result = read();
    this.depth -= 1;
    return result;
  }

  private close(): void {
    const token = this.nextSolid();
    if (token.kind !== 'close') throw this.unexpected(token);
  }

  private unexpected(token: Token): TemplateSyntaxError {
    const what = token.kind === 'end' ? 'unexpected EOF' : `unexpected ${JSON.stringify(token.text)}`;
    return new TemplateSyntaxError(token.at, what);
  }

  private since({ at }: Token): { readonly at: number; readonly source: string } {
    const last = this.tokens[this.position - 1];
    return {
      at,
      source: this.text.slice(at, last === undefined ? at : last.at + last.text.length).trimEnd(),
    };
  }

  private peek(): Token {
    const token = this.tokens[this.position] ?? this.tokens.at(-1);
    if (token === undefined) throw new TemplateSyntaxError(0, 'unexpected EOF');
    return token;
  }

  private next(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  /** The next token that is no space. */
  private nextSolid(): Token {
    this.peekSolid();
    return this.next();
  }

  private peekSolid(): Token {
    while (this.peek().kind === 'space') this.position += 1;
    return this.peek();
  }

  private peekWord(): string | null {
    const token = this.peekSolid();
    return token.kind === 'word' ? token.text : null;
  }
}

/**
 * Reads a template of Go (Go documentation, package text/template). Unknown functions and variables are errors here already.
 * @param functions the names that may be called
 * @throws TemplateSyntaxError
 */
export const parseTemplate = (text: string, functions: ReadonlySet<string>): Template =>
  new Parser(text, functions).template();
