import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

import { formatInstant, formatPlain, formatValue } from './format-value.ts';
import type { QueryValue } from './value.ts';
import type { Sliced } from './work.ts';

/** A label set as JSON, names in rising order. */
export const labelsJson = (labels: Labels): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
  );

const point = (at: Ms, value: number): string => `[${formatInstant(at)},"${formatValue(value)}"]`;

const PIECE = 16_384;

/** Text that grows by many small parts, kept as bytes. */
class Writer {
  #text = '';
  #size = 0;
  readonly #pieces: Uint8Array[] = [];
  readonly #encoder = new TextEncoder();

  /** @returns whether it is time to yield */
  add(text: string): boolean {
    this.#text += text;
    if (this.#text.length < PIECE) return false;
    this.#flush();
    return true;
  }

  bytes(): Uint8Array {
    this.#flush();
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  #flush(): void {
    const piece = this.#encoder.encode(this.#text);
    this.#text = '';
    this.#size += piece.length;
    this.#pieces.push(piece);
  }
}

function* write(value: QueryValue, out: Writer): Sliced<void> {
  let comma = '';
  switch (value.type) {
    case 'scalar':
      out.add(`[${formatInstant(value.at)},"${formatPlain(value.value)}"]`); // Prometheus writes scalars without an exponent
      return;
    case 'string':
      out.add(`[${formatInstant(value.at)},${JSON.stringify(value.value)}]`);
      return;
    case 'vector':
      out.add('[');
      for (const { labels, at, value: one } of value.samples) {
        if (out.add(`${comma}{"metric":${labelsJson(labels)},"value":${point(at, one)}}`)) yield;
        comma = ',';
      }
      out.add(']');
      return;
    case 'matrix':
      out.add('[');
      for (const { labels, points } of value.series) {
        out.add(`${comma}{"metric":${labelsJson(labels)},"values":[`);
        comma = '';
        for (const { at, value: one } of points) {
          if (out.add(comma + point(at, one))) yield;
          comma = ',';
        }
        out.add(']}');
        comma = ',';
      }
      out.add(']');
  }
}

/**
 * The `data` of a query's answer as JSON in UTF-8, made in slices; written by hand, since instants have no fraction or three decimals.
 * @param more further members, as `,"name":…`
 */
export function* queryJson(value: QueryValue, more = ''): Sliced<Uint8Array> {
  const out = new Writer();
  out.add(`{"resultType":"${value.type}","result":`);
  yield* write(value, out);
  out.add(`${more}}`);
  return out.bytes();
}
