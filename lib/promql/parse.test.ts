import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Expr } from './ast.ts';
import { parsePromql, printExpr, PromqlError } from './promql.ts';

const errorOf = (query: string): PromqlError => {
  try {
    parsePromql(query);
  } catch (error) {
    if (error instanceof PromqlError) return error;
    throw error;
  }
  return assert.fail(`no error: ${query}`);
};

const refused = (query: string, text: string): void => {
  test(`refused: ${query || '(nothing)'}`, () =>
    assert.equal(errorOf(query).text, text.replace(/^(\d+:\d+) /, '$1: parse error: ')));
};

// Words and places as a server gives them.
refused('', '1:1 no expression found in input');
refused('# only a comment', '1:1 no expression found in input');
refused('1 +', '1:4 unexpected end of input');
refused('* 1', '1:1 unexpected <op:*>');
refused('1 1', '1:3 unexpected number "1"');
refused('foo bar', '1:5 unexpected identifier "bar"');
refused('foo\n  bar', '2:3 unexpected identifier "bar"');
refused('a ☃', "1:3 unexpected character: '☃'");
refused('a{b="ü"} !', "1:11 unexpected character after '!': '�'");
refused('foo)', "1:5 unexpected right parenthesis ')'");
refused('sum((foo)', '1:10 unclosed left parenthesis');
refused('foo[5m', '1:7 unclosed left bracket');
refused('foo{', '1:5 unexpected end of input inside braces');
refused('foo{a}', '1:6 unexpected "}" in label matching, expected label matching operator');
refused('foo{a=}', '1:7 unexpected "}" in label matching, expected string');
refused('foo{a=b}', '1:7 unexpected identifier "b" in label matching, expected string');
refused('foo{a="b" c="d"}', '1:11 unexpected identifier "c" in label matching, expected "," or "}"');
refused('foo{,}', '1:5 unexpected "," in label matching, expected identifier or "}"');
refused('foo{1="b"}', "1:5 unexpected character inside braces: '1'");
refused('foo{a!b}', "1:6 unexpected character after '!' inside braces: 'b'");
refused('foo{a="b}', '1:7 unterminated quoted string');
refused('`abc', '1:1 unterminated raw string');
refused('"\\q"', "1:1 unknown escape sequence U+0071 'q'");
refused('a=b', '1:2 unexpected "="');
refused('a=~b', "1:2 unexpected character after '=': '~'");
refused('5mm', '1:1 bad number or duration syntax: "5mm"');
refused('0b11', '1:1 bad number or duration syntax: "0"');
refused('1__0', '1:1 bad number or duration syntax: "1"');
refused('sum by', '1:7 unexpected end of input in grouping opts, expected "("');
refused('sum by (x y)(foo)', '1:11 unexpected identifier "y" in grouping opts, expected "," or ")"');
refused('sum without(==)(foo)', '1:13 unexpected <op:==> in grouping opts, expected label');
refused('sum by (foo)', '1:13 unexpected end of input in aggregation');
refused('sum(foo) by (a) by (b)', '1:17 unexpected <by>');
refused('rate(foo[5m],)', '1:13 trailing commas not allowed in function call args');
refused('foo(bar)', '1:1 unknown function with name "foo"');
refused('RATE(foo[5m])', '1:1 unknown function with name "RATE"');
refused('foo @', '1:6 unexpected end of input in @, expected timestamp');
refused('foo @ Inf', '1:1 timestamp out of bounds for @ modifier: +Inf');
refused(
  'foo offset',
  '1:11 unexpected end of input in offset, expected number, duration, step(), or range()',
);
refused(
  'foo[]',
  '1:5 unexpected "]" in subquery or range selector, expected number, duration, step(), or range()',
);
refused('foo[0]', '1:5 duration must be greater than 0');
refused('foo[-1]', '1:5 duration must be greater than 0');
refused('foo[5m1h]', '1:5 not a valid duration string: "5m1h"');
refused('foo["5m"]', `1:5 unexpected character in duration expression: '"'`);
refused('foo[5m / 0]', '1:8 division by zero');
refused('foo[5m][3m]', '1:8 ranges only allowed for vector selectors');
refused('foo offset 1m [5m]', '1:15 no offset modifiers allowed before range');
refused('foo offset 1m offset 2m', '1:1 offset may not be set multiple times');
refused('foo @ 1 @ 2', '1:1 @ <timestamp> may not be set multiple times');
refused(
  '1 offset 1m',
  '1:1 offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
);
refused('foo{a=~"("}', '1:5 error parsing regexp: missing closing ): `^(?s:()$`');

