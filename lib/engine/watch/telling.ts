import type { EventDraft, JsonObject } from '#lib/events/event.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { Text } from '#lib/model/text.ts';
import type { Clock, Ms } from '#lib/model/time.ts';

import type { Outbox } from '../outbox.ts';

/** Turns what happened into events, in an order that agrees with the pictures that were given meanwhile. */
export interface Telling {
  /** The instant of the next event or series: later than every picture already given, so that asking for that instant gives that picture. */
  instant(): Ms;
  /** The instant of a picture that is given now: not earlier than the last event. */
  pictureInstant(): Ms;
  tell(drafts: readonly EventDraft[]): void;
  tellMonitor(
    kind: EventDraft['kind'],
    severity: EventDraft['severity'],
    title: Text,
    detail: JsonObject,
  ): void;
  tellNode(
    kind: EventDraft['kind'],
    severity: EventDraft['severity'],
    node: NodeId,
    title: Text,
    detail: JsonObject,
  ): void;
}

export const createTelling = (clock: Clock, outbox: Outbox): Telling => {
  let picturedAt = 0;
  let toldAt = 0;
  const instant = (): Ms => {
    toldAt = Math.max(clock.wall(), toldAt, picturedAt + 1);
    return toldAt;
  };
  const tell = (drafts: readonly EventDraft[]): void => {
    for (const draft of drafts) outbox.make(draft, instant());
  };
  return {
    instant,
    pictureInstant: () => {
      picturedAt = Math.max(picturedAt, clock.wall(), toldAt);
      return picturedAt;
    },
    tell,
    tellMonitor: (kind, severity, title, detail) =>
      tell([{ kind, severity, cluster: null, node: null, title, detail: { ...detail, ...title.params } }]),
    tellNode: (kind, severity, node, title, detail) =>
      tell([{ kind, severity, cluster: null, node, title, detail: { ...title.params, ...detail } }]),
  };
};
