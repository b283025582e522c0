import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parsePromql } from '#lib/promql/promql.ts';

import { syntaxTree } from './syntax-tree.ts';

const tree = (text: string) => JSON.parse(JSON.stringify(syntaxTree(parsePromql(text))));

test('a query becomes the tree that Prometheus answers', () => {
  assert.deepEqual(tree('foo{a=~"x"}/bar'), {
    type: 'binaryExpr',
    op: '/',
    bool: false,
    matching: { card: 'one-to-one', labels: [], on: false, include: [] },
    lhs: {
      type: 'vectorSelector',
      name: 'foo',
      offset: 0,
      timestamp: null,
      startOrEnd: null,
      matchers: [
        { name: 'a', value: 'x', type: '=~' },
        { name: '__name__', value: 'foo', type: '=' },
      ],
    },
    rhs: {
      type: 'vectorSelector',
      name: 'bar',
      offset: 0,
      timestamp: null,
      startOrEnd: null,
      matchers: [{ name: '__name__', value: 'bar', type: '=' }],
    },
  });
  const call = tree('topk by (job) (2, rate(m[5m] @ 1.5 offset -1m))');
  assert.deepEqual(
    [call.type, call.op, call.grouping, call.param],
    ['aggregation', 'topk', ['job'], { type: 'numberLiteral', val: '2' }],
  );
  assert.deepEqual(call.expr.func, { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' });
  const { range, offset, timestamp } = call.expr.args[0];
  assert.deepEqual([range, offset, timestamp], [300_000, -60_000, 1500]);
  const sub = tree('-max_over_time((a and b)[1h:1m] @ end())').expr.args[0];
  assert.deepEqual([sub.type, sub.range, sub.step, sub.startOrEnd], ['subquery', 3_600_000, 60_000, 'end']);
  assert.equal(sub.expr.expr.matching.card, 'many-to-many');
  assert.equal(tree('1 + a').matching, null);
  assert.equal(tree('a * on (x) group_right (y) b').matching.card, 'one-to-many');
});

test('a tree that is deeper than anybody reads is refused', () => {
  assert.equal(tree(Array(1000).fill('1').join(' + ')).type, 'binaryExpr');
  assert.throws(() => tree(Array(1100).fill('1').join(' + ')), {
    message: 'invalid parameter "query": expression is nested deeper than 1000 levels',
  });
});
