import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { createLatenessPool, pooledShare } from './lateness-pool.ts';
import { lnQ, phiOfY, yOfPhi } from './normal-tail.ts';
import { createPhiNormal } from './phi-normal.ts';
import { createQPhi, fusePhi } from './q-phi.ts';
import { downLimit } from './threshold.ts';

const near = (actual: number, expected: number, relative: number): void =>
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.max(Math.abs(expected), 1e-300),
    `${actual} is not ${expected}`,
  );

const X1 = [1000, 1012, 988, 1003, 995, 1020, 980, 1001, 999, 1002];

void test('log tail of the normal law: reference values', () => {
  for (const [y, phi] of [
    [-10, 3.30926012131e-24],
    [-3, 0.00058664931379],
    [0, 0.301029995664],
    [1, 0.799545541492],
    [2, 1.64301608014],
    [3, 2.86969903593],
    [5, 6.54264567239],
    [8, 15.206142551],
    [8.25, 16.1012898263],
    [10, 23.1180534055],
    [20, 88.5600953431],
    [38.5, 323.851341068],
    [50, 544.966335862],
    [100, 2173.87154287],
    [1000, 217150.640042],
    [10000, 21714728.4943],
  ] as const)
    near(phiOfY(y), phi, 1e-11);
  for (const [y, value] of [
    [2, -3.7831843336820319],
    [5, -15.064998393988726],
    [20, -203.91715537109726],
    [40, -804.60844201375379],
    [1000, -500007.82669481218],
  ] as const)
    near(lnQ(y), value, 2e-14);
  for (const [phi, y] of [
    [1, 1.2815515655446],
    [2, 2.3263478740408],
    [3, 3.0902323061678],
    [5, 4.2648907939228],
    [6.41, 4.9407840987586],
    [8, 5.6120012441748],
    [10, 6.3613409024041],
    [16, 8.2220822161304],
    [100, 21.273453560965],
    [300, 37.047096299361],
  ] as const)
    near(yOfPhi(phi), y, 1e-12);
});

void test('phi-normal: published vectors, with floor and pause', () => {
  const detectorOf = (minStdDevMs: number, pauseMs: number) => {
    const detector = createPhiNormal(1000, { minStdDevMs, pauseMs });
    for (const x of X1) detector.learn(x);
    return detector;
  };
  const [bare, floored, paused] = [detectorOf(0, 0), detectorOf(100, 0), detectorOf(100, 3000)];
  for (const [t, a, b] of [
    [990, 0.08260499192, 0.267744724],
    [1000, 0.3010299957, 0.3010299957],
    [1020, 1.525160391, 0.3759858975],
    [1050, 5.902328816, 0.5106919893],
    [1100, 20.62834513, 0.7995455415],
    [1250, 122.0881678, 2.206931806],
    [2000, 1927.437177, 23.11805341],
    [4000, 17328.4278, 197.3092093],
    [60000, 6701152.599, 75592.12452],
  ] as const) {
    near(bare.phi(t), a, 1e-9);
    near(floored.phi(t), b, 1e-9);
  }
  near(paused.phi(4500), 6.542645672, 1e-9);
  near(paused.phi(4562), 8.020093369, 1e-9);
  near(paused.timeToPhi(8), 4561.200124, 1e-9);
});

void test('Q-phi: published vectors of the pooled tail', () => {
  for (const [t, seen, phi] of [
    [1020, 400, 1.525160391],
    [1050, 120, 3.630631999],
    [1100, 50, 3.863574321],
    [2000, 9, 4.753294161],
    [3000, 3, 5.309754904],
    [5000, 1, 5.872106016],
    [10000, 0, 7.936564005],
  ] as const) {
    const lateness = t - 1000;
    const pooled = -Math.log10(pooledShare(seen, 864_000, lateness, 1000));
    near(fusePhi(lateness / 10.6207344379, pooled), phi, 1e-9);
  }
  near(-Math.log10(pooledShare(0, 0, 2000, 1000)), 1.908485019, 1e-9);
  near(-Math.log10(pooledShare(0, 36_000, 2000, 1000)), 4.465992221, 1e-9);
  near(-Math.log10(pooledShare(11, 6_048_000, 4200, 1000)), 5.734859765, 1e-9);
});

void test('the limit follows from the budget of mistakes', () => {
  near(downLimit(1, 1000), 6.413634997, 1e-9);
  near(downLimit(1, 5000), 5.714664993, 1e-9);
  near(downLimit(1, 15_000), 5.237543738, 1e-9);
});

const histories = fc.array(
  fc.oneof(fc.constantFrom(0, 1000, 5000.7), fc.double({ min: 0, max: 1e6, noNaN: true })),
  { maxLength: 200 },
);

void test('φ never falls as the silence grows, is finite for any history, and is low right after a heartbeat', () => {
  fc.assert(
    fc.property(
      histories,
      fc.array(fc.double({ min: -1e3, max: 1e15, noNaN: true }), { minLength: 2, maxLength: 20 }),
      fc.boolean(),
      (history, silences, pooled) => {
        const detector = pooled ? createQPhi(1000, createLatenessPool(0)) : createPhiNormal(1000);
        for (const x of history) detector.learn(x);
        let before = 0;
        for (const silence of silences.sort((a, b) => a - b)) {
          const phi = detector.phi(silence);
          assert.ok(Number.isFinite(phi) && phi >= before - 1e-9 * before, `${phi} after ${before}`);
          before = phi;
        }
        assert.ok(detector.phi(0) < 0.31);
        assert.equal(detector.phi(-5), 0);
      },
    ),
    { numRuns: 500 },
  );
});

void test('timeToPhi is where φ reaches the level, not one bucket earlier', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 900, max: 3000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      fc.double({ min: 1, max: 9, noNaN: true }),
      (history, limit) => {
        const detector = createQPhi(1000, createLatenessPool(0));
        for (const x of history) detector.learn(x);
        const at = detector.timeToPhi(limit);
        assert.ok(detector.phi(at * 1.000001) >= limit - 1e-6, `${detector.phi(at)} < ${limit} at ${at}`);
      },
    ),
    { numRuns: 300 },
  );
});

void test('scaling all times leaves the node-own φ unchanged', () => {
  const plain = createPhiNormal(1000, { minStdDevMs: 0, pauseMs: 0 });
  const scaled = createPhiNormal(7000, { minStdDevMs: 0, pauseMs: 0 });
  for (const x of X1) {
    plain.learn(x);
    scaled.learn(x * 7);
  }
  near(scaled.phi(1040 * 7), plain.phi(1040), 1e-9);
});

void test('a pool survives saving, forgets by half in a week, and starts empty from rubbish', () => {
  const pool = createLatenessPool(0);
  for (let i = 0; i < 1000; i += 1) pool.add(i);
  const back = createLatenessPool(0, pool.save());
  near(back.share(500, 1000), pool.share(500, 1000), 1e-6);
  assert.equal(back.count(), 1000);
  const later = createLatenessPool(7 * 86_400_000, pool.save());
  near(later.count(), 500, 1e-9);
  assert.equal(createLatenessPool(0, '{"v":2}').count(), 0);
  assert.equal(createLatenessPool(0, 'x').count(), 0);
});
