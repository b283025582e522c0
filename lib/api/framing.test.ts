import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { framingHeaders, mayReadEmbed } from './framing.ts';

const ancestorsOf = (pathname: string, allowed: readonly string[] | null): string =>
  /frame-ancestors (.*)$/.exec(framingHeaders(pathname, allowed)['content-security-policy'] ?? '')?.[1] ?? '';
const WIKI = 'https://wiki.example';
const NOC = 'http://noc.example:8080';

test('a page of an embed may be framed by the named origins, in their order, and sends no x-frame-options', () => {
  assert.equal(ancestorsOf('/embed/cluster', [WIKI, NOC]), `${WIKI} ${NOC}`);
  assert.equal(framingHeaders('/embed/cluster', [WIKI])['x-frame-options'], undefined);
});

test('nobody may frame an embed when no origin is named, or while nothing runs', () => {
  assert.equal(ancestorsOf('/embed/cluster', []), "'none'");
  assert.equal(ancestorsOf('/embed/cluster', null), "'none'");
});

test('no other path can be framed, whatever it is made of', () => {
  const isEmbed = (path: string): boolean => /^\/embed\/[^/]+$/.test(path);
  const near = fc.constantFrom(
    '/embed',
    '/embed/',
    '/embeds/cluster',
    '/embed/cluster/data',
    '/embed/cluster/',
    '//embed/cluster',
    '/EMBED/cluster',
    '/api/embed/cluster',
    '/topology',
    '/',
  );
  fc.assert(
    fc.property(fc.oneof(near, fc.webPath()), (path) => {
      fc.pre(!isEmbed(path));
      const headers = framingHeaders(path, [WIKI]);
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.equal(ancestorsOf(path, [WIKI]), "'none'");
    }),
  );
});

const asked = (origin: string | null): Request =>
  new Request('http://127.0.0.1:9400/embed/cluster/data', {
    headers: { host: '127.0.0.1:9400', ...(origin === null ? {} : { origin }) },
  });

test('the data goes to us, to named origins, and to sandboxed frames only while somebody may frame us', () => {
  for (const allowed of [[], [WIKI]]) {
    assert.equal(mayReadEmbed(asked(null), allowed), true);
    assert.equal(mayReadEmbed(asked('http://127.0.0.1:9400'), allowed), true);
    assert.equal(mayReadEmbed(asked('null'), allowed), allowed.length > 0);
    assert.equal(mayReadEmbed(asked(WIKI), allowed), allowed.length > 0);
    assert.equal(mayReadEmbed(asked(NOC), allowed), false);
    assert.equal(mayReadEmbed(asked('no origin at all'), allowed), false);
  }
});
