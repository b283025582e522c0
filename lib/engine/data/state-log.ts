import { setTimeout as sleep } from 'node:timers/promises';

import type { EventDraft, NewEvent } from '#lib/events/event.ts';
import type { Clock, Ms } from '#lib/model/time.ts';
import type { StateChange } from '#lib/store/state/state-store.ts';

/** Makes the events of a change: unique keys, one instant. */
export type MakeEvent = (draft: EventDraft, actor?: string | null) => NewEvent;

/** Changes of what `data` itself decides (rules, alerts, messages), stored one after another and never given up. */
export interface StateLog {
  /**
   * Makes a change when its turn comes and stores it whole. While the store cannot, the same change is tried again, so
   * that what is in memory and what is on disk never part; what is made later waits.
   * @param make may throw: nothing is changed then, and the caller gets the error
   */
  apply<T>(
    make: (at: Ms, event: MakeEvent) => { readonly change: StateChange; readonly result: T },
  ): Promise<T>;
  /**
   * Waits for changes of instants up to `at`; every later change gets a later instant. What is read afterwards is what
   * the log tells of that instant for ever.
   */
  settle(at: Ms): Promise<void>;
}

export interface StateLogOptions {
  readonly clock: Clock;
  /** Unique for this start. */
  readonly boot: string;
  readonly monitor: string;
  readonly commit: (change: StateChange) => Promise<void>;
  readonly signal: AbortSignal;
}

const AGAIN_MS = 500;
/** A reader waits no longer: a store that cannot write must not hold up the pages. */
const SETTLE_MS = 250;

const isEmpty = (change: StateChange): boolean =>
  Object.values(change).every((part) =>
    Array.isArray(part) ? part.length === 0 : part.put.length + part.remove.length === 0,
  );

export const createStateLog = ({ clock, boot, monitor, commit, signal }: StateLogOptions): StateLog => {
  let turn: Promise<unknown> = Promise.resolve();
  let told: Ms = 0;
  let answered: Ms = 0;
  let made = 0;

  const store = async (change: StateChange): Promise<void> => {
    while (!isEmpty(change)) {
      try {
        await commit(change);
        return;
      } catch {
        await sleep(AGAIN_MS, undefined, { signal }); // the status tells why; the same change comes again
      }
    }
  };

  return {
    apply: (make) => {
      const mine = turn.then(async () => {
        const at = Math.max(clock.wall(), told, answered + 1);
        const { change, result } = make(at, (draft, actor = null) => ({
          ...draft,
          key: `${boot}-a${(made += 1)}`,
          at,
          monitor,
          actor,
        }));
        told = at;
        await store(change);
        return result;
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
    settle: async (at) => {
      answered = Math.max(answered, at);
      if (told > at) return;
      await Promise.race([turn, sleep(SETTLE_MS, undefined, { ref: false })]);
    },
  };
};
