import { labelsKey } from './labels.ts';
import type { Labels } from './labels.ts';

const encoder = new TextEncoder();
const PRIME_LOW = 0x1b3;

/**
 * 64-bit FNV-1a of a text's UTF-8 bytes as 16 hexadecimal digits (Fowler, Noll, Vo; draft-eastlake-fnv). The offset basis is
 * 0xcbf29ce484222325, the prime 2^40 + 0x1b3; both halves are kept as 32-bit integers.
 */
export const hashText = (text: string): string => {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of encoder.encode(text)) {
    low = (low ^ byte) >>> 0;
    const product = low * PRIME_LOW;
    high = (Math.imul(high, PRIME_LOW) + (low << 8) + Math.floor(product / 2 ** 32)) >>> 0;
    low = product >>> 0;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
};

/** A short name for a label set: equal sets have equal ones, whatever their order. */
export const fingerprint = (labels: Labels): string => hashText(labelsKey(labels));
