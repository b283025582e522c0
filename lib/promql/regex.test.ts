import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';
import { RE2JS } from 're2js';

import { compileRegex } from './regex.ts';

const matches = (pattern: string, text: string): boolean => {
  const compiled = compileRegex(pattern);
  return 'test' in compiled ? compiled.test(text) : assert.fail(compiled.error);
};

test('patterns take the whole text, newlines too', () => {
  assert.equal(matches('a', 'ab'), false);
  assert.equal(matches('a.*', 'a\nb'), true);
  assert.equal(matches('a|b', 'b'), true);
  assert.equal(matches('a|bc', 'ac'), false);
  assert.equal(matches('(?i)AB', 'ab'), true);
  assert.equal(matches('', ''), true);
  assert.equal(matches('a|', ''), true);
});

test('a wrong pattern is named', () => {
  assert.deepEqual(compileRegex('a(b'), { error: 'error parsing regexp: missing closing ): `^(?s:a(b)$`' });
});

test('quick paths agree with the engine', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '.',
    '.*',
    '.+',
    '|',
    '',
    '\n',
    '\\.',
    'x*',
    '(a|b)',
    'A',
    '^',
    '$',
  );
  const pattern = fc.array(piece, { maxLength: 5 }).map((all) => all.join(''));
  const text = fc
    .array(fc.constantFrom('a', 'b', '.', 'x', '\n', 'A'), { maxLength: 5 })
    .map((all) => all.join(''));
  fc.assert(
    fc.property(pattern, text, (one, other) => {
      const compiled = compileRegex(one);
      if ('error' in compiled) return;
      assert.equal(
        compiled.test(other),
        RE2JS.compile(`^(?s:${one})$`).matches(other),
        `${one} on ${JSON.stringify(other)}`,
      );
    }),
    { numRuns: 2000 },
  );
});
