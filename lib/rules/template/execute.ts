import type { Command, Node, Operand, Pipe, Template } from './ast.ts';
import type { ParameterType, TemplateFunction, TemplateFunctions } from './function.ts';
import { isTrue, sortedEntries, typeName, valueText } from './value.ts';
import type { Value } from './value.ts';

/** Nodes, commands and turns of loops that one expansion may take. */
const MAX_STEPS = 100_000;
/** Characters that an expansion may write, and that functions may give it, together. */
const MAX_CHARACTERS = 1 << 20;
/** Templates that call each other. */
const MAX_CALLS = 16;

/** A template that went wrong while it was expanded; the message is Go's, without the template's name. */
export class TemplateExecuteError extends Error {
  readonly at: number;
  readonly source: string;
  constructor({ at, source }: { readonly at: number; readonly source: string }, message: string) {
    super(message);
    this.name = 'TemplateExecuteError';
    this.at = at;
    this.source = source;
  }
}

type Signal = 'break' | 'continue' | null;
type Place = Pick<Operand, 'at' | 'source'>;

/** No argument comes from the command before. A value of its own, as nil is one that may come. */
const NONE = Symbol('none');
type Final = Value | typeof NONE;

/** What a type is called when something else was given. */
const WANTED: Readonly<Record<ParameterType, string>> = {
  any: 'interface {}',
  string: 'string',
  sample: '*template.sample',
  vector: 'template.queryResult',
};

const fits = (value: Value, type: ParameterType): boolean => {
  if (type === 'any') return true;
  if (type === 'string') return typeof value === 'string';
  return value !== null && typeof value === 'object' && 'type' in value && value.type === WANTED[type];
};

class Execution {
  output = '';
  private readonly template: Template;
  private readonly functions: TemplateFunctions;
  private steps = 0;
  private characters = 0;
  private calls = 0;
  private variables: [string, Value][] = [];

  constructor(template: Template, functions: TemplateFunctions) {
    this.template = template;
    this.functions = functions;
  }

  run(nodes: readonly Node[], dot: Value): void {
    const { variables } = this;
    this.variables = [['$', dot]];
    this.nodes(nodes, dot);
    this.variables = variables;
  }

  private nodes(nodes: readonly Node[], dot: Value): Signal {
    for (const node of nodes) {
      this.step(node);
      const signal = this.node(node, dot);
      if (signal !== null) return signal;
    }
    return null;
  }

