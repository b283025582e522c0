import type { EventDraft, NewEvent } from '#lib/events/event.ts';
import { apply, livingWorld, reduceAll } from '#lib/events/reduce.ts';
import type { World } from '#lib/events/world.ts';
import type { Labels } from '#lib/model/labels.ts';
import type { Ms } from '#lib/model/time.ts';

/** Values of our own conclusions at one instant: the same shape as a scrape's. */
export interface SeriesBatch {
  readonly at: Ms;
  readonly values: readonly { readonly labels: Labels; readonly value: number }[];
  /** Series that end here. */
  readonly gone: readonly Labels[];
}

/** What goes to `data` in one call; a batch of series is lost when its call fails, an event is delivered again. */
export interface Delivery {
  readonly events: readonly NewEvent[];
  readonly series: readonly SeriesBatch[];
}

const EVENT_BOUND = 10_000;
/** Two rounds over 10,000 nodes; every node's round is a batch of its own. */
const VALUE_BOUND = 250_000;
const DELIVERY_EVENTS = 500;
const DELIVERY_BATCHES = 1000;

const valuesOf = ({ values, gone }: SeriesBatch): number => values.length + gone.length;

export interface Outbox {
  /** The world in words after every event made so far. */
  readonly world: () => World;
  /** Goes on from a world that was rebuilt from the store. */
  readonly restore: (world: World) => void;
  readonly make: (draft: EventDraft, at: Ms, actor?: string | null) => NewEvent;
  readonly addSeries: (batch: SeriesBatch) => void;
  /** The oldest things not yet delivered; null when there is nothing. */
  readonly next: () => Delivery | null;
  /** The delivery that `next` gave has arrived. */
  readonly delivered: (delivery: Delivery) => void;
  readonly pending: () => { events: number; series: number; dropped: number };
}

/**
 * Makes events, keeps the world they add up to, and holds what `data` has not taken yet: 10,000 events and 250,000 values
 * of series at most, the oldest go first. Never waits for anybody.
 * @param boot unique for this start, so that keys are unique for ever
 */
export const createOutbox = (boot: string, monitor: string): Outbox => {
  let world = livingWorld();
  let seq = 0;
  let events: NewEvent[] = [];
  let series: SeriesBatch[] = [];
  let heldValues = 0;
  let dropped = 0;
  return {
    world: () => world,
    restore: (rebuilt) => {
      world = reduceAll(events, rebuilt);
    },
    make: (draft, at, actor = null) => {
      const event: NewEvent = { ...draft, key: `${boot}-${(seq += 1)}`, at, monitor, actor };
      apply(world, event);
      events.push(event);
      if (events.length > EVENT_BOUND) {
        events = events.slice(-EVENT_BOUND);
        dropped += 1;
      }
      return event;
    },
    addSeries: (batch) => {
      series.push(batch);
      heldValues += valuesOf(batch);
      while (heldValues > VALUE_BOUND) {
        const oldest = series.shift();
        if (oldest === undefined) break;
        heldValues -= valuesOf(oldest);
        dropped += 1;
      }
    },
    next: () =>
      events.length === 0 && series.length === 0
        ? null
        : { events: events.slice(0, DELIVERY_EVENTS), series: series.slice(0, DELIVERY_BATCHES) },
    delivered: (delivery) => {
      const keys = new Set(delivery.events.map((event) => event.key));
      events = events.filter((event) => !keys.has(event.key));
      const taken = new Set(delivery.series);
      series = series.filter((batch) => !taken.has(batch));
      heldValues = series.reduce((sum, batch) => sum + valuesOf(batch), 0);
    },
    pending: () => ({ events: events.length, series: series.length, dropped }),
  };
};
