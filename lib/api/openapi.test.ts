import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { openApi, operations } from './openapi.ts';

const root = path.join(import.meta.dirname, '../..');

/** Answers only under the tests' environment flag, so it is no part of the contract. */
const TESTS_ONLY = path.join('app', '-', 'stall', 'route.ts');

const handlers = globSync('app/**/route.ts', { cwd: root, exclude: [TESTS_ONLY] }).flatMap((file) => {
  const address = `/${path.dirname(file).slice('app/'.length)}`.replace(/\[(\w+)\]/g, '{$1}');
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/export const (GET|POST|PUT|DELETE)\b/g)].map(
    (match) => `${(match[1] ?? '').toLowerCase()} ${address}`,
  );
});

test('the document names every handler, and no handler that is not there', () => {
  const documented = operations.map((operation) => `${operation.method} ${operation.path}`);
  assert.deepEqual([...documented].sort(), [...handlers].sort());
  assert.ok(handlers.length > 15);
});

test('the document is plain JSON with a schema for every JSON answer', () => {
  const document = JSON.parse(JSON.stringify(openApi('1.0.0')));
  assert.equal(document.openapi, '3.1.0');
  const status = document.paths['/api/status'].get.responses['200'].content['application/json'].schema;
  assert.equal(status.type, 'object');
  assert.ok(status.properties.threads);
});
