import { parseDuration, type Ms } from '#lib/model/time.ts';

import type { DurationExpr } from './ast.ts';

/** What `step()` and `range()` mean in a query. */
export interface QuerySpan {
  readonly stepMs: Ms;
  readonly rangeMs: Ms;
}

/** Seconds of a literal such as `1h30m`; null where Prometheus calls it no duration (units out of order). */
export const secondsOf = (text: string): number | null => {
  const ms = parseDuration(text);
  return ms === null ? null : ms / 1000;
};

const operate = (
  op: Extract<DurationExpr, { kind: 'operation' }>['op'],
  left: number,
  right: number,
): number => {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    case 'min_of':
      return Math.min(left, right);
    case 'max_of':
      return Math.max(left, right);
  }
};

/** Seconds of a span in a query. */
const evaluate = (span: DurationExpr, query: QuerySpan): number => {
  switch (span.kind) {
    case 'seconds':
      return span.seconds;
    case 'step':
      return query.stepMs / 1000;
    case 'range':
      return query.rangeMs / 1000;
    case 'negative':
      return -evaluate(span.of, query);
    case 'group':
      return evaluate(span.of, query);
    case 'operation':
      return operate(span.op, evaluate(span.left, query), evaluate(span.right, query));
  }
};

/** Whole milliseconds of a span in a query; what is finer is cut, as Prometheus does. */
export const durationMs = (span: DurationExpr, query: QuerySpan): Ms =>
  Math.trunc(Math.round(evaluate(span, query) * 1e9) / 1e6);

/** Whether the span is known before the query runs. */
export const isConstant = (span: DurationExpr): boolean => {
  switch (span.kind) {
    case 'seconds':
      return true;
    case 'step':
    case 'range':
      return false;
    case 'negative':
    case 'group':
      return isConstant(span.of);
    case 'operation':
      return isConstant(span.left) && isConstant(span.right);
  }
};

/** The span with all that is known worked out: `5m * 2` becomes 600. */
export const fold = (span: DurationExpr): DurationExpr => {
  if (!isConstant(span) || span.kind === 'seconds') return span;
  return { kind: 'seconds', seconds: evaluate(span, { stepMs: 0, rangeMs: 0 }) };
};
