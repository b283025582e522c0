import type { Ms } from '#lib/model/time.ts';

import { chainOf } from './ast.ts';
import type {
  Aggregate,
  Binary,
  Chain,
  DurationExpr,
  Expr,
  TimeShift,
  VectorMatching,
  VectorSelector,
} from './ast.ts';
import { formatPlain } from './format-value.ts';
import { quoteText } from './go-quote.ts';
import { METRIC_NAME, printLabelName } from './label-set.ts';
import type { Matcher } from './matcher.ts';

/** Units of a duration with their milliseconds; years and weeks only where nothing is left over. */
const UNITS = [
  ['y', 31_536_000_000, true],
  ['w', 604_800_000, true],
  ['d', 86_400_000, false],
  ['h', 3_600_000, false],
  ['m', 60_000, false],
  ['s', 1000, false],
  ['ms', 1, false],
] as const;

/** A duration as Prometheus writes it: 14 days are `2w`, 15 are `15d`. */
const printMs = (ms: Ms): string => {
  if (ms === 0) return '0s';
  let rest = Math.abs(ms);
  let text = ms < 0 ? '-' : '';
  for (const [unit, size, whole] of UNITS) {
    if (rest < size || (whole && rest % size !== 0)) continue;
    text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text;
};

const printSpan = (span: DurationExpr): string => {
  switch (span.kind) {
    case 'seconds':
      return Number.isInteger(span.seconds * 1000) ? printMs(span.seconds * 1000) : formatPlain(span.seconds);
    case 'step':
      return 'step()';
    case 'range':
      return 'range()';
    case 'negative':
      return `-${printSpan(span.of)}`;
    case 'group':
      return `(${printSpan(span.of)})`;
    case 'operation': {
      const [left, right] = [printSpan(span.left), printSpan(span.right)];
      return span.op.length > 1 ? `${span.op}(${left}, ${right})` : `${left} ${span.op} ${right}`;
    }
  }
};

const printShift = ({ at, offset }: TimeShift): string => {
  const pinned = at === null ? '' : typeof at === 'string' ? ` @ ${at}()` : ` @ ${(at.at / 1000).toFixed(3)}`;
  return pinned + (offset === null ? '' : ` offset ${printSpan(offset)}`);
};

const printMatcher = (matcher: Matcher): string =>
  `${printLabelName(matcher.name)}${matcher.op}${quoteText(matcher.value)}`;

const printSelector = (selector: VectorSelector): string => {
  const others = selector.matchers
    .filter(
      ({ name, op, value }) =>
        !(selector.name !== '' && name === METRIC_NAME && op === '=' && value === selector.name),
    )
    .map(printMatcher)
    .sort();
  if (selector.name !== '' && others.length === 0) return selector.name;
  return `${selector.name}{${others.join(',')}}`;
};

const printLabelList = (names: readonly string[]): string => `(${names.map(printLabelName).join(', ')})`;

/** ` on (job) group_left (team)`; empty where all labels match one to one. */
const printMatching = (matching: VectorMatching): string => {
  if (!matching.on && matching.labels.length === 0 && matching.many === null) return '';
  const match = ` ${matching.on ? 'on' : 'ignoring'} ${printLabelList(matching.labels)}`;
  return matching.many === null
    ? match
    : `${match} group_${matching.many} ${printLabelList(matching.include)}`;
};

/** The operator of a binary expression with its modifiers. */
const printOperator = (expr: Binary): string =>
  `${expr.op}${expr.bool ? ' bool' : ''}${printMatching(expr.matching)}`;

/** The operator of an aggregation with its labels. */
const printAggregator = (expr: Aggregate): string => {
  if (expr.without) return `${expr.op} without ${printLabelList(expr.grouping)} `;
  return expr.grouping.length === 0 ? expr.op : `${expr.op} by ${printLabelList(expr.grouping)} `;
};

/** A power's left operand takes no sign, which would be read as one of the whole power. */
const printChain = ({ first, operations }: Chain): string =>
  operations.reduce(
    (left, operation) =>
      `${operation.op === '^' ? left.replace(/^\+/, '') : left} ${printOperator(operation)} ${printExpr(operation.right)}`,
    printExpr(first),
  );

/** An expression in one line, in Prometheus's canonical form. Reading it again gives the same expression. */
export const printExpr = (expr: Expr): string => {
  switch (expr.kind) {
    case 'number':
      return expr.unit ? printMs(Math.round(expr.value * 1000)) : formatPlain(expr.value);
    case 'string':
      return quoteText(expr.value);
    case 'selector':
      return printSelector(expr) + printShift(expr);
    case 'matrix':
      return `${printSelector(expr.selector)}[${printSpan(expr.range)}]${printShift(expr.selector)}`;
    case 'subquery':
      return `${printExpr(expr.expr)}[${printSpan(expr.range)}:${expr.step === null ? '' : printSpan(expr.step)}]${printShift(expr)}`;
    case 'paren':
      return `(${printExpr(expr.expr)})`;
    case 'unary':
      return `${expr.op}${printExpr(expr.expr)}`;
    case 'binary':
      return printChain(chainOf(expr));
    case 'call':
      return `${expr.name}(${expr.args.map(printExpr).join(', ')})`;
    case 'aggregate': {
      const parameter = expr.param === null ? '' : `${printExpr(expr.param)}, `;
      return `${printAggregator(expr)}(${parameter}${printExpr(expr.expr)})`;
    }
  }
};
