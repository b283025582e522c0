import type { Event } from '#lib/events/event.ts';
import type { Ms } from '#lib/model/time.ts';
import type { StateReader } from '#lib/store/state/state-store.ts';

import type { ChannelView } from './alerting-reads.ts';
import { channelReceiverId } from './channels.ts';
import type { ChannelDraft } from './channels.ts';
import type { FileChannelDraft } from './file-channel-versions.ts';
import type { LastTold } from './notifications.ts';
import { laneOf } from './outbox-sender.ts';

type Kept = ChannelDraft | FileChannelDraft;

const PAGE_EVENTS = 500;
/** A channel that was told nothing within that many attempts of all counts as one that was told nothing. */
const MOST_PAGES = 20;

const toldOf = ({ at, kind, title, detail }: Event): LastTold => ({
  state:
    kind === 'notification.sent' ? 'sent' : title.code === 'notification.given-up' ? 'failed' : 'waiting',
  receiver: String(detail.receiver),
  at,
  error: typeof detail.error === 'string' ? detail.error : null,
});

/** The newest attempt on each of the lanes up to an instant, as the log tells it. Test messages are none. */
const lastTold = async (
  reader: Pick<StateReader, 'readEvents'>,
  lanes: ReadonlySet<string>,
  at: Ms,
): Promise<ReadonlyMap<string, LastTold>> => {
  const found = new Map<string, LastTold>();
  const filter = {
    from: null,
    to: at,
    kinds: ['notification.sent', 'notification.failed'],
    cluster: null,
    node: null,
  };
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES && found.size < lanes.size; page += 1) {
    const { events, next } = await reader.readEvents(filter, PAGE_EVENTS, cursor);
    for (const event of events) {
      const { lane } = event.detail;
      if (typeof lane === 'string' && lanes.has(lane) && !found.has(lane)) found.set(lane, toldOf(event));
    }
    if (next === null) break;
    cursor = next;
  }
  return found;
};

/** The channels that were in force at an instant, with the last attempt on each and what waited for it. */
export const channelsAt = async (
  at: Ms,
  reader: Pick<StateReader, 'channels' | 'waitingAt' | 'readEvents'>,
): Promise<ChannelView[]> => {
  const [versions, waiting] = await Promise.all([reader.channels(at), reader.waitingAt(at)]);
  const standing = versions
    .filter(({ change }) => change !== 'deleted')
    .map(({ id, version, draft: json }) => {
      const draft = json as unknown as Kept; // written by `editChannel` or `createFileChannelVersions`
      return 'receiver' in draft
        ? { id, version, draft, source: 'file' as const, lane: laneOf(draft.receiver, draft.webhook) }
        : { id, version, draft, source: 'ui' as const, lane: laneOf(channelReceiverId(id), 0) };
    });
  const counts = new Map(
    waiting.map(({ receiver, webhook, count }) => [laneOf(receiver, webhook), count] as const),
  );
  const told = await lastTold(reader, new Set(standing.map(({ lane }) => lane)), at);
  return standing.map(({ lane, ...channel }) => ({
    ...channel,
    waiting: counts.get(lane) ?? 0,
    last: told.get(lane) ?? null,
  }));
};
