import assert from 'node:assert/strict';
import { test } from 'node:test';

import { messages } from './messages.ts';
import { renderText, writeSpan } from './render.ts';

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();

test('every message stands in both languages with the same placeholders', () => {
  for (const [code, message] of Object.entries(messages)) {
    assert.ok(message.en.trim() !== '' && message.zh.trim() !== '', code);
    assert.deepEqual(placeholders(message.en), placeholders(message.zh), code);
  }
});

test('values are written by what their name says they are', () => {
  assert.equal(writeSpan(38), '38\u00a0ms');
  assert.equal(writeSpan(4210), '4.2\u00a0s');
  assert.equal(writeSpan(779_000), '12\u00a0min 59\u00a0s');
  assert.equal(
    renderText({ code: 'node.suspect', params: { node: 'kv-1', silentMs: 4200 } }, 'en'),
    'kv-1 is suspect: silent for 4.2\u00a0s.',
  );
  assert.equal(renderText({ code: 'no.such.code', params: {} }, 'en'), 'no.such.code');
});
