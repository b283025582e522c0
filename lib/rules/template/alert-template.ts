import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';
import type { VectorSample } from '#lib/promql/value.ts';

import type { TemplateData, Templates } from '../alerting.ts';
import { alertFunctions } from './alert-functions.ts';
import type { Template } from './ast.ts';
import { executeTemplate, TemplateExecuteError } from './execute.ts';
import { TemplateSyntaxError } from './lex.ts';
import { parseTemplate } from './parse.ts';
import { stringMap } from './value.ts';
import type { StructValue, Value } from './value.ts';

/** Names that stand before every template of an alert (Prometheus documentation, "Alerting rules": Templating). */
const PRELUDE =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}';
const DATA_TYPE =
  'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 }';

const FUNCTION_NAMES: ReadonlySet<string> = new Set(
  Object.keys(alertFunctions({ externalUrl: '', query: () => [] })),
);

/** Templates are few and are expanded at every evaluation. */
const MAX_PARSED = 1000;

/** What templates can ask for besides the alert itself. */
export interface TemplateSurroundings {
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** Evaluates an expression at an instant. @throws Error */
  readonly query: (expr: string, at: Ms) => readonly VectorSample[];
}

const parseText = (text: string): Template => parseTemplate(PRELUDE + text, FUNCTION_NAMES);

const lineOf = (text: string, at: number): { readonly line: number; readonly column: number } => {
  const before = (PRELUDE + text).slice(0, at);
  return { line: before.split('\n').length, column: at - (before.lastIndexOf('\n') + 1) };
};

const syntaxText = (name: string, text: string, { at, message }: TemplateSyntaxError): string =>
  `template: ${name}:${lineOf(text, at).line}: ${message}`;

const executeText = (name: string, text: string, { at, source, message }: TemplateExecuteError): string => {
  const { line, column } = lineOf(text, at);
  return `template: ${name}:${line}:${column}: executing ${JSON.stringify(name)} at <${source}>: ${message}`;
};

/** What is wrong with the text of a template, in Go's words; null: nothing that shows before it is expanded. */
export const checkTemplate = (text: string, alert: string): string | null => {
  try {
    parseText(text);
    return null;
  } catch (cause) {
    if (cause instanceof TemplateSyntaxError) return syntaxText(`__alert_${alert}`, text, cause);
    throw cause;
  }
};

const dataOf = ({ labels, value }: TemplateData, around: TemplateSurroundings): StructValue => ({
  kind: 'struct',
  type: DATA_TYPE,
  fields: new Map<string, Value>([
    ['Labels', stringMap(labels)],
    ['ExternalLabels', stringMap(around.externalLabels)],
    ['ExternalURL', around.externalUrl],
    ['Value', value],
  ]),
});

/** Expands the templates of labels and annotations as Prometheus does; an error becomes the text `<error expanding template: …>`. */
export const createTemplates = (around: TemplateSurroundings): Templates => {
  const parsed = new Map<string, Template>();
  const parse = (text: string): Template => {
    const known = parsed.get(text);
    if (known !== undefined) return known;
    const template = parseText(text);
    if (parsed.size >= MAX_PARSED) parsed.clear();
    parsed.set(text, template);
    return template;
  };
  const expand = (text: string, data: TemplateData, at: Ms): string => {
    const functions = alertFunctions({
      externalUrl: around.externalUrl,
      query: (expr) => around.query(expr, at),
    });
    return executeTemplate(parse(text), dataOf(data, around), functions);
  };
  const errorText = (name: string, text: string, cause: unknown): string => {
    if (cause instanceof TemplateSyntaxError)
      return `error parsing template ${name}: ${syntaxText(name, text, cause)}`;
    if (cause instanceof TemplateExecuteError)
      return `error executing template ${name}: ${executeText(name, text, cause)}`;
    return `error executing template ${name}: ${cause instanceof Error ? cause.message : String(cause)}`;
  };
  return {
    expand: (alert, text, data, at) => {
      // Most labels and annotations are plain text.
      if (!text.includes('{{')) return text;
      const name = `__alert_${alert}`;
      try {
        return expand(text, data, at);
      } catch (cause) {
        return `<error expanding template: ${errorText(name, text, cause)}>`;
      }
    },
  };
};
