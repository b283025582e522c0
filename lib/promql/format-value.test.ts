import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { formatGeneral, formatInstant, formatPlain, formatValue } from './format-value.ts';

test('values as the API writes them', () => {
  const texts = [0, -0, 1, 0.1, 1e-6, 1e-7, -1.5e-10, 1e20, 1e21, 1.5e300, 5e-324].map(formatValue);
  assert.deepEqual(
    texts,
    '0 -0 1 0.1 0.000001 1e-07 -1.5e-10 100000000000000000000 1e+21 1.5e+300 5e-324'.split(' '),
  );
  assert.deepEqual([NaN, Infinity, -Infinity].map(formatValue), ['NaN', '+Inf', '-Inf']);
});

test('values in messages have an exponent below 1e-4', () => {
  assert.deepEqual([0.0001, 0.00001, -0.000012, 1e-7, 0].map(formatGeneral), [
    '0.0001',
    '1e-05',
    '-1.2e-05',
    '1e-07',
    '0',
  ]);
});

test('values without an exponent', () => {
  assert.deepEqual([1e21, 1.5e22, 1e-7, -1.25e-8, 12.5, 100, -0].map(formatPlain), [
    '1000000000000000000000',
    '15000000000000000000000',
    '0.0000001',
    '-0.0000000125',
    '12.5',
    '100',
    '-0',
  ]);
});

test('instants in seconds', () => {
  assert.deepEqual([0, 1500, 2000, 1, -1500, -2000, 1_700_000_000_123].map(formatInstant), [
    '0',
    '1.500',
    '2',
    '0.001',
    '-1.500',
    '-2',
    '1700000000.123',
  ]);
});

test('every text reads as its number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      for (const format of [formatValue, formatGeneral, formatPlain])
        assert.ok(Object.is(Number(format(value)), value), format(value));
    }),
  );
});
