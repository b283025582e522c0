import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

import { PointColumns, SampleColumns } from '#lib/model/points.ts';
import type { Sample } from '#lib/model/sample.ts';

import { crc32c } from './crc32c.ts';

/** The samples of up to 128 series, compressed. */
export interface Page {
  readonly firstRef: number;
  readonly count: number;
  readonly crc: number;
  readonly data: Uint8Array;
}

export const PAGE_SERIES = 128;
const MAX_SCALE = 9;
const MAX_INTEGER = 2 ** 52;
const DOUBLES = 255;

class Writer {
  #bytes = new Uint8Array(1024);
  #at = 0;
  byte(value: number): void {
    if (this.#at === this.#bytes.length) {
      const larger = new Uint8Array(this.#at * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#at++] = value;
  }
  /** Unsigned, up to 2^53. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }
  /** Zig-zag. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new RangeError('a page ends too early');
    return value;
  }
  varint(): number {
    const first = this.byte();
    if (first < 0x80) return first; // most are this small
    let value = first & 0x7f;
    let factor = 0x80;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  }
  signed(): number {
    const value = this.varint();
    if (value === 0) return 0;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

const scratch = new DataView(new ArrayBuffer(8));
/** The bits of a double as two halves. */
const halves = (value: number): readonly [number, number] => {
  scratch.setFloat64(0, value);
  return [scratch.getUint32(0), scratch.getUint32(4)];
};
const fromHalves = (high: number, low: number): number => {
  scratch.setUint32(0, high >>> 0);
  scratch.setUint32(4, low >>> 0);
  return scratch.getFloat64(0);
};

/** The smallest power of ten that makes every value an exact integer; null when there is none, and for −0. */
const scaleOf = (values: readonly number[]): number | null => {
  for (let scale = 0; scale <= MAX_SCALE; scale += 1) {
    const factor = 10 ** scale;
    if (
      values.every(
        (value) =>
          !Object.is(value, -0) &&
          Math.abs(value * factor) <= MAX_INTEGER &&
          Math.round(value * factor) / factor === value,
      )
    )
      return scale;
  }
  return null;
};

/** Integers: the change of the change. Doubles: XOR with the one before, a mask of the bytes that differ, and those bytes. */
const writeValues = (out: Writer, values: readonly number[]): void => {
  const scale = scaleOf(values);
  out.byte(scale ?? DOUBLES);
  if (scale !== null) {
    let before = 0;
    let delta = 0;
    for (const value of values) {
      const integer = Math.round(value * 10 ** scale);
      const step = integer - before;
      if (Math.abs(step - delta) <= MAX_INTEGER) {
        out.byte(0);
        out.signed(step - delta);
      } else {
        out.byte(1);
        out.signed(integer);
      }
      delta = step;
      before = integer;
    }
    return;
  }
  let high = 0;
  let low = 0;
  for (const value of values) {
    const [h, l] = halves(value);
    const xor = [h ^ high, l ^ low];
    let mask = 0;
    for (let i = 0; i < 8; i += 1) if (((xor[i >> 2] ?? 0) >>> (24 - 8 * (i & 3))) & 0xff) mask |= 1 << i;
    out.byte(mask);
    for (let i = 0; i < 8; i += 1)
      if (mask & (1 << i)) out.byte(((xor[i >> 2] ?? 0) >>> (24 - 8 * (i & 3))) & 0xff);
    high = h;
    low = l;
  }
};

const readValues = (reader: Reader, count: number): number[] => {
  const scale = reader.byte();
  const values: number[] = [];
  if (scale !== DOUBLES) {
    const factor = 10 ** scale;
    let before = 0;
    let delta = 0;
    for (let i = 0; i < count; i += 1) {
      const isWhole = reader.byte() === 1;
      const written = reader.signed();
      const integer = isWhole ? written : before + delta + written;
      delta = integer - before;
      before = integer;
      values.push(integer / factor);
    }
    return values;
  }
  let high = 0;
  let low = 0;
  for (let i = 0; i < count; i += 1) {
    const mask = reader.byte();
    const xor = [0, 0];
    for (let byte = 0; byte < 8; byte += 1)
      if (mask & (1 << byte))
        xor[byte >> 2] = (xor[byte >> 2] ?? 0) | (reader.byte() << (24 - 8 * (byte & 3)));
    high ^= xor[0] ?? 0;
    low ^= xor[1] ?? 0;
    values.push(fromHalves(high, low));
  }
  return values;
};

/** @param series in the order of their references */
export const encodePage = (
  series: readonly { readonly ref: number; readonly samples: readonly Sample[] }[],
): Page => {
  const out = new Writer();
  out.varint(series.length);
  let ref = 0;
  for (const one of series) {
    out.varint(one.ref - ref);
    ref = one.ref;
    out.varint(one.samples.length);
    let at = 0;
    let gap = 0;
    for (const sample of one.samples) {
      // Instants are whole milliseconds; the change of the gap is zero on a grid. The lowest bit marks a stale end.
      const instant = Math.round(sample.at);
      const change = instant - at - gap;
      out.signed(change);
      out.byte(sample.stale ? 1 : 0);
      gap = instant - at;
      at = instant;
    }
    writeValues(
      out,
      one.samples.filter((sample) => !sample.stale).map((sample) => sample.value),
    );
  }
  const data = zstdCompressSync(out.bytes(), { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return { firstRef: series[0]?.ref ?? 0, count: series.length, crc: crc32c(data), data };
};

/**
 * The series of a page by reference, one at a time.
 * @throws Error when the checksum does not fit: the page is damaged
 */
export function* decodePage(page: Pick<Page, 'crc' | 'data'>): Generator<readonly [number, SampleColumns]> {
  if (crc32c(page.data) !== page.crc) throw new Error('the checksum of a page does not fit');
  const reader = new Reader(zstdDecompressSync(page.data));
  let ref = 0;
  for (let left = reader.varint(); left > 0; left -= 1) {
    ref += reader.varint();
    yield [ref, readSamples(reader, reader.varint())];
  }
}

const readSamples = (reader: Reader, count: number): SampleColumns => {
  const instants: number[] = [];
  const stale = new Set<number>();
  let at = 0;
  let gap = 0;
  for (let i = 0; i < count; i += 1) {
    gap += reader.signed();
    at += gap;
    instants.push(at);
    if (reader.byte() === 1) stale.add(i);
  }
  const values = readValues(reader, count - stale.size);
  if (stale.size === 0) return new SampleColumns(new PointColumns(instants, values));
  const samples = new SampleColumns();
  let next = 0;
  for (const [i, instant] of instants.entries()) {
    const isStale = stale.has(i);
    samples.push(instant, isStale ? Number.NaN : (values[next++] ?? Number.NaN), isStale);
  }
  return samples;
};
