import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Sample } from '#lib/model/sample.ts';

import { crc32c } from './crc32c.ts';
import { createHead } from './head.ts';
import { decodeChanges, encodeChanges } from './journal.ts';
import { decodePage, encodePage } from './page.ts';

const all = (head: ReturnType<typeof createHead>, name: string): Sample[] =>
  head
    .find(name, () => true)
    .flatMap((info) => head.samples(info, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY));
const shown = (samples: readonly Sample[]): string =>
  samples.map((sample) => `${sample.at}:${sample.stale ? 'stale' : sample.value}`).join(' ');

test('a series has a sample at every scrape, whether it changed or not', () => {
  const head = createHead();
  const clock = head.clock();
  const a = head.series({ __name__: 'a' }, clock);
  head.scrape(clock, 10, { refs: [a], values: [1], gone: [] });
  head.scrape(clock, 20, { refs: [], values: [], gone: [] });
  head.scrape(clock, 30, { refs: [a], values: [2], gone: [] });
  assert.equal(shown(all(head, 'a')), '10:1 20:1 30:2');
});

test('a failed scrape makes every series stale once, reports go on, and the next good one resumes', () => {
  const head = createHead();
  const clock = head.clock();
  const a = head.series({ __name__: 'a' }, clock);
  const up = head.series({ __name__: 'up' }, clock, true);
  head.scrape(clock, 10, { refs: [a], values: [1], gone: [] });
  head.report(clock, [up], [1]);
  head.scrape(clock, 20, null);
  head.report(clock, [up], [0]);
  head.scrape(clock, 30, null);
  head.report(clock, [up], [0]);
  head.scrape(clock, 40, { refs: [], values: [], gone: [] });
  head.report(clock, [up], [1]);
  assert.equal(shown(all(head, 'a')), '10:1 20:stale 40:1');
  assert.equal(shown(all(head, 'up')), '10:1 20:0 30:0 40:1');
});

test('a series that is gone from a good body is stale there, and only there', () => {
  const head = createHead();
  const clock = head.clock();
  const a = head.series({ __name__: 'a' }, clock);
  head.scrape(clock, 10, { refs: [a], values: [1], gone: [] });
  head.scrape(clock, 20, { refs: [], values: [], gone: [a] });
  head.scrape(clock, 30, { refs: [], values: [], gone: [] });
  assert.equal(shown(all(head, 'a')), '10:1 20:stale');
});

test('what the journal kept gives the same samples, over a roll too', () => {
  const head = createHead();
  const clock = head.clock();
  const a = head.series({ __name__: 'a' }, clock);
  const own = head.series({ __name__: 'own' }, null);
  head.scrape(clock, 10, { refs: [a], values: [1.5], gone: [] });
  head.take();
  const sealed = head.roll();
  assert.equal(shown(sealed?.points(a) ?? []), '10:1.5');
  sealed?.drop();
  head.scrape(clock, 20, { refs: [], values: [], gone: [] });
  head.point(own, 25, 7, false);
  const record = head.take();
  assert.ok(record !== null);
  const back = createHead();
  back.replay(
    [
      { ref: a, clock, report: false, labels: { __name__: 'a' } },
      { ref: own, clock: null, report: false, labels: { __name__: 'own' } },
    ],
    decodeChanges(encodeChanges(record.changes)),
  );
  assert.equal(shown(all(back, 'a')), '20:1.5');
  assert.equal(shown(all(back, 'own')), '25:7');
  back.scrape(clock, 30, { refs: [], values: [], gone: [] });
  assert.equal(shown(all(back, 'a')), '20:1.5 30:1.5');
});

test('a page gives back every sample bit for bit, and a flipped bit is noticed', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.constantFrom(
      -0,
      0,
      5e-324,
      Number.MAX_VALUE,
      Infinity,
      -Infinity,
      2 ** 52,
      -(2 ** 52),
      0.1,
      12.34,
      NaN,
    ),
  );
  const samples = fc.array(fc.tuple(fc.integer({ min: 0, max: 1e12 }), value, fc.boolean()), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(fc.array(samples, { maxLength: 5 }), (columns) => {
      const series = columns.map((column, i) => ({
        ref: i * 3,
        samples: column
          .map(([at, v, stale]) => ({ at, value: stale ? NaN : v, stale }))
          .sort((x, y) => x.at - y.at),
      }));
      const page = encodePage(series);
      const back = new Map(decodePage(page));
      for (const one of series) {
        const got = [...(back.get(one.ref) ?? [])];
        assert.equal(got.length, one.samples.length);
        one.samples.forEach((sample, i) => {
          assert.equal(got[i]?.at, sample.at);
          assert.equal(got[i]?.stale, sample.stale);
          assert.ok(Object.is(got[i]?.value, sample.value), `${sample.value} → ${got[i]?.value}`);
        });
      }
      const damaged = Uint8Array.from(page.data);
      damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
      assert.throws(() => [...decodePage({ crc: page.crc, data: damaged })], /checksum/);
    }),
    { numRuns: 500 },
  );
});

test('the checksum is CRC-32C', () => assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283));