// The server's types.
refused('rate(foo)', '1:6 expected type range vector in call to function "rate", got instant vector');
refused('rate()', '1:1 expected 1 argument(s) in call to "rate", got 0');
refused('round()', '1:1 expected at least 1 argument(s) in call to "round", got 0');
refused('round(foo,1,2)', '1:1 expected at most 2 argument(s) in call to "round", got 3');
refused('1 + sum(foo[5m])', '1:9 expected type instant vector in aggregation expression, got range vector');
refused('topk("a", foo)', '1:6 expected type scalar in aggregation parameter, got string');
refused('count_values(1, foo)', '1:14 expected type string in aggregation parameter, got scalar');
refused('topk(foo)', '1:1 wrong number of arguments for aggregate expression provided, expected 2, got 1');
refused('sum()', '1:1 no arguments for aggregate expression provided');
refused('1 > 2', '1:3 comparisons between scalars must use BOOL modifier');
refused('1 + bool 2', '1:3 bool modifier can only be used on comparison operators');
refused('foo and 2', '1:1 set operator "and" not allowed in binary scalar expression');
refused('foo and on(a) group_left bar', '1:1 no grouping allowed for "and" operation');
refused('foo + on(a) 1', '1:1 vector matching only allowed between instant vectors');
refused('foo + on(a) group_left(a) bar', '1:5 label "a" must not occur in ON and GROUP clause at once');
refused('foo[5m] + 1', '1:1 binary expression must contain only scalar and instant vector types');
refused(
  '-"x"',
  '1:1 unary expression only allowed on expressions of type scalar or instant vector, got "string"',
);
refused('1[5m:1m]', '1:1 subquery is only allowed on instant vector, got scalar instead');
refused('{}', '1:1 vector selector must contain at least one non-empty matcher');
refused('{a=~".*"}', '1:1 vector selector must contain at least one non-empty matcher');
refused('foo{__name__="bar"}', '1:1 metric name must not be set twice: "foo" or "bar"');

const printed = (query: string, text = query): void => {
  test(`printed: ${query}`, () => assert.equal(printExpr(parsePromql(query)), text));
};

printed('SUM(foo) BY (a)', 'sum by (a) (foo)');
printed('sum without(a,"b.c",)(foo)', 'sum without (a, "b.c") (foo)');
printed('topk(3,foo)', 'topk(3, foo)');
printed('foo{b="2",a=~"1|3"}', 'foo{a=~"1|3",b="2"}');
printed(`{'a.b', "x y"!='1'}`, '{"x y"!="1",__name__="a.b"}');
printed('foo{on="x",by!="y",sum=~"z",offset="1"}', 'foo{by!="y",offset="1",on="x",sum=~"z"}');
printed('sum');
printed('foo[90m] @ 12.5 offset -1d', 'foo[1h30m] @ 12.500 offset -1d');
printed('foo @ start() offset 14d', 'foo @ start() offset 2w');
printed('rate(foo[5m])[1h:] @ end()', 'rate(foo[5m])[1h:] @ end()');
printed('foo[5m * 2]', 'foo[10m]');
printed('foo[max_of(step(), 30s)]', 'foo[max_of(step(), 30s)]');
printed('a+on(x)group_left(y)b', 'a + on (x) group_left (y) b');
printed('a>bool ignoring(x,y)b', 'a > bool ignoring (x, y) b');
printed('-foo^2', '-foo ^ 2');
printed('- 1', '-1');
printed('1h30m');
printed('0x1F + 017 + 1_000 + .5e1 + inf', '31 + 15 + 1000 + 5 + +Inf');
printed('"a\\n\\x41\\u00e9\\"" ', '"a\\nAé\\""');
printed('`a\\n`', '"a\\\\n"');
printed("'it\\'s'", '"it\'s"');
printed('foo # what\n+ bar', 'foo + bar');

