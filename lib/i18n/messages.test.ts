import assert from 'node:assert/strict';
import { test } from 'node:test';

import { messages } from './messages.ts';
import { renderText, writeSpan } from './render.ts';

const placeholders = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();

test('every message stands in both languages with the same placeholders', () => {
  for (const [code, message] of Object.entries(messages)) {
    assert.ok(message.en.trim() !== '' && message.zh.trim() !== '', code);
    assert.deepEqual(placeholders(message.en), placeholders(message.zh), code);
  }
});

/** Messages that say how things are: at a past instant they must say how things were. */
const STATE = /^(?:verdict|why|claim|heading|ui\.heading|ui\.node)\.|^ui\.nodes-verdict$/;

test('every message that says how things are also says how they were, in both languages', () => {
  const untold = Object.entries(messages).filter(
    ([code, { past }]) => STATE.test(code) && past === undefined,
  );
  assert.deepEqual(
    untold.map(([code]) => code),
    [],
  );
  for (const [code, message] of Object.entries(messages)) {
    if (message.past === undefined) continue;
    assert.deepEqual(placeholders(message.past.en), placeholders(message.past.zh), code);
    const known = placeholders(message.en);
    for (const name of placeholders(message.past.en)) assert.ok(known.includes(name), `${code}: ${name}`);
    assert.notEqual(message.past.en, message.en, code);
  }
});

test('a past sentence has the words of the past, the present one stays as it is', () => {
  const text = { code: 'verdict.healthy', params: { name: 'kv', margin: 1 } };
  assert.equal(renderText(text, 'en'), 'kv can agree and survives 1 more failure.');
  assert.equal(renderText(text, 'en', 'past'), 'kv could agree and would have survived 1 more failure.');
  assert.equal(renderText(text, 'zh', 'past'), 'kv 当时可以达成一致，还能承受 1 个故障。');
  const event = { code: 'quorum.lost', params: { cluster: 'kv' } };
  assert.equal(
    renderText(event, 'en', 'past'),
    renderText(event, 'en'),
    'events are told in the past anyway',
  );
});

test('values are written by what their name says they are', () => {
  assert.equal(writeSpan(38, 'en'), '38\u00a0ms');
  assert.equal(writeSpan(4210, 'en'), '4.2\u00a0s');
  assert.equal(writeSpan(779_000, 'en'), '12\u00a0min 59\u00a0s');
  assert.deepEqual(
    [38, 4210, 779_000, 187_200_000].map((ms) => writeSpan(ms, 'zh')),
    ['38\u00a0ms', '4.2\u00a0秒', '12\u00a0分 59\u00a0秒', '2\u00a0天 4\u00a0小时'],
  );
  assert.equal(
    renderText({ code: 'node.suspect', params: { node: 'kv-1', silentMs: 4200 } }, 'en'),
    'kv-1 is suspect: silent for 4.2\u00a0s.',
  );
  const since = new Date(2026, 10, 23, 9, 5).toISOString();
  const gone = { code: 'verdict.place-gone', params: { place: 'rack r7', down: 25, sinceAt: since } };
  const today = (day: number): string => renderText(gone, 'en', 'present', new Date(2026, 10, day));
  assert.match(today(23), /since 09:05:00: all/);
  assert.match(today(24), /since Mon 23, 09:05:00: all/, 'another day is named');
  const pending = { code: 'alerts.fires-in', params: { leftMs: 60_000 } };
  assert.equal(renderText(pending, 'zh'), '1\u00a0分后触发');
  assert.equal(renderText({ ...pending, params: { leftMs: 500 } }, 'zh'), '500\u00a0ms 后触发');
  assert.equal(renderText({ code: 'no.such.code', params: {} }, 'en'), 'no.such.code');
});
