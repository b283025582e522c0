import { watch } from 'node:fs';
import path from 'node:path';

import type { Ms } from '#lib/model/time.ts';

const SETTLE_MS = 200;

/**
 * Calls back after any of the files' folders changed, and at every refresh interval, until the signal aborts: editors
 * replace files, so that the folder is what can be watched.
 */
export const watchFiles = (
  files: readonly string[],
  refreshMs: Ms | null,
  onChange: () => void,
  signal: AbortSignal,
): void => {
  if (signal.aborted) return;
  let settle: NodeJS.Timeout | null = null;
  const changed = (): void => {
    if (settle !== null) clearTimeout(settle);
    settle = setTimeout(onChange, SETTLE_MS);
    settle.unref();
  };
  const names = new Map<string, Set<string> | null>();
  for (const file of files) {
    const folder = path.dirname(file);
    const name = path.basename(file);
    if (/[*?[{]/.test(name)) names.set(folder, null);
    else if (names.get(folder) !== null) names.set(folder, (names.get(folder) ?? new Set()).add(name));
  }
  for (const [folder, wanted] of names) {
    try {
      const watcher = watch(folder, { signal, persistent: false }, (_event, name) => {
        if (wanted === null || name === null || wanted.has(name)) changed();
      });
      watcher.on('error', () => undefined); // the refresh interval still looks
    } catch {
      // A folder that does not exist yet: the refresh interval looks.
    }
  }
  const timer = refreshMs === null ? null : setInterval(onChange, refreshMs);
  timer?.unref();
  signal.addEventListener(
    'abort',
    () => {
      if (timer !== null) clearInterval(timer);
      if (settle !== null) clearTimeout(settle);
    },
    { once: true },
  );
};
