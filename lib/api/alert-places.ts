import 'server-only';

import { clusterOf } from '#lib/engine/data/alert-states.ts';
import type { AlertPlace } from '#lib/engine/data/alerting-reads.ts';
import type { Engine } from '#lib/engine/slot.ts';
import type { AlertWords, ClusterWords } from '#lib/events/world.ts';
import type { Ms } from '#lib/model/time.ts';

import type { ClusterRowDto } from './schema.ts';

export type FiringCounts = ClusterRowDto['summary']['firing'];

const KEY = Symbol.for('quorate.alert-places');
type Slot = { [KEY]?: { version: number; places: readonly AlertPlace[] } };
const slot = globalThis as typeof globalThis & Slot; // one per process, whatever the bundler copies

/** Every alert of the instant `at`, which is now: the main thread's copy, brought up to date when `data` has another. */
export const placesNow = async (engine: Engine, at: Ms): Promise<readonly AlertPlace[]> => {
  const held = (slot[KEY] ??= { version: 0, places: [] });
  const told = await engine
    .data()
    .alertPlaces(held.version, at)
    .catch(() => null); // the store may still be loading, or `data` is being restarted: what was known stays
  if (told === null) return held.places;
  held.version = told.version;
  held.places = told.places;
  return told.places;
};

/** Alerts of the log at a past instant. */
export const placesOf = (alerts: Iterable<AlertWords>): AlertPlace[] =>
  [...alerts].map(({ state, severity, labels }) => ({
    state,
    severity,
    cluster: clusterOf(labels),
    node: labels.node ?? null,
  }));

/** Whether an alert is about a cluster: it names it, or one of its members. */
export const isAbout = (
  place: Pick<AlertPlace, 'cluster' | 'node'>,
  cluster: Pick<ClusterWords, 'id' | 'members'>,
): boolean =>
  place.cluster === null
    ? place.node !== null && cluster.members.some((member) => member.node === place.node)
    : place.cluster === cluster.id;

/** What fires of a cluster. Notices of severity `info` count as warnings: nothing that fires is left out. */
export const firingOf = (
  places: readonly AlertPlace[],
  cluster: Pick<ClusterWords, 'id' | 'members'>,
): FiringCounts => {
  const counts = { critical: 0, warning: 0, pending: 0, suppressed: 0 };
  for (const place of places)
    if (isAbout(place, cluster))
      counts[
        place.state !== 'firing' ? place.state : place.severity === 'critical' ? 'critical' : 'warning'
      ] += 1;
  return counts;
};
