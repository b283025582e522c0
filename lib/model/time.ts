/** Milliseconds. Instants are `at` (Unix epoch unless a name says monotonic), spans end in `Ms`. */
export type Ms = number;

/** The two clocks that everything above the domain receives instead of reading them itself. */
export interface Clock {
  /** Milliseconds since the Unix epoch. May jump. */
  wall(): Ms;
  /** Milliseconds of a clock that never goes back; only differences mean something. */
  mono(): Ms;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const ORDER = ['y', 'w', 'd', 'h', 'm', 's', 'ms'] as const;

/**
 * Reads a Prometheus duration: `1h30m`, `15s`, `500ms`, `0`. Units stand in falling order, each at most once.
 * @returns milliseconds, or null when the text is no duration (Prometheus documentation, "Configuration": `<duration>`)
 */
export const parseDuration = (text: string): Ms | null => {
  if (text === '0') return 0;
  const parts = DURATION.exec(text);
  if (text === '' || parts === null) return null;
  return ORDER.reduce((sum, unit, i) => sum + Number(parts[i + 1] ?? 0) * (UNIT_MS[unit] ?? 0), 0);
};

/** Writes milliseconds as the shortest Prometheus duration: 90000 → `1m30s`. */
export const formatDuration = (ms: Ms): string => {
  if (ms === 0) return '0s';
  let rest = Math.round(ms);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const size = UNIT_MS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
};
