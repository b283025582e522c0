import assert from 'node:assert/strict';
import { test } from 'node:test';

import { unready } from './unready.ts';

const yes = (): Promise<boolean> => Promise.resolve(true);
const no = (): Promise<boolean> => Promise.resolve(false);

test('until the store was ready once, the routes of the Prometheus API say so and no others do', async () => {
  assert.equal(await unready('/api/v1/query', no), 'Service Unavailable');
  assert.equal(
    await unready('/api/v1/rules', () => Promise.reject(new Error('no answer'))),
    'Service Unavailable',
  );
  assert.equal(await unready('/api/clusters', no), null);
  assert.equal(await unready('/api/v1/query', yes), null);
  assert.equal(await unready('/api/v1/query', no), null, 'later troubles are told by the route');
});
