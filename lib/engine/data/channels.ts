import { MatcherError, parseMatchers } from '#lib/notify/matcher.ts';
import type { Receiver, Route } from '#lib/notify/route.ts';
import type { Ms } from '#lib/model/time.ts';
import type { Version } from '#lib/store/state/state-store.ts';

import type { NotifyConfig } from '../config/config.ts';
import { SEND_TIMEOUT_MS } from '../config/notify.ts';
import { refusal } from './book.ts';

/** A place that notifications go to, as somebody wrote it down in the UI. */
export interface ChannelDraft {
  readonly name: string;
  readonly kind: 'webhook';
  readonly url: string;
  readonly matchers: readonly string[];
  readonly groupBy: readonly string[];
  readonly groupWaitMs: Ms;
  readonly groupIntervalMs: Ms;
  readonly repeatIntervalMs: Ms;
  readonly sendResolved: boolean;
}

const ALL_LABELS = '...';

export const channelReceiverId = (id: string): string => `channel:${id}`;

const matchersOf = (texts: readonly string[]) => texts.flatMap((text) => parseMatchers(text));

/** @throws when a matcher cannot be read */
export const checkChannel = (draft: ChannelDraft): void => {
  try {
    matchersOf(draft.matchers);
  } catch (cause) {
    if (cause instanceof MatcherError) throw refusal('bad-matcher', cause.message);
    throw cause;
  }
};

export const channelReceiver = (id: string, draft: ChannelDraft): Receiver => ({
  id: channelReceiverId(id),
  name: draft.name,
  webhooks: [
    {
      url: draft.url,
      sendResolved: draft.sendResolved,
      maxAlerts: 0,
      authorization: null,
      timeoutMs: SEND_TIMEOUT_MS,
    },
  ],
});

const channelRoute = (id: string, draft: ChannelDraft): Route => ({
  receiver: channelReceiverId(id),
  matchers: matchersOf(draft.matchers),
  groupBy: draft.groupBy.includes(ALL_LABELS) ? null : draft.groupBy,
  groupWaitMs: draft.groupWaitMs,
  groupIntervalMs: draft.groupIntervalMs,
  repeatIntervalMs: draft.repeatIntervalMs,
  continue: true,
  routes: [],
});

/** Where alerts go: the file's tree, and behind it every channel, which sees all alerts whatever the tree does with them. */
export const routing = (
  file: NotifyConfig | null,
  channels: readonly Version<ChannelDraft>[],
): { readonly routes: readonly Route[]; readonly receivers: ReadonlyMap<string, Receiver> } => {
  const behind: Route = {
    receiver: '',
    matchers: [],
    groupBy: [],
    groupWaitMs: 0,
    groupIntervalMs: 1000,
    repeatIntervalMs: 1000,
    continue: false,
    routes: channels.map(({ id, draft }) => channelRoute(id, draft)),
  };
  const receivers = [
    ...(file?.receivers ?? []),
    ...channels.map(({ id, draft }) => channelReceiver(id, draft)),
  ];
  return {
    routes: file === null ? [behind] : [file.route, behind],
    receivers: new Map(receivers.map((receiver) => [receiver.id, receiver])),
  };
};
