import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { embedOptions, embedTheme } from './embed-options.ts';
import { Problem } from './problem.ts';

const read = (text: string) => embedOptions(new URLSearchParams(text), 'en');

test('what an address leaves out has its standard', () => {
  assert.deepEqual(read(''), {
    lang: 'en',
    cluster: null,
    node: null,
    query: null,
    at: null,
    rangeMs: 6 * 3_600_000,
    refreshMs: 10_000,
  });
  assert.equal(embedTheme(new URLSearchParams('theme=night')), 'light');
  assert.equal(embedTheme(new URLSearchParams('theme=auto')), 'auto');
});

test('what an address asks for is read', () => {
  assert.deepEqual(read('cluster=kv&node=kv-1&query=up&range=1h30m&refresh=5s&at=2026-01-31T12:00:00Z'), {
    lang: 'en',
    cluster: 'kv',
    node: 'kv-1',
    query: 'up',
    at: Date.UTC(2026, 0, 31, 12),
    rangeMs: 5_400_000,
    refreshMs: 5000,
  });
});

test('what cannot be used is one sentence that names the field, its value and what to write', () => {
  for (const [text, field, message] of [
    ['range=0', 'range', 'range=“0” cannot be used: write 1m … 31d.'],
    ['range=400d', 'range', 'range=“400d” cannot be used: write 1m … 31d.'],
    ['refresh=4s', 'refresh', 'refresh=“4s” cannot be used: write 5s … 1d.'],
    ['at=noon', 'at', 'at=“noon” cannot be used: write 2026-01-31T12:00:00Z.'],
  ] as const)
    assert.throws(
      () => read(text),
      (cause) => cause instanceof Problem && cause.field === field && cause.message === message,
      text,
    );
});

test('no address is read without an answer: options within their bounds, or a problem', () => {
  const value = fc.oneof(fc.string(), fc.constantFrom('1h', '5s', '1e9', '-1s', '99999999999y', 'Infinity'));
  fc.assert(
    fc.property(value, value, value, (range, refresh, at) => {
      try {
        const options = read(new URLSearchParams({ range, refresh, at }).toString());
        assert.ok(options.rangeMs >= 60_000 && options.refreshMs >= 5000);
        assert.ok(options.at === null || Number.isFinite(options.at));
      } catch (cause) {
        assert.ok(cause instanceof Problem && cause.code === 'bad-request');
      }
    }),
  );
});
