/** The structure of a template (Go documentation, package text/template: "Actions", "Arguments", "Pipelines"). */

export interface Placed {
  /** Offset in the template. */
  readonly at: number;
  readonly source: string;
}

export type Operand = Placed &
  (
    | { readonly kind: 'dot' | 'nil' }
    | { readonly kind: 'literal'; readonly value: boolean | string | bigint | number }
    | { readonly kind: 'function'; readonly name: string }
    | { readonly kind: 'variable'; readonly name: string }
    /** `.a.b`, `$x.a`, `(…).a`: names looked up one after another. */
    | { readonly kind: 'chain'; readonly base: Operand; readonly names: readonly string[] }
    | { readonly kind: 'pipe'; readonly pipe: Pipe }
  );

/** A function with its arguments, or one operand alone. Never empty. */
export type Command = Placed & { readonly operands: readonly [Operand, ...Operand[]] };

export type Pipe = Placed & {
  /** Variables it declares or sets, with the dollar sign; two only in `range`. */
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly [Command, ...Command[]];
};

interface Branches {
  readonly pipe: Pipe;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

export type Node = Placed &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'action'; readonly pipe: Pipe }
    | ({ readonly kind: 'if' | 'with' } & Branches)
    | ({ readonly kind: 'range' } & Branches)
    | { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | null }
    | { readonly kind: 'break' | 'continue' }
  );

export interface Template {
  readonly body: readonly Node[];
  /** By name: what `define` and `block` made. */
  readonly defined: ReadonlyMap<string, readonly Node[]>;
}
