import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parsePromql, printExpr } from '#lib/promql/promql.ts';

import { checkExpr, limitText, splitComparison } from './expr.ts';

const split = (text: string): string | null => {
  const comparison = splitComparison(parsePromql(text));
  return comparison === null
    ? null
    : `${printExpr(comparison.left)} | ${comparison.op} | ${comparison.limit}`;
};

void test('the outermost comparison with a number is found, whichever side the number stands on', () => {
  assert.equal(split('increase(x[5m]) > 3'), 'increase(x[5m]) | > | 3');
  assert.equal(split('(x) <= -5'), '(x) | <= | -5');
  assert.equal(split('3 < x'), 'x | > | 3');
  assert.equal(split('(x > 5 * 60)'), 'x | > | 300');
  assert.equal(split('x == 0 and on (i) y > 2'), 'x | == | 0');
  assert.equal(split('(x > bool 1) == 1'), '(x > bool 1) | == | 1');
  assert.equal(split('x > 1 unless y'), 'x | > | 1');
});

void test('without one there is no limit', () => {
  for (const text of ['x', 'x > y', 'x > bool 1', 'absent(x)', 'x > 1 or y > 2', 'vector(1)', 'x + 1'])
    assert.equal(split(text), null, text);
  assert.equal(limitText('x ='), null);
  assert.equal(limitText('x >= 0.5'), '>= 0.5');
});

void test('a wrong expression is told with its place', () => {
  assert.equal(checkExpr('up == 0'), null);
  assert.deepEqual(checkExpr('foo bar'), {
    text: '1:5: parse error: unexpected identifier "bar"',
    offset: 4,
  });
});
