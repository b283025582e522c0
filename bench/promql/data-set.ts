import type { Labels } from '#lib/model/labels.ts';
import type { Sample } from '#lib/model/sample.ts';
import type { Ms } from '#lib/model/time.ts';
import type { Disk, Samples } from '#lib/engine/data/samples.ts';

import type { Random } from './random.ts';

/** The span of the data, and the remainder of every sample's instant: queries use other remainders, so that no sample lies on a window's edge. */
export const FROM: Ms = 1_700_000_000_000;
export const TO: Ms = FROM + 100 * 60_000;
const REMAINDER_MS = 5;
const GRID_MS = 10;

const JOBS = ['api', 'db'];
const INSTANCES = ['a:1', 'b:2', 'c:3'];
const BOUNDS = ['0.1', '0.5', '1', '2.5', '10', '+Inf'];

export interface Made {
  readonly labels: Labels;
  readonly samples: readonly Sample[];
}

const onGrid = (at: Ms): Ms => Math.floor(at / GRID_MS) * GRID_MS + REMAINDER_MS;

/** Instants about every `intervalMs`, off by up to a tenth of it, some missing, with up to two long gaps. */
const instants = (random: Random, intervalMs: Ms, gaps: boolean): Ms[] => {
  const from = FROM + (gaps && random.chance(0.3) ? random.below(TO - FROM) / 2 : 0);
  const to = gaps && random.chance(0.3) ? from + random.below(TO - from) : TO;
  const pauses = gaps ? [0, 1].map(() => FROM + random.below(TO - FROM)) : [];
  const found: Ms[] = [];
  for (let at = from; at < to; at += intervalMs) {
    if (pauses.some((pause) => at >= pause && at < pause + 12 * 60_000)) continue;
    if (gaps && random.chance(0.05)) continue;
    found.push(onGrid(at + random.below(intervalMs / 10)));
  }
  return found;
};

/** Eighths: sums of them are exact whatever the order. */
const eighths = (random: Random, size: number): number => random.below(size * 8) / 8;

const series = (labels: Labels, at: readonly Ms[], value: (i: number) => number): Made => ({
  labels,
  samples: at.map((instant, i) => ({ at: instant, value: value(i), stale: false })),
});

const counter = (random: Random, labels: Labels, intervalMs: Ms): Made => {
  let total = eighths(random, 1000);
  return series(labels, instants(random, intervalMs, true), () => {
    total = random.chance(0.02) ? eighths(random, 5) : total + (random.chance(0.3) ? 0 : eighths(random, 20));
    return total;
  });
};

const gauge = (random: Random, labels: Labels, intervalMs: Ms, odd: boolean): Made =>
  series(labels, instants(random, intervalMs, true), () =>
    odd && random.chance(0.05)
      ? random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1e9, -1e-3])
      : eighths(random, 100) - 50,
  );

const histogram = (random: Random, labels: Labels): Made[] => {
  const at = instants(random, 15_000, false);
  const counts = BOUNDS.map(() => 0);
  const rows = at.map(() => {
    if (random.chance(0.01)) counts.fill(0);
    for (let seen = random.below(6); seen > 0; seen -= 1) {
      const bucket = random.below(BOUNDS.length);
      for (let i = bucket; i < BOUNDS.length; i += 1) counts[i] = (counts[i] ?? 0) + 1;
    }
    return [...counts];
  });
  const total = (i: number): number => rows[i]?.at(-1) ?? 0;
  return [
    ...BOUNDS.map((le, bucket) =>
      series({ ...labels, __name__: 'latency_bucket', le }, at, (i) => rows[i]?.[bucket] ?? 0),
    ),
    series({ ...labels, __name__: 'latency_count' }, at, total),
    series({ ...labels, __name__: 'latency_sum' }, at, (i) => total(i) * 0.75),
  ];
};

/** Counters with resets, gauges with odd values, histograms, gaps and irregular instants: the same for the same seed. */
export const makeDataSet = (random: Random): Made[] => {
  const targets = JOBS.flatMap((job) => INSTANCES.map((instance) => ({ job, instance })));
  return [
    ...targets.flatMap((target) =>
      ['200', '500'].map((code) =>
        counter(random, { __name__: 'requests_total', ...target, code }, random.pick([15_000, 30_000])),
      ),
    ),
    ...targets.map((target) =>
      gauge(random, { __name__: 'temperature', ...target, zone: target.instance.slice(0, 1) }, 20_000, false),
    ),
    ...targets.map((target) => gauge(random, { __name__: 'odd', ...target }, 40_000, true)),
    ...targets.map((target) =>
      series({ __name__: 'up', ...target }, instants(random, 15_000, false), () => 1),
    ),
    ...INSTANCES.map((instance, i) =>
      series(
        { __name__: 'build_info', instance, version: `1.${i}` },
        instants(random, 60_000, false),
        () => 1,
      ),
    ),
    ...targets.slice(0, 3).flatMap((target) => histogram(random, target)),
  ];
};

/** Puts a data set into the store as it would have come: in order of time, sealed on the way. */
export const fill = async (made: readonly Made[], samples: Samples, disk: Disk): Promise<void> => {
  const all = made
    .flatMap(({ labels, samples: points }) => points.map((point) => ({ labels, point })))
    .toSorted((a, b) => a.point.at - b.point.at);
  for (const { labels, point } of all) {
    samples.addBatch({ at: point.at, values: [{ labels, value: point.value }], gone: [] });
    await samples.sealWhenDue(disk, point.at);
  }
  await samples.commit(disk);
};
