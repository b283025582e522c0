import type { EventKind, JsonObject, NewEvent } from '#lib/events/event.ts';
import type { NodeId } from '#lib/model/node.ts';
import type { Text } from '#lib/model/text.ts';

/** Something that the main thread did or saw: `watch` makes the event of it. */
export interface MainEvent {
  readonly kind: EventKind;
  readonly severity: NewEvent['severity'];
  readonly node: NodeId | null;
  readonly title: Text;
  readonly detail: JsonObject;
  readonly actor: string | null;
}
