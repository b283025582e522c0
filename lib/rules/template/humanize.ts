import { formatFloat } from './number-format.ts';

/** How Prometheus writes numbers for people (Prometheus documentation, "Template reference": Numbers). */

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];

/** Go counts whole seconds in 64 bits. */
const MAX_SECONDS = 2n ** 63n - 1n;

const four = (value: number): string => formatFloat(value, 'g', 4);

const shrink = (value: number, by: number, prefixes: readonly string[]): string => {
  let rest = value;
  let prefix = '';
  for (const next of prefixes) {
    if (Math.abs(rest) < by) break;
    prefix = next;
    rest /= by;
  }
  return four(rest) + prefix;
};

const grow = (value: number): string => {
  let rest = value;
  let prefix = '';
  for (const next of SMALL) {
    if (Math.abs(rest) >= 1) break;
    prefix = next;
    rest *= 1000;
  }
  return four(rest) + prefix;
};

/** With a metric prefix. */
export const humanize = (value: number): string => {
  if (value === 0 || !Number.isFinite(value)) return four(value);
  return Math.abs(value) >= 1 ? shrink(value, 1000, LARGE) : grow(value);
};

/** With a binary prefix. */
export const humanize1024 = (value: number): string =>
  Math.abs(value) <= 1 || !Number.isFinite(value) ? four(value) : shrink(value, 1024, BINARY);

/** A ratio as a percentage. */
export const humanizePercentage = (value: number): string => `${four(value * 100)}%`;

/** Seconds as days, hours, minutes and seconds. */
export const humanizeDuration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return four(seconds);
  if (seconds === 0) return `${four(seconds)}s`;
  if (Math.abs(seconds) < 1) return `${grow(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  const size = Math.abs(seconds);
  const whole = size < 2 ** 63 ? BigInt(Math.trunc(size)) : MAX_SECONDS;
  const minutes = whole / 60n;
  const hours = minutes / 60n;
  const days = hours / 24n;
  const tail = `${minutes % 60n}m ${whole % 60n}s`;
  if (days !== 0n) return `${sign}${days}d ${hours % 24n}h ${tail}`;
  if (hours !== 0n) return `${sign}${hours}h ${tail}`;
  return minutes !== 0n ? sign + tail : `${sign}${four(size)}s`;
};

/**
 * Seconds since 1970 as an instant: milliseconds, cut as Prometheus cuts them.
 * @throws Error when nanoseconds of it do not fit into 64 bits
 */
export const timestampMs = (seconds: number): number => {
  const nanos = seconds * 1e9;
  if (Math.abs(nanos) >= 2 ** 63)
    throw new Error(
      `${formatFloat(seconds, 'g', null)} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    );
  return Math.trunc(Math.trunc(nanos) / 1e6);
};
