import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clientAddress, isLocal } from './addresses.ts';

const member = (urls: readonly string[], peerUrls: readonly string[] = []) => ({
  id: '1',
  otherId: null,
  name: 'n1',
  isLearner: false,
  urls,
  peerUrls,
});

test('a member is reached where it says that it serves, by the scheme that we speak', () => {
  assert.equal(clientAddress(member(['http://10.0.0.1:2379']), 'http', false), '10.0.0.1:2379');
  assert.equal(clientAddress(member(['http://a:1', 'https://b:2']), 'https', false), 'b:2');
  assert.equal(clientAddress(member(['https://etcd.example']), 'https', false), 'etcd.example:443');
  assert.equal(clientAddress(member(['http://[fd00::1]:2379']), 'http', false), '[fd00::1]:2379');
  assert.equal(clientAddress(member([]), 'http', false), null);
  assert.equal(clientAddress(member(['nonsense']), 'http', false), null);
  assert.equal(clientAddress(member(['unix:///run/etcd.sock']), 'http', false), null);
  assert.equal(
    clientAddress(member(['unix://localhost:2379', 'http://10.0.0.1:1']), 'http', false),
    '10.0.0.1:1',
  );
});

test('of several addresses the one that means one machine', () => {
  const both = member(['http://localhost:2379', 'http://10.0.0.7:2379'], ['http://10.1.0.7:2380']);
  assert.equal(clientAddress(both, 'http', false), '10.0.0.7:2379');
});

test('one that advertises every address or loopback is looked for at its peer address, unless it is here', () => {
  const vague = member(['http://0.0.0.0:2379'], ['http://10.0.0.7:2380']);
  assert.equal(clientAddress(vague, 'http', false), '10.0.0.7:2379');
  const here = member(['http://127.0.0.1:2379'], ['http://10.0.0.7:2380']);
  assert.equal(clientAddress(here, 'http', true), '127.0.0.1:2379');
  assert.ok(isLocal('127.0.0.1:1') && isLocal('localhost:1') && isLocal('[::1]:1') && !isLocal('10.0.0.1:1'));
});
