import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { federationText, openMetricsText } from './format.ts';
import { parseNumber } from './number.ts';
import { createTextCache } from './text.ts';

test('the page of federation has one type per name, sorted names, instants and the labels of the monitor', () => {
  assert.equal(
    federationText(
      [
        { labels: { __name__: 'b', z: '1', a: 'say "x"\\\n' }, at: 1000, value: 1e6 },
        { labels: { __name__: 'a', instance: 'h', site: 'own' }, at: 2500, value: 0.5 },
        { labels: { __name__: 'b' }, at: 1000, value: Number.NEGATIVE_INFINITY },
        { labels: { x: 'no name' }, at: 1, value: 1 },
      ],
      { site: 'all' },
    ),
    '# TYPE a untyped\na{instance="h",site="own"} 0.5 2500\n' +
      '# TYPE b untyped\nb{a="say \\"x\\"\\\\\\n",z="1",instance="",site="all"} 1e+06 1000\nb{instance="",site="all"} -Inf 1000\n',
  );
});

test('what is written is read back: every value, every instant, every label value', () => {
  fc.assert(
    fc.property(
      fc.double(),
      fc.integer({ min: -1e13, max: 1e13 }),
      fc.string({ unit: 'grapheme' }),
      (value, at, label) => {
        const page = federationText([{ labels: { __name__: 'm', l: label, instance: 'i' }, at, value }], {});
        let seen: unknown = null;
        const cache = createTextCache(
          { add: (labels) => ((seen = labels), 0) },
          { samples: 0, labels: 0, labelNameBytes: 0, labelValueBytes: 0 },
        );
        const scrape = cache.scrape(Buffer.from(page));
        assert.ok(scrape.ok, page);
        assert.deepEqual(seen, { __name__: 'm', l: label, instance: 'i' });
        assert.deepEqual(scrape.stamped, [{ ref: 0, atMs: at, value }]);
      },
    ),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.double(), (at, value) => {
      const text = openMetricsText([
        {
          labels: { __name__: 'm' },
          samples: [
            { at, value, stale: false },
            { at, value: 0, stale: true },
          ],
        },
      ]);
      const [, written = '', seconds = '', ...rest] = text.split(/[ \n]/);
      assert.equal(Math.trunc(Number(seconds) * 1000), at);
      assert.ok(Object.is(parseNumber(Buffer.from(written), 0, written.length), value));
      assert.deepEqual(rest, ['#', 'EOF', '']);
    }),
  );
});
