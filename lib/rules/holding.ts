import type { Ms } from '#lib/model/time.ts';

/** A resolved alert is kept this long, so that its end can be told again. */
const RESOLVED_KEPT_MS = 15 * 60_000;

/** How long a condition must hold, and how long it counts as holding after it ended. */
export interface Holds {
  readonly forMs: Ms;
  readonly keepFiringForMs: Ms;
}

/** The part of an alert that time alone decides. */
export interface Holding {
  readonly state: 'pending' | 'firing' | 'resolved';
  readonly activeAt: Ms;
  readonly firedAt: Ms | null;
  readonly resolvedAt: Ms | null;
  readonly keptSince: Ms | null;
}

const begin = (at: Ms): Holding => ({
  state: 'pending',
  activeAt: at,
  firedAt: null,
  resolvedAt: null,
  keptSince: null,
});

const holdOn = (before: Holding | null, at: Ms, { forMs }: Holds): Holding => {
  const now = before === null || before.state === 'resolved' ? begin(at) : before;
  if (now.state === 'pending' && at - now.activeAt >= forMs) return { ...now, state: 'firing', firedAt: at };
  return now.keptSince === null ? now : { ...now, keptSince: null };
};

const letGo = (before: Holding, at: Ms, { keepFiringForMs }: Holds): Holding | null => {
  if (before.state === 'pending') return null;
  if (before.state === 'resolved') return at - (before.resolvedAt ?? at) > RESOLVED_KEPT_MS ? null : before;
  const keptSince = before.keptSince ?? at;
  if (at - keptSince >= keepFiringForMs)
    return { ...before, state: 'resolved', resolvedAt: at, keptSince: null };
  return before.keptSince === null ? { ...before, keptSince } : before;
};

/**
 * One step of an alert's life, as Prometheus takes it (Prometheus documentation, "Alerting rules": `for`, `keep_firing_for`):
 * what holds is pending until it has held for `for`, then it fires; what ends is kept firing for `keep_firing_for`, then
 * resolved; what was only pending is gone; what was resolved and holds again starts anew.
 * @param before null: not active
 * @param holds whether the condition holds at this evaluation
 * @returns null when nothing is left to remember; `before` itself when nothing changed
 */
export const advance = (before: Holding | null, holds: boolean, at: Ms, rule: Holds): Holding | null => {
  if (holds) return holdOn(before, at, rule);
  return before === null ? null : letGo(before, at, rule);
};
