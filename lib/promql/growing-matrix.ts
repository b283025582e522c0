import { PointColumns } from '#lib/model/points.ts';
import type { Ms } from '#lib/model/time.ts';

import { compareLabels, keyOf } from './label-set.ts';
import type { HeldSeries } from './selection.ts';
import type { VectorSample } from './value.ts';
import { sortSliced, type Sliced, type Work } from './work.ts';

/** Series that grow by one instant vector after another. */
export class GrowingMatrix {
  readonly #byKey = new Map<string, HeldSeries>();
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  get series(): Iterable<HeldSeries> {
    return this.#byKey.values();
  }

  *add(vector: readonly Pick<VectorSample, 'labels' | 'value'>[], at: Ms): Sliced<void> {
    this.#work.hold(vector.length);
    for (const { labels, value } of vector) {
      if (this.#work.touch()) yield;
      const key = keyOf(labels);
      let one = this.#byKey.get(key);
      if (one === undefined) {
        one = { labels, points: new PointColumns() };
        this.#byKey.set(key, one);
      }
      one.points.push(at, value);
    }
  }

  /** By their labels. */
  sorted(): Sliced<HeldSeries[]> {
    return sortSliced([...this.series], (a, b) => compareLabels(a.labels, b.labels), this.#work);
  }
}
