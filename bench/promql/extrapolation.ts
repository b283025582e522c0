import type { Call, DurationExpr, Expr, MatrixSelector, Subquery } from '#lib/promql/ast.ts';
import { parsePromql, printExpr } from '#lib/promql/promql.ts';

import type { PeerAnswer } from './peer.ts';

/** Asks one side for an expression at an instant in seconds. */
type Ask = (query: string, at: string) => Promise<PeerAnswer> | PeerAnswer;

type Points = readonly (readonly [number, string])[];
type Element = {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: Points;
};

/** Both ways to limit how far a counter is extrapolated to the start of its range. */
type Version = 2 | 3;

const secondsOf = (span: DurationExpr | null): number => {
  if (span === null) return 0;
  if (span.kind === 'seconds') return span.seconds;
  return span.kind === 'negative' ? -secondsOf(span.of) : Number.NaN;
};

/**
 * `increase` over points in `(to − range, to]`. Prometheus 3 first limits the way to the start to half the mean spacing where
 * the start is far, then to where the counter would be zero; 2 did it the other way round (its `extrapolatedRate`).
 */
const increase = (points: Points, to: number, range: number, version: Version): number => {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return Number.NaN;
  const values = points.map(([, text]) => Number(text.replace('Inf', 'Infinity')));
  let result = (values.at(-1) ?? 0) - (values[0] ?? 0);
  values.forEach((value, i) => (result += i > 0 && value < (values[i - 1] ?? 0) ? (values[i - 1] ?? 0) : 0));
  const sampled = last[0] - first[0];
  const spacing = sampled / (points.length - 1);
  const far = spacing * 1.1;
  const counts = result > 0 && (values[0] ?? 0) >= 0;
  const toZero = counts ? sampled * ((values[0] ?? 0) / result) : Number.POSITIVE_INFINITY;
  let before = first[0] - (to - range);
  if (version === 2) before = Math.min(before, toZero);
  if (before >= far) before = spacing / 2;
  if (version === 3) before = Math.min(before, toZero);
  const after = to - last[0] < far ? to - last[0] : spacing / 2;
  return result * ((sampled + before + after) / sampled);
};

const inside = (expr: Expr): Call[] => {
  switch (expr.kind) {
    case 'call':
      return [expr, ...expr.args.flatMap(inside)];
    case 'aggregate':
      return [...(expr.param === null ? [] : inside(expr.param)), ...inside(expr.expr)];
    case 'binary':
      return [...inside(expr.left), ...inside(expr.right)];
    case 'paren':
    case 'unary':
      return inside(expr.expr);
    default:
      return []; // inside a subquery the instants are others
  }
};

const keyOf = ({ __name__: _name, ...labels }: Element['metric']): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const elementsOf = (answer: PeerAnswer): Element[] =>
  answer.status === 'success' ? (answer.data.result as Element[]) : []; // the documented shape of vectors and matrices
const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));

const rangeOf = (expr: Expr | undefined): MatrixSelector | Subquery | null =>
  expr?.kind === 'matrix' || expr?.kind === 'subquery' ? expr : null;

/**
 * Whether a query's `rate` and `increase` calls differ at an instant, ours by Prometheus 3's limit and theirs by 2's: both are
 * calculated from the points themselves.
 */
export const differsByExtrapolation = async (
  query: string,
  at: string,
  ours: Ask,
  theirs: Ask,
): Promise<boolean> => {
  let differs = false;
  for (const call of inside(parsePromql(query))) {
    const range = rangeOf(call.args[0]);
    if (range === null || (call.name !== 'rate' && call.name !== 'increase')) continue;
    const shift = range.kind === 'matrix' ? range.selector : range;
    const text = printExpr(call);
    const to =
      (typeof shift.at === 'object' && shift.at !== null ? shift.at.at / 1000 : Number(at)) -
      secondsOf(shift.offset);
    const span = secondsOf(range.range);
    const [own, other, points] = await Promise.all([
      ours(text, at),
      theirs(text, at),
      theirs(printExpr(range), at),
    ]).then((answers) => answers.map(elementsOf));
    const valueIn = (elements: Element[] | undefined, key: string): number =>
      Number(elements?.find((element) => keyOf(element.metric) === key)?.value?.[1] ?? Number.NaN);
    for (const { metric, values = [] } of points ?? []) {
      const key = keyOf(metric);
      const [x, y] = [valueIn(own, key), valueIn(other, key)];
      if (near(x, y)) continue;
      const scale = call.name === 'rate' ? span : 1;
      if (!near(x * scale, increase(values, to, span, 3)) || !near(y * scale, increase(values, to, span, 2)))
        return false;
      differs = true;
    }
  }
  return differs;
};
