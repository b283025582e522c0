import assert from 'node:assert/strict';
import { test } from 'node:test';

import { queryJson } from '#lib/promql/json.ts';
import type { QueryValue } from '#lib/promql/value.ts';
import { finish } from '#lib/promql/work.ts';

import { ApiError, respondPrometheus } from './envelope.ts';

const json = (value: QueryValue): string => new TextDecoder().decode(finish(queryJson(value)));

const refuse = (cause: Error) => respondPrometheus(() => Promise.reject(cause));

test('every kind of error has its status and Prometheus’s envelope, before the store is open too', async () => {
  const kinds = [
    ['bad_data', 400],
    ['not_found', 404],
    ['execution', 422],
    ['canceled', 499],
    ['internal', 500],
    ['timeout', 503],
    ['unavailable', 503],
  ] as const;
  for (const [type, status] of kinds) {
    const response = await refuse(new ApiError(type, 'what "is" wrong'));
    assert.equal(response.status, status);
    assert.equal(
      await response.text(),
      `{"status":"error","errorType":"${type}","error":"what \\"is\\" wrong"}`,
    );
  }
  assert.equal((await refuse(new Error('x'))).status, 500);
  const late = await refuse(Object.assign(new Error('x'), { code: 'deadline' }));
  assert.deepEqual([late.status, JSON.parse(await late.text()).errorType], [503, 'timeout']);
  const early = await refuse(Object.assign(new Error('x'), { code: 'not-ready' }));
  assert.equal(early.status, 503);
  assert.equal(
    await early.text(),
    '{"status":"error","errorType":"unavailable","error":"Service Unavailable"}',
  );
});

test('values and instants are written as Prometheus writes them', () => {
  const vector = (value: number, at: number) =>
    json({ type: 'vector', samples: [{ labels: { b: '1', a: 'x"y' }, at, value }] });
  assert.equal(
    vector(1e-7, 1500),
    '{"resultType":"vector","result":[{"metric":{"a":"x\\"y","b":"1"},"value":[1.500,"1e-07"]}]}',
  );
  assert.match(vector(-0, 2000), /\[2,"-0"\]/);
  assert.match(vector(Number.POSITIVE_INFINITY, -1500), /\[-1\.500,"\+Inf"\]/);
  assert.equal(
    json({ type: 'scalar', at: 0, value: 1e-7 }),
    '{"resultType":"scalar","result":[0,"0.0000001"]}',
  );
  assert.equal(
    json({ type: 'matrix', series: [{ labels: {}, points: [{ at: 1001, value: Number.NaN }] }] }),
    '{"resultType":"matrix","result":[{"metric":{},"values":[[1.001,"NaN"]]}]}',
  );
});
