import { parsePromql, PromqlError } from '#lib/promql/promql.ts';
import type { Expr } from '#lib/promql/ast.ts';
import type { Matcher } from '#lib/promql/matcher.ts';

import { ApiError, invalidParameter } from './envelope.ts';

const EMPTY = 'match[] must contain at least one non-empty matcher';

const unexpected = (expr: Expr): string => {
  if (expr.kind === 'binary' && expr.left.kind === 'selector') {
    const { line, column } = expr.opPlace;
    return `${line}:${column}: parse error: unexpected <op:${expr.op}>`;
  }
  return `${expr.place.line}:${expr.place.column}: parse error: unexpected expression, expected a series selector`;
};

/** A series selector, and nothing else. @throws ApiError in Prometheus's words */
const selectorOf = (text: string): readonly Matcher[] => {
  try {
    const expr = parsePromql(text);
    if (expr.kind !== 'selector' || expr.offset !== null || expr.at !== null)
      throw new ApiError('bad_data', unexpected(expr));
    return expr.matchers;
  } catch (cause) {
    if (!(cause instanceof PromqlError)) throw cause;
    throw new ApiError(
      'bad_data',
      cause.message.includes('at least one non-empty matcher') ? EMPTY : cause.text,
    );
  }
};

/** Every selector of a repeated parameter `match[]`, without saying which parameter it was. */
export const selectorsOf = (parameters: URLSearchParams): (readonly Matcher[])[] =>
  parameters.getAll('match[]').map(selectorOf);

/** The selectors of `match[]`; an error names the parameter. */
export const selectorsParameter = (parameters: URLSearchParams): (readonly Matcher[])[] => {
  try {
    return selectorsOf(parameters);
  } catch (cause) {
    throw cause instanceof ApiError ? invalidParameter('match[]', cause.message) : cause;
  }
};
