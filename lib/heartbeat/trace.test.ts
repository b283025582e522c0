import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { createTrace } from './trace.ts';

test('a trace holds the last points that were pushed, oldest first, absent ones too', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer(), fc.option(fc.double({ noNaN: true })))),
      fc.integer({ min: 1, max: 8 }),
      (pushed, size) => {
        const trace = createTrace(size);
        for (const [at, value] of pushed) trace.push(at, value);
        assert.deepEqual(
          trace.points(),
          pushed.slice(-size).map(([at, value]) => ({ at, value })),
        );
      },
    ),
  );
});
