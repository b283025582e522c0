import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { embedHtml } from './embed-snippet.ts';
import type { EmbedChoice } from './embed-snippet.ts';

const CHOICE: EmbedChoice = {
  panel: 'cluster',
  cluster: 'kv',
  node: null,
  query: null,
  theme: 'auto',
  lang: null,
  range: '6h',
  refresh: '10s',
  at: null,
};
const SIZE = { width: '640', height: '196', title: 'kv' };

test('a snippet names the panel, its options and its size, and leaves out what was not chosen', () => {
  assert.equal(
    embedHtml('https://quorate.example', CHOICE, SIZE),
    `<iframe src="https://quorate.example/embed/cluster?cluster=kv&amp;theme=auto&amp;range=6h&amp;refresh=10s"
  width="640" height="196" style="border:0" loading="lazy"
  title="kv"></iframe>`,
  );
});

test('nothing that is chosen leaves its attribute, and an expression comes through whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(text !== '');
      const html = embedHtml('http://127.0.0.1:9400', { ...CHOICE, query: text }, { ...SIZE, title: text });
      const match =
        /^<iframe src="([^"<>]*)"\n {2}width="640" height="196"[^<>]*title="([^"<>]*)"><\/iframe>$/.exec(
          html,
        );
      const plain = (written: string): string =>
        written
          .replaceAll('&gt;', '>')
          .replaceAll('&lt;', '<')
          .replaceAll('&quot;', '"')
          .replaceAll('&amp;', '&');
      assert.equal(new URL(plain(match?.[1] ?? '')).searchParams.get('query'), text.toWellFormed());
      assert.equal(plain(match?.[2] ?? ''), text);
    }),
  );
});