/** The expression's shape, fully parenthesised. */
const shape = (expr: Expr): string => {
  switch (expr.kind) {
    case 'binary':
      return `(${shape(expr.left)} ${expr.op} ${shape(expr.right)})`;
    case 'unary':
      return `(${expr.op}${shape(expr.expr)})`;
    default:
      return printExpr(expr);
  }
};
const shaped = (query: string, text: string): void => {
  test(`precedence: ${query}`, () => assert.equal(shape(parsePromql(query)), text));
};

shaped('a + b * c ^ d ^ e', '(a + (b * (c ^ (d ^ e))))');
shaped('a - b - c', '((a - b) - c)');
shaped('-a ^ b', '(-(a ^ b))');
shaped('-2 ^ a', '(-(2 ^ a))');
shaped('2 ^ -2 ^ a', '(2 ^ (-(2 ^ a)))');
shaped('-a * b', '((-a) * b)');
shaped('a or b and c unless d == e', '(a or ((b and c) unless (d == e)))');
shaped('a % b atan2 c / d', '(((a % b) atan2 c) / d)');
// What follows an operand belongs to it alone, whatever stands before it.
shaped('a / b offset 1h', '(a / b offset 1h)');
shaped('-a ^ b @ 3', '(-(a ^ b @ 3.000))');
shaped('a == bool on (x) group_left b offset 5m @ 1', '(a == b @ 1.000 offset 5m)');

shaped('a + b offset 1h * c', '(a + (b offset 1h * c))');
shaped('a * b offset 1h ^ c', '(a * (b offset 1h ^ c))');
shaped('+a @ 1 ^ b', '(+(a @ 1.000 ^ b))');
shaped('- # why\n 1 - -1', '(-1 - -1)');

const names = fc.constantFrom('a', 'b_total', 'sum', 'by', 'a:b');
const labelValue = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'x|y', '1'));
const matcher = fc
  .tuple(fc.constantFrom('l', 'le', 'on', 'bool', 'a.b', 'offset'), fc.constantFrom('=', '!='), labelValue)
  .map(([name, op, value]) => `${JSON.stringify(name)}${op}${JSON.stringify(value)}`);
const span = fc.constantFrom(
  '5m',
  '1h30m',
  '90',
  '2w',
  '1500ms',
  'step()',
  '(step() + 5m) * 2',
  'min_of(range(), 1d)',
);
const shift = fc.constantFrom(
  '',
  ' offset 5m',
  ' offset -1h',
  ' @ 12.5',
  ' @ start() offset 1m',
  ' offset 1m @ end()',
);
const labels = fc.subarray(['l', 'le', '"a.b"', 'on']).map((some) => `(${some.join(',')})`);

const { vector } = fc.letrec<{ vector: string; scalar: string }>((tie) => ({
  vector: fc.oneof(
    { maxDepth: 4 },
    fc
      .tuple(names, fc.array(matcher, { maxLength: 3 }), shift)
      .map(([name, some, by]) => `${name}{${some.join(',')}}${by}`),
    fc.tuple(names, span, shift).map(([name, range, by]) => `rate(${name}[${range}]${by})`),
    fc
      .tuple(tie('vector'), span, shift)
      .map(([inner, range, by]) => `max_over_time((${inner})[${range}:1m]${by})`),
    fc
      .tuple(fc.constantFrom('sum', 'MAX', 'count'), fc.constantFrom('by', 'without'), labels, tie('vector'))
      .map(([op, how, by, inner]) => `${op} ${how} ${by} (${inner})`),
    fc.tuple(tie('scalar'), tie('vector')).map(([k, inner]) => `topk(${k}, ${inner})`),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom('+', '-', '*', '/', '%', '^', 'atan2', '==', '> bool', 'and', 'or', 'unless'),
        tie('vector'),
      )
      .map((all) => all.join(' ')),
    fc
      .tuple(tie('vector'), labels, labels, tie('vector'))
      .map(([x, by, include, y]) => `${x} / ignoring ${by} group_right ${include} ${y}`),
    fc.tuple(fc.constantFrom('-', '+'), tie('vector')).map(([sign, inner]) => `${sign}${inner}`),
    tie('vector').map((inner) => `(${inner})`),
    fc
      .tuple(tie('vector'), fc.string({ unit: 'grapheme' }))
      .map(([inner, text]) => `label_replace(${inner}, "x", ${JSON.stringify(text)}, "l", "(.*)")`),
  ),
  scalar: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom('1', '-0.5', '1e300', '5m', 'Inf', 'NaN', '0x1F', 'time()', '-2 ^ 2'),
    fc
      .tuple(tie('scalar'), fc.constantFrom('+', '-', '^', '< bool'), tie('scalar'))
      .map((all) => all.join(' ')),
  ),
}));

