import type { Event } from '#lib/events/event.ts';
import { apply, livingWorld, reduceAll } from '#lib/events/reduce.ts';
import { timeline } from '#lib/events/timeline.ts';
import type { Lane } from '#lib/events/lane.ts';
import type { TimelineQuery } from '#lib/events/timeline.ts';
import { emptyWorld, worldFromJson, worldToJson } from '#lib/events/world.ts';
import type { World, WorldJson } from '#lib/events/world.ts';
import type { Ms } from '#lib/model/time.ts';
import type { Checkpoint, StateReader } from '#lib/store/state/state-store.ts';

/** The event log as the world it adds up to: now, and at any instant before. */
export interface History {
  /** Reads the newest world from the store. */
  recover(): Promise<World>;
  world(): World;
  lastEventId(): string;
  /** @returns a checkpoint when one is due */
  applied(events: readonly Event[]): Checkpoint | null;
  worldAt(at: Ms): Promise<WorldJson>;
  timeline(query: TimelineQuery): Promise<{ lanes: Lane[]; truncated: boolean }>;
}

const CHECKPOINT_EVENTS = 500;
const READ_EVENTS = 5000;

export const createHistory = (reader: StateReader): History => {
  let world = livingWorld();
  let lastId = '0';
  let lastAt: Ms = 0;
  let sinceCheckpoint = 0;

  const start = async (at: Ms): Promise<{ world: World; id: string }> => {
    const checkpoint = await reader.checkpointBefore(at);
    return checkpoint === null
      ? { world: emptyWorld, id: '0' }
      : { world: worldFromJson(checkpoint.world), id: checkpoint.eventId };
  };
  const worldAt = async (at: Ms): Promise<World> => {
    const from = await start(at);
    return reduceAll(await reader.eventsUntil(from.id, at), from.world);
  };

  return {
    recover: async () => {
      const from = await start(Number.MAX_SAFE_INTEGER);
      world = livingWorld(from.world);
      lastId = from.id;
      for (;;) {
        const events = await reader.eventsAfter(lastId, READ_EVENTS);
        for (const event of events) apply(world, event);
        lastId = events.at(-1)?.id ?? lastId;
        sinceCheckpoint += events.length;
        if (events.length < READ_EVENTS) return world;
      }
    },
    world: () => world,
    lastEventId: () => lastId,
    applied: (events) => {
      for (const event of events) {
        if (BigInt(event.id) <= BigInt(lastId)) continue; // delivered again
        apply(world, event);
        lastId = event.id;
        lastAt = Math.max(lastAt, event.at);
        sinceCheckpoint += 1;
      }
      const last = events.at(-1);
      if (sinceCheckpoint < CHECKPOINT_EVENTS || last === undefined || last.id !== lastId) return null;
      sinceCheckpoint = 0;
      return { eventId: last.id, at: lastAt, world: worldToJson(world) };
    },
    worldAt: async (at) => worldToJson(await worldAt(at)),
    timeline: async (query) => {
      const from = await start(query.from);
      const events = await reader.eventsUntil(from.id, query.to);
      const before = reduceAll(
        events.filter((event) => event.at < query.from),
        from.world,
      );
      return timeline(
        before,
        events.filter((event) => event.at >= query.from),
        query,
      );
    },
  };
};
