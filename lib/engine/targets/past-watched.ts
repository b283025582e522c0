import type { Event } from '#lib/events/event.ts';

import { watchedTarget } from './watched-targets.ts';
import type { WatchedTarget } from './watched-targets.ts';

/**
 * The targets added in the UI that stood at an instant: those of now, and back through what was changed since. What a Prometheus
 * scraped then is not kept.
 * @param since every `target.changed` after the instant
 */
export const watchedBefore = (
  now: readonly WatchedTarget[],
  since: readonly Pick<Event, 'title' | 'detail'>[],
): WatchedTarget[] => {
  const changed = (code: string) =>
    since.filter(({ title }) => title.code === code).map(({ detail }) => detail);
  const added = new Set(changed('target.added').map(({ id }) => id));
  // Events of earlier versions tell too little of a target to bring it back, but enough to know it again.
  const removed = changed('target.removed').flatMap((detail) => watchedTarget.safeParse(detail).data ?? []);
  return [...now, ...removed]
    .filter(({ id }) => !added.has(id))
    .map(({ targets: _ofNow, ...target }) => target)
    .toSorted((a, b) => a.addedAt - b.addedAt);
};
