/** φ with one decimal; unknown is `?`, never 0. */
export const phiText = (phi: number | null): string =>
  phi === null ? '?' : phi >= 99 ? '> 99' : phi.toFixed(1);

/** A 64-bit integer with its thousands grouped, never rounded. */
export const grouped = (integer: string | null): string =>
  integer === null ? '?' : integer.replace(/\B(?=(\d{3})+$)/g, ',');

/** `1–2`, or one number when both ends agree; never below 0. */
export const rangeText = (low: number, high: number): string => {
  const from = Math.max(0, Math.min(low, high));
  const to = Math.max(0, Math.max(low, high));
  return from === to ? String(from) : `${from}–${to}`;
};

/** Bytes with a binary unit: `41 GB`. */
export const bytesText = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)}\u00a0${units[unit] ?? 'B'}`;
};

/** A measured number with at most three significant digits, whole ones grouped; unknown is `?`. */
export const valueText = (value: number | null): string => {
  if (value === null || Number.isNaN(value)) return '?';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '−Inf';
  const size = Math.abs(value);
  const written = Number.isInteger(value)
    ? size < 1e15
      ? grouped(String(size))
      : size.toExponential(2)
    : size >= 100
      ? grouped(String(Math.round(size)))
      : String(Number(size.toPrecision(3)));
  return value < 0 ? `−${written}` : written;
};

/** Short enough for an axis: `1.2K`, `0.003`. */
export const compactText = (value: number): string =>
  new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 })
    .format(value)
    .replace('-', '−');