  private node(node: Node, dot: Value): Signal {
    switch (node.kind) {
      case 'text':
        this.write(node, node.text);
        return null;
      case 'action': {
        const value = this.pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0)
          this.write(node, value === null ? '<no value>' : valueText(value));
        return null;
      }
      case 'if':
      case 'with':
        return this.inScope(() => {
          const value = this.pipe(node.pipe, dot);
          if (!isTrue(value)) return this.nodes(node.otherwise, dot);
          return this.nodes(node.body, node.kind === 'with' ? value : dot);
        });
      case 'range':
        return this.inScope(() => this.range(node, dot));
      case 'template':
        this.call(node, dot);
        return null;
      case 'break':
      case 'continue':
        return node.kind;
      default:
        return node satisfies never;
    }
  }

  private range(node: Extract<Node, { kind: 'range' }>, dot: Value): Signal {
    const over = this.pipe({ ...node.pipe, variables: [] }, dot);
    const items = this.itemsOf(over, node.pipe);
    if (items.length === 0) return this.nodes(node.otherwise, dot);
    for (const [key, item] of items) {
      this.step(node);
      const signal = this.inScope(() => {
        const { variables, declares } = node.pipe;
        const values = variables.length === 2 ? [key, item] : [item];
        variables.forEach((name, index) => this.set(name, values[index] ?? null, declares));
        return this.nodes(node.body, item);
      });
      if (signal === 'break') break;
    }
    return null;
  }

  private itemsOf(over: Value, place: Place): readonly (readonly [Value, Value])[] {
    if (over === null) return [];
    if (typeof over === 'object' && over.kind === 'list')
      return over.items.map((item, index) => [BigInt(index), item]);
    if (typeof over === 'object' && over.kind === 'map') return sortedEntries(over);
    throw new TemplateExecuteError(place, `range can't iterate over ${valueText(over)}`);
  }

  private call(node: Extract<Node, { kind: 'template' }>, dot: Value): void {
    const body = this.template.defined.get(node.name);
    if (body === undefined)
      throw new TemplateExecuteError(node, `template ${JSON.stringify(node.name)} not defined`);
    this.expand(node, body, node.pipe === null ? null : this.pipe(node.pipe, dot));
  }

  /** Expands a defined template into the output. */
  private expand(place: Place, body: readonly Node[], dot: Value): void {
    if (this.calls >= MAX_CALLS)
      throw new TemplateExecuteError(place, `exceeded maximum template depth (${MAX_CALLS})`);
    this.calls += 1;
    this.run(body, dot);
    this.calls -= 1;
  }

  /** Prometheus's `tmpl`: a defined template's text as a value. */
  private textOf(place: Place, [name, dot]: readonly Value[]): string {
    const body = this.template.defined.get(String(name));
    if (body === undefined)
      throw new TemplateExecuteError(
        place,
        `error calling tmpl: template ${JSON.stringify(name)} not defined`,
      );
    const { output } = this;
    this.output = '';
    this.expand(place, body, dot ?? null);
    const text = this.output;
    this.output = output;
    return text;
  }

  private inScope(run: () => Signal): Signal {
    const scope = this.variables.length;
    const signal = run();
    this.variables.length = scope;
    return signal;
  }

  private set(name: string, value: Value, declares: boolean): void {
    if (declares) {
      this.variables.push([name, value]);
      return;
    }
    const known = this.variables.findLast(([other]) => other === name);
    if (known !== undefined) known[1] = value;
  }

  private pipe(pipe: Pipe, dot: Value): Value {
    let value: Final = NONE;
    for (const command of pipe.commands) {
      this.step(command);
      value = this.command(command, dot, value);
    }
    const result = value === NONE ? null : value;
    for (const name of pipe.variables) this.set(name, result, pipe.declares);
    return result;
  }

  private command(command: Command, dot: Value, final: Final): Value {
    const [head, ...args] = command.operands;
    if (head.kind === 'function') return this.apply(head.name, command, args, dot, final);
    const hasArguments = args.length > 0 || final !== NONE;
    if (head.kind === 'nil') throw new TemplateExecuteError(head, 'nil is not a command');
    const value = this.operand(head, dot);
    if (!hasArguments) return value;
    throw new TemplateExecuteError(
      head,
      head.kind === 'chain'
        ? `${head.names.at(-1) ?? ''} is not a method but has arguments`
        : `can't give argument to non-function ${head.source}`,
    );
  }

  private operand(operand: Operand, dot: Value): Value {
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return operand.value;
      case 'variable':
        return this.variables.findLast(([name]) => name === operand.name)?.[1] ?? null;
      case 'function':
        return this.apply(operand.name, operand, [], dot, NONE);
      case 'pipe':
        return this.pipe(operand.pipe, dot);
      case 'chain':
        return operand.names.reduce(
          (value, name) => this.field(value, name, operand),
          this.operand(operand.base, dot),
        );
      default:
        return operand satisfies never;
    }
  }

  private field(value: Value, name: string, place: Place): Value {
    if (value === null)
      throw new TemplateExecuteError(place, `nil data; no entry for key ${JSON.stringify(name)}`);
    if (typeof value === 'object' && value.kind === 'map') return value.entries.get(name) ?? value.zero;
    const found = typeof value === 'object' && value.kind === 'struct' ? value.fields.get(name) : undefined;
    if (found === undefined)
      throw new TemplateExecuteError(place, `can't evaluate field ${name} in type ${typeName(value)}`);
    return found;
  }

  private apply(name: string, place: Place, operands: readonly Operand[], dot: Value, final: Final): Value {
    const called = this.functions[name];
    if (called === undefined)
      throw new TemplateExecuteError(place, `${JSON.stringify(name)} is not a defined function`);
    this.checkCount(name, called, place, operands.length + (final === NONE ? 0 : 1));
    if (name === 'and' || name === 'or') return this.shortCircuit(name, operands, dot, final);
    const args = operands.map((operand, index) => {
      const value = this.operand(operand, dot);
      this.checkType(value, called.parameters[index] ?? called.variadic ?? 'any', operand);
      return value;
    });
    if (final !== NONE) {
      this.checkType(final, called.parameters[args.length] ?? called.variadic ?? 'any', place);
      args.push(final);
    }
    if (name === 'tmpl') return this.textOf(place, args);
    const result = this.invoke(name, called, place, args);
    if (typeof result === 'string') this.count(place, result.length);
    return result;
  }

  private invoke(name: string, called: TemplateFunction, place: Place, args: readonly Value[]): Value {
    try {
      return called.call(args);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new TemplateExecuteError(place, `error calling ${name}: ${message}`);
    }
  }

  /** `and` stops at the first that is empty, `or` at the first that is not. */
  private shortCircuit(name: 'and' | 'or', operands: readonly Operand[], dot: Value, final: Final): Value {
    let value: Value = null;
    for (const operand of operands) {
      value = this.operand(operand, dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === NONE ? value : final;
  }

  private checkCount(name: string, called: TemplateFunction, place: Place, count: number): void {
    const wanted = called.parameters.length;
    if (called.variadic === undefined ? count === wanted : count >= wanted) return;
    const want = called.variadic === undefined ? String(wanted) : `at least ${wanted}`;
    throw new TemplateExecuteError(place, `wrong number of args for ${name}: want ${want} got ${count}`);
  }

  private checkType(value: Value, type: ParameterType, place: Place): void {
    if (!fits(value, type))
      throw new TemplateExecuteError(
        place,
        `wrong type for value; expected ${WANTED[type]}; got ${typeName(value)}`,
      );
  }

  private step(place: Place): void {
    this.steps += 1;
    if (this.steps > MAX_STEPS)
      throw new TemplateExecuteError(place, `the template takes more than ${MAX_STEPS} steps`);
  }

  private write(place: Place, text: string): void {
    this.count(place, text.length);
    this.output += text;
  }

  private count(place: Place, characters: number): void {
    this.characters += characters;
    if (this.characters > MAX_CHARACTERS)
      throw new TemplateExecuteError(place, `the template makes more than ${MAX_CHARACTERS} characters`);
  }
}

/**
 * Expands a template over a value (Go documentation, package text/template). Steps, calls and length are bounded, so every
 * template ends.
 * @throws TemplateExecuteError
 */
export const executeTemplate = (template: Template, dot: Value, functions: TemplateFunctions): string => {
  const execution = new Execution(template, functions);
  execution.run(template.body, dot);
  return execution.output;
};
