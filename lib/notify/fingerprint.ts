import type { Labels } from '#lib/model/labels.ts';

const encoder = new TextEncoder();
const PRIME_LOW = 0x1b3;
const SEPARATOR = 255;

/**
 * FNV-1a, 64 bits, of texts with the byte 255 after each, as 16 hexadecimal digits (Fowler, Noll, Vo). The offset basis
 * is 0xcbf29ce484222325, the prime 2^40 + 0x1b3; both halves are kept as 32-bit integers.
 */
export const hashOf = (parts: readonly string[]): string => {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  const add = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    const product = low * PRIME_LOW;
    high = (Math.imul(high, PRIME_LOW) + (low << 8) + Math.floor(product / 2 ** 32)) >>> 0;
    low = product >>> 0;
  };
  for (const part of parts) {
    for (const byte of encoder.encode(part)) add(byte);
    add(SEPARATOR);
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
};

/** The id of a label set as Prometheus and Alertmanager write it: over the names in order, each with its value. */
export const alertmanagerFingerprint = (labels: Labels): string =>
  hashOf(
    Object.keys(labels)
      .sort()
      .flatMap((name) => [name, labels[name] ?? '']),
  );
