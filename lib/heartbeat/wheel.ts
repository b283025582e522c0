import type { Ms } from '#lib/model/time.ts';

/** One timer wheel for everything that is due: slots of 10 ms on the monotonic clock, O(1) per key however many there are. */
export interface Wheel {
  /** Plans a key; a key that is planned already moves. */
  schedule(atMono: Ms, key: string): void;
  cancel(key: string): void;
  /** Takes out every key that is due, earliest slot first. */
  due(nowMono: Ms): string[];
}

const SLOT_MS = 10;

export const createWheel = (): Wheel => {
  const slots = new Map<number, Set<string>>();
  const slotOf = new Map<string, number>();
  let next = Number.NEGATIVE_INFINITY;
  const cancel = (key: string): void => {
    const slot = slotOf.get(key);
    if (slot === undefined) return;
    slotOf.delete(key);
    const keys = slots.get(slot);
    keys?.delete(key);
    if (keys?.size === 0) slots.delete(slot);
  };
  return {
    schedule: (atMono, key) => {
      cancel(key);
      const slot = Math.max(next, Math.ceil(atMono / SLOT_MS));
      slotOf.set(key, slot);
      const keys = slots.get(slot);
      if (keys === undefined) slots.set(slot, new Set([key]));
      else keys.add(key);
    },
    cancel,
    due: (nowMono) => {
      const last = Math.floor(nowMono / SLOT_MS);
      const found: string[] = [];
      const take = (slot: number): void => {
        for (const key of slots.get(slot) ?? []) {
          slotOf.delete(key);
          found.push(key);
        }
        slots.delete(slot);
      };
      // After a long stall looking through what is planned is cheaper than counting through empty slots.
      if (last - next > slots.size)
        for (const slot of [...slots.keys()].filter((at) => at <= last).sort((a, b) => a - b)) take(slot);
      else for (let slot = next; slot <= last; slot += 1) take(slot);
      next = Math.max(next, last + 1);
      return found;
    },
  };
};
