import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { Sample } from '#lib/model/sample.ts';

import { crc32c } from './crc32c.ts';
import { createHead } from './head.ts';
import { decodeChanges, encodeChanges } from './journal.ts';
import { compileMatchers } from './matcher.ts';
import { decodePage, encodePage } from './page.ts';

const all = (head: ReturnType<typeof createHead>, name: string): Sample[] =>
  head
    .find(name, () => true)
    .flatMap((info) => [...head.samples(info, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)]);
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

test('whatever was written, a span holds those of all samples that lie in it', () => {
  const instant = fc.integer({ min: 0, max: 12 });
  const write = fc.record({
    // Mostly later than the one before, as when no clock is set back.
    step: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 2 }) }, fc.integer({ min: -3, max: 0 })),
    what: fc.constantFrom('change', 'same', 'gone', 'failed', 'own', 'roll'),
    value: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 25 }), instant, instant, (writes, from, length) => {
      const head = createHead();
      const clock = head.clock();
      const a = head.series({ __name__: 'a' }, clock);
      const up = head.series({ __name__: 'up' }, clock, true);
      const own = head.series({ __name__: 'own' }, null);
      let at = 0;
      for (const { step, what, value } of writes) {
        at += step;
        if (what === 'own') head.point(own, at, value, value === 0);
        else if (what === 'roll') head.roll();
        else {
          const refs = what === 'change' ? [a] : [];
          const change = { refs, values: refs.map(() => value), gone: what === 'gone' ? [a] : [] };
          head.scrape(clock, at, what === 'failed' ? null : change);
          head.report(clock, [up], [value]);
        }
      }
      for (const info of head.match(compileMatchers([]))) {
        if (info === null) continue;
        const whole = head.samples(info, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
        assert.deepEqual(
          [...head.samples(info, from, from + length)],
          [...whole].filter((sample) => sample.at >= from && sample.at <= from + length),
        );
      }
    }),
    { numRuns: 3000 },
  );
});

test('of samples with instants of their own the later comes after, and of equal instants the one written last comes first', () => {
  const of = (...points: readonly (readonly [number, number])[]): string => {
    const head = createHead();
    const own = head.series({ __name__: 'own' }, null);
    for (const [at, value] of points) head.point(own, at, value, false);
    return shown(all(head, 'own'));
  };
  assert.equal(of([5, 1], [7, 3], [6, 4]), '5:1 6:4 7:3');
  assert.equal(of([5, 1], [5, 2], [7, 3]), '5:2 5:1 7:3');
});

test('references of equal labels have one that stands for all of them, after a restart too', () => {
  const labels = { __name__: 'a', x: '1' };
  const head = createHead();
  const clocks = [head.clock(), head.clock()];
  const refs = [...clocks, null].map((clock) => head.series(labels, clock));
  const other = head.series({ __name__: 'a' }, clocks[0] ?? null);
  assert.equal(new Set([...refs, other]).size, 4);
  assert.equal(head.series({ x: '1', __name__: 'a' }, clocks[1] ?? null), refs[1]);
  const taken = head.take();
  assert.ok(taken !== null);
  const back = createHead();
  back.replay(taken.series, taken.changes);
  for (const each of [head, back]) {
    assert.deepEqual(
      each.find('a', () => true).map(({ ref, first }) => [ref, first]),
      [...refs.map((ref) => [ref, refs[0]]), [other, other]],
    );
    assert.equal(each.series(labels, null), refs[2]);
  }
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