/** An expression without its places and the order of its matchers. */
const bare = (expr: Expr): string =>
  JSON.stringify(expr, (key, value: unknown) => {
    if (key === 'place' || key === 'opPlace') return null;
    if (key === 'matchers' && Array.isArray(value)) return value.map((one) => JSON.stringify(one)).sort();
    return typeof value === 'number' ? String(value) : value;
  });

test('a printed expression reads as the same expression', () => {
  fc.assert(
    fc.property(vector, (query) => {
      const expr = parsePromql(query);
      const text = printExpr(expr);
      const again = parsePromql(text);
      assert.equal(printExpr(again), text);
      assert.equal(bare(again), bare(expr));
    }),
    { numRuns: 300 },
  );
});

/** Long enough for the grammar to be given other operators. */
const LONG = ' '.repeat(2000);

test('a long query is read as a short one', () => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 1, maxLength: 5 }), (queries) => {
      const query = queries.join(' - ');
      assert.deepEqual(parsePromql(query + LONG), parsePromql(query));
    }),
    { numRuns: 300 },
  );
});

test('a chain of ten thousand operands is read, printed and refused where it is wrong', () => {
  const operand = `a_metric_with_a_long_name{label="and a value that makes it longer still"}`;
  for (const [op, some] of [
    ['+', '1'],
    ['or', operand],
    ['* on (label) group_left ()', operand],
  ] as const) {
    const query = Array<string>(10_000).fill(some).join(` ${op} `);
    assert.equal(printExpr(parsePromql(query)), query, op);
    assert.equal(printExpr(parsePromql(`(${query})`)), `(${query})`, op);
    const wrong = `1:${query.length + op.length + 4}: parse error: unexpected right parenthesis ')'`;
    assert.equal(errorOf(`${query} ${op} )`).text, wrong);
  }
});

test('what is too long or too deep to be read says so', () => {
  const chain = (count: number, operand: string, op: string): string =>
    errorOf(Array<string>(count).fill(operand).join(op)).message;
  const tooMany = /expression has too many operators in a row/;
  assert.match(chain(300_000, '1', '+'), tooMany);
  assert.match(chain(400, 'a_metric_with_a_name offset 5m', ' + '), tooMany);
  assert.match(chain(1500, '1', '^'), /expression is nested deeper than 1000 levels/);
});

const survives = (query: string): void => {
  try {
    parsePromql(query);
  } catch (error) {
    assert.ok(error instanceof PromqlError, `${query}: ${String(error)}`);
    assert.ok(error.offset >= 0 && error.offset <= query.length + 1, `${query}: ${error.text}`);
  }
};

test('no text does anything but parse or fail in words', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), survives), { numRuns: 500 });
  const words = fc.constantFrom(
    ...'sum by ( ) { } [ ] , = =~ != < > + - * / % ^ @ offset on group_left bool 1 5m 0x "a" \'b\' ` foo rate start end inf : # \n . atan2 fill anchored </ >/ info step'.split(
      /(?<! ) /,
    ),
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 25 }), (all) => survives(all.join(' '))),
    { numRuns: 1500 },
  );
});

test('a query with a piece cut out or put in parses or fails in words', () => {
  fc.assert(
    fc.property(
      vector,
      fc.nat(),
      fc.nat(9),
      fc.constantFrom('', '(', ')', '{', '"', '@', ' 5 ', '[', '\u0000', '\ud800'),
      (query, at, length, put) => {
        const from = at % (query.length + 1);
        survives(query.slice(0, from) + put + query.slice(from + length));
      },
    ),
    { numRuns: 500 },
  );
});

test('deep nesting is refused, long chains are not', () => {
  for (const query of [
    '('.repeat(5000) + 'a' + ')'.repeat(5000),
    '-'.repeat(5000) + 'a',
    `${'sum('.repeat(5000)}a${')'.repeat(5000)}`,
  ])
    assert.match(errorOf(query).message, /nested deeper than/);
  assert.equal(parsePromql(Array.from({ length: 300 }, (_, i) => `a${i}`).join(' or ')).kind, 'binary');
});
