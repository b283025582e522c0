import type { Value } from './value.ts';

/** What a parameter of a function takes, by Go's type. */
export type ParameterType = 'any' | 'string' | 'sample' | 'vector';

/** A function that templates can call. */
export interface TemplateFunction {
  readonly parameters: readonly ParameterType[];
  /** Any number more of these after the parameters. */
  readonly variadic?: ParameterType;
  /** @throws Error with Go's words */
  readonly call: (args: readonly Value[]) => Value;
}

export type TemplateFunctions = Readonly<Record<string, TemplateFunction>>;

/** An argument whose parameter's type makes it a text. */
export const asText = (value: Value | undefined): string => (typeof value === 'string' ? value : '');
