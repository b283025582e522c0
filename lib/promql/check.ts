import {
  chainOf,
  isComparison,
  isSetOp,
  type Aggregate,
  type Binary,
  type Call,
  type Chain,
  type Expr,
  type Place,
  type ValueType,
  type VectorSelector,
} from './ast.ts';
import { PromqlError } from './error.ts';
import { quoteText } from './go-quote.ts';
import { matcherTest } from './matcher.ts';
import { signatureOf } from './signature.ts';

const fail = (message: string, place: Place): never => {
  throw new PromqlError(message, place);
};

/** What an expression yields. */
export const typeOf = (expr: Expr): ValueType => {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'selector':
    case 'aggregate':
      return 'instant vector';
    case 'matrix':
    case 'subquery':
      return 'range vector';
    case 'paren':
    case 'unary':
      return typeOf(expr.expr);
    case 'call':
      return signatureOf(expr.name)?.returns ?? 'instant vector';
    case 'binary':
      return typeOfChain(chainOf(expr));
  }
};

/** Of two operands. */
const typeOfBoth = (left: ValueType, right: ValueType): ValueType =>
  left === 'scalar' && right === 'scalar' ? 'scalar' : 'instant vector';

const typeOfChain = ({ first, operations }: Chain): ValueType =>
  operations.reduce((left, { right }) => typeOfBoth(left, typeOf(right)), typeOf(first));

const expectType = (expr: Expr, wanted: ValueType, context: string): void => {
  checkTypes(expr);
  const found = typeOf(expr);
  if (found !== wanted) fail(`expected type ${wanted} in ${context}, got ${found}`, expr.place);
};

const checkSelector = (selector: VectorSelector): void => {
  if (selector.name !== '') {
    const other = selector.matchers.slice(0, -1).find((matcher) => matcher.name === '__name__');
    if (other !== undefined)
      fail(
        `metric name must not be set twice: ${quoteText(selector.name)} or ${quoteText(other.value)}`,
        selector.place,
      );
    return;
  }
  if (selector.matchers.every((matcher) => matcherTest(matcher)('')))
    fail('vector selector must contain at least one non-empty matcher', selector.place);
};

const checkAggregate = (aggregate: Aggregate): void => {
  expectType(aggregate.expr, 'instant vector', 'aggregation expression');
  if (aggregate.param === null) return;
  expectType(aggregate.param, aggregate.op === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
};

const checkArity = (call: Call): void => {
  const signature = signatureOf(call.name);
  if (signature === null) return;
  const { args, variadic } = signature;
  const text = (count: string): string =>
    `expected ${count} argument(s) in call to ${quoteText(call.name)}, got ${call.args.length}`;
  if (variadic === 0) {
    if (call.args.length !== args.length) fail(text(`${args.length}`), call.place);
    return;
  }
  const least = args.length - 1;
  const most = variadic < 0 ? Number.POSITIVE_INFINITY : least + variadic;
  if (call.args.length < least) fail(text(`at least ${least}`), call.place);
  if (call.args.length > most) fail(text(`at most ${most}`), call.place);
};

const checkCall = (call: Call): void => {
  checkArity(call);
  const types = signatureOf(call.name)?.args ?? [];
  call.args.forEach((argument, i) => {
    const wanted = types[Math.min(i, types.length - 1)];
    if (wanted !== undefined) expectType(argument, wanted, `call to function ${quoteText(call.name)}`);
  });
};

const checkOperands = (binary: Binary, left: ValueType, right: ValueType): void => {
  for (const [type, side] of [
    [left, binary.left],
    [right, binary.right],
  ] as const)
    if (type !== 'scalar' && type !== 'instant vector')
      fail('binary expression must contain only scalar and instant vector types', side.place);
};

const checkOperation = (binary: Binary, types: readonly [left: ValueType, right: ValueType]): void => {
  const { op, matching } = binary;
  const scalars = types[0] === 'scalar' && types[1] === 'scalar';
  if (binary.bool && !isComparison(op))
    fail('bool modifier can only be used on comparison operators', binary.opPlace);
  if (isComparison(op) && !binary.bool && scalars)
    fail('comparisons between scalars must use BOOL modifier', binary.opPlace);
  const twice = matching.on ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
  if (twice !== undefined)
    fail(`label ${quoteText(twice)} must not occur in ON and GROUP clause at once`, binary.opPlace);
  checkOperands(binary, types[0], types[1]);
  const vectors = types[0] === 'instant vector' && types[1] === 'instant vector';
  if (!vectors && matching.labels.length > 0)
    fail('vector matching only allowed between instant vectors', binary.place);
  if (!isSetOp(op)) return;
  if (vectors && matching.many !== null)
    fail(`no grouping allowed for ${quoteText(op)} operation`, binary.place);
  if (!vectors) fail(`set operator ${quoteText(op)} not allowed in binary scalar expression`, binary.place);
};

const checkChain = ({ first, operations }: Chain): void => {
  checkTypes(first);
  let left = typeOf(first);
  for (const operation of operations) {
    checkTypes(operation.right);
    const right = typeOf(operation.right);
    checkOperation(operation, [left, right]);
    left = typeOfBoth(left, right);
  }
};

/**
 * The server's rules beyond the grammar: types, arity, matchers.
 * @throws PromqlError the first fault, in Prometheus's words
 */
export const checkTypes = (expr: Expr): void => {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return;
    case 'selector':
      return checkSelector(expr);
    case 'matrix':
      return checkSelector(expr.selector);
    case 'paren':
      return checkTypes(expr.expr);
    case 'subquery': {
      checkTypes(expr.expr);
      const type = typeOf(expr.expr);
      if (type !== 'instant vector')
        fail(
          `subquery is only allowed on instant vector, got ${type === 'range vector' ? 'matrix' : type} instead`,
          expr.place,
        );
      return;
    }
    case 'unary': {
      checkTypes(expr.expr);
      const type = typeOf(expr.expr);
      if (type !== 'scalar' && type !== 'instant vector')
        fail(
          `unary expression only allowed on expressions of type scalar or instant vector, got ${quoteText(type)}`,
          expr.place,
        );
      return;
    }
    case 'binary':
      return checkChain(chainOf(expr));
    case 'call':
      return checkCall(expr);
    case 'aggregate':
      return checkAggregate(expr);
  }
};
